/** What looks at a session beside its lanes: extractors at the words, watchers at the state. */
import { ExtractionRunner } from './extract/extraction-runner.ts';
import { consentRule } from './govern/found-consent.ts';
import type { LiveParts } from './lanes/live-parts.ts';
import { watchWrites } from './state/watch-writes.ts';
import { WatchEngine } from './watch/watch-engine.ts';

/** Undefined when there are no extractors. */
export function makeExtraction(core: LiveParts): ExtractionRunner | undefined {
  const { clock, emit, lane, redactor, report, resolved, state } = core;
  const { compiled } = resolved.flow ?? {};
  const { extractors = [], extraction } = resolved.options;
  if (extractors.length === 0) return undefined;
  const runner = new ExtractionRunner(
    extractors,
    {
      clock,
      emit,
      redactor,
      report,
      state,
      consent: compiled && consentRule(compiled, state, () => core.guide?.flow?.state),
      onResults: (results) => lane.post({ type: 'extracted', results }),
    },
    extraction,
  );
  runner.warmUp();
  return runner;
}

/** Undefined when nothing is watched. `stop` ends the listening to writes of the application. */
export function makeWatch({
  clock,
  lane,
  report,
  resolved,
  state,
}: LiveParts): { readonly engine: WatchEngine; readonly stop: () => void } | undefined {
  const { watchers, computed, patterns, maxRounds } = resolved.options;
  if (watchers === undefined && computed === undefined && patterns === undefined) return undefined;
  const wake = (): void => lane.post({ type: 'stateWritten' });
  const engine = new WatchEngine(
    {
      ...(watchers !== undefined && { watchers }),
      ...(computed !== undefined && { computed }),
      ...(patterns !== undefined && { patterns }),
      ...(maxRounds !== undefined && { maxRounds }),
    },
    { clock, report, state, wake },
  );
  engine.start();
  const stop = watchWrites(state, () => {
    if (!lane.busy) wake();
  });
  return { engine, stop };
}
