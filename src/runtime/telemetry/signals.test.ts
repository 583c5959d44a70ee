import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/index.ts';
import { State } from '../state/state.ts';
import { SessionTelemetry } from './session-telemetry.ts';
import { SessionSignals } from './signals.ts';

function setup(options: { readonly unlimited?: boolean } = {}) {
  const clock = new ManualClock();
  const state = new State({ clock });
  const telemetry = new SessionTelemetry(clock);
  const signals = new SessionSignals({ clock, state, telemetry, silenceMs: () => 123, ...options });
  const all = () => Object.fromEntries(state.keys('session:').map((key) => [key.slice(8), state.get(key)]));
  return { clock, state, telemetry, signals, all };
}

describe('Signals', () => {
  test('tell how a fresh session stands', (context) => {
    verifies(context, 'telemetry:signals');
    const { clock, signals, all } = setup();
    expect(all()).toEqual({});
    clock.advance(250);
    signals.connected();
    clock.advance(1000);
    expect(all()).toEqual({
      connectedAtMs: 250,
      sessionType: 'audioOnly',
      isUserSpeaking: false,
      isModelSpeaking: false,
      interruptCount: 0,
      errorCount: 0,
      goAwayReceived: false,
      resumable: false,
      disconnected: false,
      elapsedMs: 1000,
      silenceMs: 123,
      remainingBudgetMs: 15 * 60_000 - 1000,
    });
  });

  test('are written once per change, and by the passing of time not at all', (context) => {
    verifies(context, 'telemetry:signals');
    const { clock, state, signals } = setup();
    signals.connected();
    const before = state.revision;
    clock.advance(60_000);
    signals.userSpeaking(false);
    signals.modelSpeaking(true);
    signals.modelSpeaking(true);
    signals.videoSent();
    signals.videoSent();
    expect(state.journal.since(before).map(({ key, new: value }) => [key, value])).toEqual([
      ['session:isModelSpeaking', true],
      ['session:sessionType', 'audioVideo'],
    ]);
    expect(state.get('session:elapsedMs')).toBe(60_000);
    expect(state.get('session:remainingBudgetMs')).toBe(60_000);
    clock.advance(100_000);
    expect(state.get('session:remainingBudgetMs')).toBe(0);
  });

  test('tell what a turn left: its words, latency and tokens', (context) => {
    verifies(context, 'telemetry:signals');
    const { clock, state, telemetry, signals } = setup();
    signals.connected();
    telemetry.textSent();
    clock.advance(210);
    telemetry.firstOutput();
    telemetry.usage({ promptTokenCount: 7, responseTokenCount: 3, totalTokenCount: 10 });
    telemetry.turnEnd(1);
    signals.turnEnded({ number: 1, userWords: 'Hi', modelWords: 'Hello' });
    telemetry.turnEnd(2);
    const before = state.revision;
    signals.turnEnded({ number: 2, userWords: '', modelWords: 'Still there?' });
    expect(state.journal.since(before).map(({ key }) => key)).toEqual([
      'session:lastOutputTranscription',
      'session:turnCount',
    ]);
    expect(state.get('session:lastInputTranscription')).toBe('Hi');
    expect(state.get('session:lastOutputTranscription')).toBe('Still there?');
    expect(state.get('session:lastResponseLatencyMs')).toBe(210);
    expect(state.get('session:totalTokenCount')).toBe(10);
    expect(state.get('session:promptTokenCount')).toBe(7);
    expect(state.get('session:responseTokenCount')).toBe(3);
    expect(state.get('session:turnCount')).toBe(2);
  });

  test('survive a reconnect, which resets what is of the connection', (context) => {
    verifies(context, 'telemetry:signals:reconnect');
    const { clock, state, signals } = setup();
    signals.connected();
    signals.interruption();
    signals.interruption();
    signals.error('toolFailed', 'it threw');
    signals.resumption({ resumable: true, lastConsumedIndex: 4 });
    signals.goAway(50_000);
    clock.advance(10_000);
    expect(state.get('session:goAwayReceived')).toBe(true);
    expect(state.get('session:goAwayTimeLeftMs')).toBe(40_000);
    expect(state.get('session:resumable')).toBe(true);
    signals.connected();
    expect(state.get('session:goAwayReceived')).toBe(false);
    expect(state.has('session:goAwayTimeLeftMs')).toBe(false);
    expect(state.get('session:resumable')).toBe(false);
    expect(state.get('session:lastConsumedClientIndex')).toBe(4);
    expect(state.get('session:interruptCount')).toBe(2);
    expect(state.get('session:errorCount')).toBe(1);
    expect(state.get('session:lastError')).toBe('toolFailed: it threw');
    expect(state.get('session:connectedAtMs')).toBe(0);
    expect(state.get('session:elapsedMs')).toBe(10_000);
    signals.goAway();
    expect(state.get('session:goAwayTimeLeftMs')).toBe(60_000);
  });

  test('know of no budget when the context is compressed', () => {
    const { state, signals } = setup({ unlimited: true });
    signals.connected();
    expect(state.has('session:remainingBudgetMs')).toBe(false);
  });

  test('stand still after the end', (context) => {
    verifies(context, 'telemetry:signals');
    const { clock, state, signals } = setup();
    signals.connected();
    signals.userSpeaking(true);
    clock.advance(5000);
    signals.disconnected();
    clock.advance(5000);
    expect(state.get('session:disconnected')).toBe(true);
    expect(state.get('session:isUserSpeaking')).toBe(false);
    expect(state.get('session:elapsedMs')).toBe(5000);
    expect(state.has('session:silenceMs')).toBe(false);
    expect(state.has('session:remainingBudgetMs')).toBe(false);
  });
});
