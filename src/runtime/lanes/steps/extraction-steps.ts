/** What comes back from beside the lane, and what it changes. */
import { RuntimeError } from '../../runtime-error.ts';
import { byRuntime } from '../../state/runtime-writer.ts';
import type { Steps } from './step.ts';

export const extractionSteps: Steps<'applyResults' | 'keepPrepared' | 'reconsider' | 'moveTo'> = {
  applyResults({ extraction }, { results }) {
    for (const result of results) extraction?.apply(result);
  },

  keepPrepared({ report, state }, { values }) {
    for (const [key, value] of Object.entries(values)) {
      try {
        byRuntime(state, () => state.set(key, value));
      } catch (cause) {
        const text = `A preparation produced a ${key} that the state refuses: see the cause.`;
        report(new RuntimeError('hookFailed', text, { cause }));
      }
    }
  },

  /** New facts may open a way. While a turn waits for its boundary, that looks; the model is never cut off. */
  reconsider(core) {
    const { endedTurn, guide, turn } = core;
    if (endedTurn === undefined && guide?.advance(turn) === true) guide.steer();
  },

  moveTo({ guide, turn }, { phase, source }) {
    guide?.goTo(phase, source, turn);
  },
};
