/** Arguments that a commit binds, against those that its tool takes: one that there is not could never be right. */
import type { ProblemList } from '../compile/problem-list.ts';
import { quoted } from '../compile/problem-list.ts';
import type { CommitDefinition } from '../definition/flow-definition.ts';
import type { ConversationDocument } from './conversation-document.ts';
import type { PlacedStage } from './slot-index.ts';

export function checkBoundArguments(
  { constraints = [], tools = [] }: Pick<ConversationDocument, 'constraints' | 'tools'>,
  stages: readonly PlacedStage[],
  problems: ProblemList,
): void {
  const check = ({ tool: name, binds = {} }: CommitDefinition, path: string): void => {
    const tool = tools.find((candidate) => candidate.name === name);
    // Arguments that nobody declares are not known.
    if (tool?.parameters === undefined) return;
    const { properties = {} } = tool.parameters;
    const taken = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    for (const argument of Object.keys(binds)) {
      if (taken.includes(argument)) continue;
      const message = `The tool ${quoted(name)} takes no argument ${quoted(argument)}: no call could ever pass.`;
      problems.unknown('invalid', `${path}.binds.${argument}`, message, argument, taken);
    }
  };
  for (const { stage, path } of stages) {
    if (stage.commit !== undefined) check(stage.commit, `${path}.commit`);
  }
  constraints.forEach((constraint, index) => {
    if ('commit' in constraint) check(constraint.commit, `constraints[${index}].commit`);
  });
}
