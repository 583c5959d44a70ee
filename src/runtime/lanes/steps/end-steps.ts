/** Signs of the connection, faults, and the end. */

import type { Steps } from './step.ts';
import { closeWords, tellRecord } from './turn-steps.ts';

/** What a GoAway means that does not say how long (spec: control §3.6). */
const GO_AWAY_MS = 60_000;

export const endSteps: Steps<
  | 'noteGoAway'
  | 'tellGoAway'
  | 'noteResumption'
  | 'noteUsage'
  | 'noteFault'
  | 'tellFault'
  | 'stopTools'
  | 'flushContext'
  | 'noteDisconnected'
  | 'startTeardown'
  | 'awaitEnd'
  | 'tellLastTurn'
  | 'closeParts'
  | 'tellDisconnected'
> = {
  noteGoAway({ signals, watch }, { timeLeftMs }) {
    signals.goAway(timeLeftMs ?? GO_AWAY_MS);
    watch?.onEvent('goAway');
  },

  tellGoAway(core, { timeLeftMs }) {
    core.emit({ type: 'goAway', timeLeftMs: timeLeftMs ?? GO_AWAY_MS });
  },

  noteResumption({ keeping, signals }, { resumable, lastConsumedIndex, handle, holdsTurn }) {
    // What is not resumable leaves the handle before it.
    if (resumable && handle !== undefined) keeping?.keeper.resumable(handle, holdsTurn);
    signals.resumption({ resumable, ...(lastConsumedIndex !== undefined && { lastConsumedIndex }) });
  },

  noteUsage({ recorder, telemetry }, { usage }) {
    telemetry.usage(usage);
    recorder.usage(usage);
  },

  noteFault({ redactor, signals, watch }, { error }) {
    signals.error(error.code, redactor.text(error.message));
    watch?.onEvent('error');
  },

  tellFault(core, { error }) {
    core.emit({ type: 'error', error: core.redactor.error(error) });
  },

  stopTools({ tools }) {
    tools?.close('the session has ended');
  },

  flushContext({ voice }) {
    voice.context.close();
  },

  noteDisconnected({ signals }) {
    signals.disconnected();
  },

  startTeardown(core) {
    if (core.begun) void core.teardown.runHooks();
  },

  awaitEnd({ lane }, input) {
    lane.post({ ...input, type: 'ended' });
  },

  tellLastTurn(core) {
    if (core.transcripts.current() !== undefined) closeWords(core, core.turn);
    tellRecord(core);
  },

  closeParts(core) {
    core.close();
  },

  tellDisconnected(core, { reason, error }) {
    core.emit({ type: 'disconnected', ...(error !== undefined && { reason: `${error.code}: ${reason}` }) });
  },
};
