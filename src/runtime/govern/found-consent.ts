/** A yes that an extractor has found: whether it may count as the consent to a commit. */
import type { CompiledFlow } from '../../flow/compile/compiled-flow.ts';
import { consentsWaiting, mayCount } from '../../flow/monitor/consent-asked.ts';
import type { FlowState } from '../../flow/monitor/flow-state.ts';
import { precludesConsent } from '../../flow/recognise/consent.ts';
import { numbersIn, wordsIn } from '../../flow/recognise/value-words.ts';
import type { JsonValue, StateReader } from '../../flow/state-reader.ts';

/** The yes to a key, and what the user has said in the turn that it was found in. */
export interface FoundYes {
  readonly key: string;
  readonly words: string;
}

/** What the judging of one key needs to know. */
export interface ConsentRule {
  /** Whether some commit waits for this key to be true. */
  isConsent(key: string): boolean;
  /** Whether a yes for it may count: it was asked for, and the words do not say otherwise. */
  mayCount(found: FoundYes): boolean;
}

export function consentRule(
  flow: CompiledFlow,
  state: StateReader,
  marking: () => Pick<FlowState, 'asking'> | undefined,
): ConsentRule {
  return {
    isConsent: (key) => consentsWaiting(flow, `k${key}`).length > 0,
    mayCount: ({ key, words }) => {
      const rules = consentsWaiting(flow, `k${key}`);
      const bound = rules.flatMap(({ commit }) =>
        Object.values(commit?.binds ?? {}).map((of): JsonValue => state.get(of) ?? null),
      );
      const spoken = [...rules.map(({ tool }): JsonValue => tool), ...bound];
      const readBack = {
        words: new Set(spoken.flatMap(wordsIn)),
        numbers: new Set(bound.flatMap(numbersIn)),
        isSameDay: false,
      };
      return (
        mayCount(flow, marking() ?? { asking: {} }, state, `k${key}`) && !precludesConsent(words, readBack)
      );
    },
  };
}
