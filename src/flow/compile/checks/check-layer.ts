/** What each layer must have, whatever its order. */
import type { GuardLogic } from '../guard-logic.ts';
import { constraintsOf, type LayerGraph } from '../layer-graph.ts';
import { type ProblemList, quoted } from '../problem-list.ts';
import { checkDistinct } from './check-names.ts';

export function checkLayer(graph: LayerGraph, logic: GuardLogic, problems: ProblemList): void {
  const { layer, prefix, name } = graph;
  if (layer.steps.length === 0) {
    problems.add('invalid', `${prefix}steps`, 'There is no step: a flow has at least one.');
  }
  checkDistinct(
    graph.nodes.map(({ definition, path }) => [definition.id, `${path}.id`]),
    'A step',
    problems,
  );
  for (const { definition, path } of graph.nodes) {
    const { id, terminal, done, verbatim, repair } = definition;
    const add = (field: string, message: string): void =>
      problems.add('invalid', `${path}.${field}`, message);
    if (terminal === true) {
      if (verbatim === undefined) continue;
      const message = `${quoted(id)} is terminal and done at once: let a step before it say this text.`;
      add('verbatim', message);
    } else if (done === undefined && verbatim === undefined) {
      const message = `Nothing ever completes ${quoted(id)}: give it "done" or "verbatim", or make it terminal.`;
      problems.add('missingDone', path, message);
    }
    if (verbatim?.trim() === '') add('verbatim', 'There is no text to say.');
    if (repair === undefined) continue;
    if (name !== '') {
      const message = 'Turns without progress count in the main flow only: remove this.';
      add('repair', message);
    }
    const { repromptAfter = 2, escalateAfter = 4 } = repair;
    if (repair.repromptAfter !== undefined && escalateAfter < repromptAfter) {
      const message = `It escalates after ${escalateAfter} turns, before it asks again after ${repromptAfter}.`;
      add('repair', message);
    }
  }
  checkGuarded(graph, logic, problems);
}

/** A tool that changes the world waits for something that can fail. */
function checkGuarded(graph: LayerGraph, logic: GuardLogic, problems: ProblemList): void {
  for (const { guard, path, tool } of graph.places) {
    if (tool === undefined || !logic.always(guard)) continue;
    const message = `This always holds: ${quoted(tool)} would wait for nothing. Say what the user must have agreed to.`;
    problems.add('unguardedCommit', path, message, { tool });
  }
  checkDistinct(
    constraintsOf(graph).flatMap(([constraint, path]) =>
      'commit' in constraint ? [[constraint.commit.tool, `${path}.commit.tool`] as const] : [],
    ),
    'The commit of',
    problems,
  );
}
