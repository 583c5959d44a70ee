/** What is beyond one layer: digressions, corrections, questions. */
import type { FlowDefinition, Question } from '../../definition/flow-definition.ts';
import type { Expectation, Guard } from '../../guard/guard.ts';
import { guardParts } from '../../guard/guard-parts.ts';
import type { GuardLogic } from '../guard-logic.ts';
import { constraintsOf, type LayerGraph } from '../layer-graph.ts';
import { type ProblemList, quoted } from '../problem-list.ts';
import { checkDistinct, listed, type Reference, stepCheck } from './check-names.ts';

/** `layers`: the main one, then those of the digressions. */
export function checkFlow(
  definition: FlowDefinition,
  layers: readonly LayerGraph[],
  logic: GuardLogic,
  problems: ProblemList,
): void {
  const { digressions = [], corrections = [], decisions = [] } = definition;
  const distinct = (items: readonly string[], field: string, key: string, what: string): void =>
    checkDistinct(
      items.map((item, index) => [item, `${field}[${index}].${key}`]),
      what,
      problems,
    );
  distinct(
    digressions.map(({ name }) => name),
    'digressions',
    'name',
    'A digression',
  );
  distinct(
    corrections.map(({ slot }) => slot),
    'corrections',
    'slot',
    'A correction of',
  );
  distinct(
    decisions.map(({ id }) => id),
    'decisions',
    'id',
    'A question',
  );
  digressions.forEach(({ trigger, resume }, index) => {
    const path = `digressions[${index}]`;
    if (logic.always(trigger)) {
      const message = 'This always holds: say when the digression begins.';
      problems.add('invalid', `${path}.trigger`, message);
    }
    const layer = layers[index + 1];
    if (layer !== undefined) checkEnd(layer, resume === 'terminate', problems);
  });
  const step = layers[0] && stepCheck(layers[0], problems);
  corrections.forEach(({ reopens }, index) => {
    for (const [id, path] of listed(reopens, `corrections[${index}].reopens`)) step?.(id, path);
  });
  decisions.forEach((question, index) => {
    checkQuestion(question, `decisions[${index}]`, problems);
  });
  checkExpectations(layers, decisions, problems);
  // What the model has said is kept by step, whatever the layer.
  checkDistinct(
    layers.flatMap(({ nodes, ids }) =>
      nodes.flatMap(({ definition: { id, verbatim }, path }, index): Reference[] =>
        // Those that their own layer has twice are told already.
        verbatim !== undefined && ids.get(id) === index ? [[id, `${path}.id`]] : [],
      ),
    ),
    'A step with a verbatim text',
    problems,
  );
}

/** A digression must be able to end. */
function checkEnd(layer: LayerGraph, terminates: boolean, problems: ProblemList): void {
  if (layer.nodes.length === 0 || layer.nodes.some(({ definition }) => definition.terminal === true)) return;
  const requires = constraintsOf(layer).some(
    ([constraint]) => 'require' in constraint && constraint.require.length > 0,
  );
  if (requires && !terminates) return;
  const message = terminates
    ? 'It terminates the conversation: add a terminal step that says goodbye.'
    : 'Nothing ends this digression: add a terminal step, or require some.';
  problems.add('invalid', `${layer.prefix}steps`, message);
}

function checkQuestion({ type, options, optionsFrom }: Question, path: string, problems: ProblemList): void {
  if (type !== 'choice') return;
  if (optionsFrom === undefined && !options?.length) {
    problems.add('invalid', path, 'A choice needs "options", or "optionsFrom".');
  }
  checkDistinct(listed(options, `${path}.options`), 'The option', problems);
}

/** Guards must expect what a question can be answered with. */
function checkExpectations(
  layers: readonly LayerGraph[],
  decisions: readonly Question[],
  problems: ProblemList,
): void {
  const byId = new Map(decisions.map((question) => [question.id, question]));
  const visit = (guard: Guard, path: string): void => {
    if (guard !== 'always' && 'decided' in guard && typeof guard.decided === 'object') {
      for (const [id, expected] of Object.entries(guard.decided)) {
        const question = byId.get(id);
        if (question !== undefined) checkExpectation(question, expected, path, problems);
      }
    }
    for (const part of guardParts(guard)) visit(part, path);
  };
  for (const { places } of layers) for (const { guard, path } of places) visit(guard, path);
}

function checkExpectation(
  { id, type, options = [], optionsFrom }: Question,
  expected: Expectation,
  path: string,
  problems: ProblemList,
): void {
  const wanted =
    typeof expected === 'boolean' ? 'boolean' : typeof expected === 'string' ? 'choice' : 'score';
  if (wanted !== type) {
    const message = `The question ${quoted(id)} is a ${type}: it is never answered so.`;
    problems.add('unsatisfiableGuard', path, message);
  } else if (typeof expected === 'string' && optionsFrom === undefined && !options.includes(expected)) {
    const message = `${quoted(expected)} is no option of the question ${quoted(id)}.`;
    problems.unknown('unsatisfiableGuard', path, message, expected, options);
  }
}
