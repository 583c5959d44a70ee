/** What the user has agreed to: one agreement is to one set of arguments (spec: control §16). */
import { holds } from '../guard/holds.ts';
import { type Draft, mark } from './draft.ts';
import { factsOf, layersUnderWay, ruleFor } from './layers.ts';
import { own, withEntry, withoutEntries } from './own-entries.ts';

/** A call of a commit was admitted: the agreement that stands is from now on to its arguments. */
export function bindAgreement(draft: Draft, tool: string, argumentsHash: string): void {
  for (const { name, layer, marking } of layersUnderWay(draft.flow, draft.state)) {
    const commit = ruleFor(layer, tool)?.commit;
    if (commit === undefined || own(marking.agreed, tool) !== undefined) continue;
    const facts = factsOf(marking, draft.state.answers, draft.reader);
    if (!holds(commit.until, facts, draft.faults, `flow.commit.${tool}.until`)) continue;
    mark(draft, name, { ...marking, agreed: withEntry(marking.agreed, tool, argumentsHash) });
  }
}

/** Agreements end when what they consist of no longer holds. */
export function endAgreements(draft: Draft): void {
  for (const { name, layer, marking } of layersUnderWay(draft.flow, draft.state)) {
    const tools = Object.keys(marking.agreed);
    if (tools.length === 0) continue;
    const facts = factsOf(marking, draft.state.answers, draft.reader);
    const ended = tools.filter((tool) => {
      const until = ruleFor(layer, tool)?.commit?.until;
      return until === undefined || !holds(until, facts, draft.faults, `flow.commit.${tool}.until`);
    });
    if (ended.length > 0) mark(draft, name, { ...marking, agreed: withoutEntries(marking.agreed, ended) });
  }
}
