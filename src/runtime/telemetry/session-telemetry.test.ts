import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/index.ts';
import { SessionTelemetry } from './session-telemetry.ts';

function setup() {
  const clock = new ManualClock();
  return { clock, telemetry: new SessionTelemetry(clock) };
}

describe('Response latency', () => {
  test('runs from the end of speech to the first output, once', (context) => {
    verifies(context, 'telemetry:latency:trigger');
    const { clock, telemetry } = setup();
    telemetry.speechStart();
    clock.advance(800);
    telemetry.speechEnd();
    clock.advance(320);
    telemetry.audioOut(9600);
    clock.advance(100);
    telemetry.audioOut(9600);
    telemetry.firstOutput();
    expect(telemetry.lastResponseLatencyMs).toBe(320);
    expect(telemetry.responseCount).toBe(1);
    expect(telemetry.turnEnd(1).latencyMs).toBe(320);
    telemetry.audioOut(9600);
    expect(telemetry.responseCount).toBe(1);
    expect(telemetry.turnEnd(2).latencyMs).toBeUndefined();
  });

  test('runs from a text, and from the last of several requests', (context) => {
    verifies(context, 'telemetry:latency:trigger');
    const { clock, telemetry } = setup();
    telemetry.textSent();
    clock.advance(500);
    telemetry.textSent();
    clock.advance(120);
    telemetry.firstOutput();
    expect(telemetry.lastResponseLatencyMs).toBe(120);
  });

  test('is not taken of what the model still says while the user speaks over it', (context) => {
    verifies(context, 'telemetry:latency:trigger');
    const { clock, telemetry } = setup();
    telemetry.audioOut(9600);
    clock.advance(1000);
    telemetry.speechStart();
    clock.advance(300);
    telemetry.speechEnd();
    clock.advance(10);
    telemetry.audioOut(9600);
    expect(telemetry.responseCount).toBe(0);
    telemetry.interruption();
    expect(telemetry.turnEnd(1).latencyMs).toBeUndefined();
    clock.advance(390);
    telemetry.audioOut(9600);
    expect(telemetry.turnEnd(2).latencyMs).toBe(400);
  });

  test('is found when the end of speech is reported after the answer began, or after the turn', (context) => {
    verifies(context, 'telemetry:latency:trigger');
    const { clock, telemetry } = setup();
    telemetry.speechStart();
    clock.advance(1000);
    telemetry.firstOutput();
    clock.advance(200);
    telemetry.speechEnd(750);
    telemetry.speechEnd(760);
    expect(telemetry.turnEnd(1).latencyMs).toBe(250);
    telemetry.speechStart();
    clock.advance(1000);
    telemetry.firstOutput();
    telemetry.turnEnd(2);
    clock.advance(100);
    telemetry.speechEnd(2000);
    expect(telemetry.snapshot().responseLatency).toMatchObject({ count: 2, lastMs: 200 });
    clock.advance(60_000);
    telemetry.firstOutput();
    expect(telemetry.responseCount).toBe(2);
    expect(telemetry.turnEnd(3).latencyMs).toBeUndefined();
  });
});

describe('Turns', () => {
  test('have metrics of their own, also when several end at once', (context) => {
    verifies(context, 'telemetry:turnMetrics');
    const { clock, telemetry } = setup();
    telemetry.textSent();
    clock.advance(50);
    telemetry.firstOutput();
    telemetry.usage({ promptTokenCount: 7, responseTokenCount: 2 });
    telemetry.usage({ promptTokenCount: 7, responseTokenCount: 3 });
    const first = telemetry.turnEnd(1);
    telemetry.usage({ promptTokenCount: 9 });
    const second = telemetry.turnEnd(2);
    const third = telemetry.turnEnd(3);
    expect([first, second, third]).toEqual([
      { type: 'turnMetrics', ofTurn: 1, latencyMs: 50, promptTokens: 7, responseTokens: 3 },
      { type: 'turnMetrics', ofTurn: 2, latencyMs: undefined, promptTokens: 9, responseTokens: 0 },
      { type: 'turnMetrics', ofTurn: 3, latencyMs: undefined, promptTokens: 0, responseTokens: 0 },
    ]);
    expect(telemetry.turnCount).toBe(3);
  });

  test('last from their first input or output to their end, idle time left out', (context) => {
    verifies(context, 'telemetry:turnDuration');
    const { clock, telemetry } = setup();
    clock.advance(30_000);
    telemetry.speechStart();
    clock.advance(1000);
    telemetry.speechEnd();
    clock.advance(500);
    telemetry.firstOutput();
    clock.advance(1500);
    telemetry.turnEnd(1);
    clock.advance(600_000);
    telemetry.firstOutput();
    clock.advance(1000);
    telemetry.turnEnd(2);
    expect(telemetry.snapshot().avgTurnDurationMs).toBe(2000);
  });

  test('that the user begins over the model last from there', (context) => {
    verifies(context, 'telemetry:turnDuration');
    const { clock, telemetry } = setup();
    telemetry.firstOutput();
    clock.advance(1000);
    telemetry.speechStart();
    telemetry.interruption();
    clock.advance(100);
    telemetry.turnEnd(1);
    clock.advance(400);
    telemetry.speechEnd();
    telemetry.firstOutput();
    clock.advance(500);
    telemetry.turnEnd(2);
    expect(telemetry.snapshot().avgTurnDurationMs).toBe((1100 + 1000) / 2);
  });
});

describe('Tokens', () => {
  test('are the last report of each turn, summed, with the turn in progress', (context) => {
    verifies(context, 'telemetry:tokens');
    const { telemetry } = setup();
    const details = (modality: string, tokenCount: number) => [{ modality, tokenCount }];
    telemetry.usage({ promptTokenCount: 100, totalTokenCount: 100 });
    telemetry.usage({
      promptTokenCount: 10,
      responseTokenCount: 5,
      totalTokenCount: 18,
      thoughtsTokenCount: 3,
      cachedContentTokenCount: 4,
      promptTokensDetails: [...details('AUDIO', 6), ...details('TEXT', 4)],
      responseTokensDetails: [...details('AUDIO', 5), { modality: 'TEXT' }],
    });
    telemetry.turnEnd(1);
    telemetry.turnEnd(2);
    telemetry.usage({
      promptTokenCount: 20,
      responseTokenCount: 1,
      promptTokensDetails: details('AUDIO', 20),
    });
    expect(telemetry.snapshot()).toMatchObject({
      promptTokenCount: 30,
      responseTokenCount: 6,
      totalTokenCount: 18,
      thoughtsTokenCount: 3,
      cachedContentTokenCount: 4,
      tokensByModality: { AUDIO: { prompt: 26, response: 5 }, TEXT: { prompt: 4, response: 0 } },
    });
  });
});

describe('The snapshot', () => {
  test('has every key from the start, as plain JSON', (context) => {
    verifies(context, 'telemetry:snapshot');
    const { telemetry } = setup();
    const snapshot = telemetry.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(Object.keys(snapshot).toSorted()).toEqual(
      [
        'uptimeSecs',
        'droppedAudioMs',
        'audioChunksOut',
        'audioKbytesOut',
        'audioThroughputKbps',
        'interruptions',
        'lastResponseLatencyMs',
        'avgResponseLatencyMs',
        'minResponseLatencyMs',
        'maxResponseLatencyMs',
        'responseCount',
        'responseLatency',
        'turnCount',
        'avgTurnDurationMs',
        'totalTokenCount',
        'promptTokenCount',
        'responseTokenCount',
        'cachedContentTokenCount',
        'thoughtsTokenCount',
        'tokensByModality',
      ].toSorted(),
    );
  });

  test('counts audio, interruptions and time', (context) => {
    verifies(context, 'telemetry:snapshot');
    const { clock, telemetry } = setup();
    for (let frame = 0; frame < 100; frame++) telemetry.audioOut(1920);
    telemetry.interruption();
    clock.advance(2500);
    expect(telemetry.snapshot()).toMatchObject({
      uptimeSecs: 2,
      audioChunksOut: 100,
      audioKbytesOut: 187.5,
      audioThroughputKbps: 75,
      interruptions: 1,
    });
  });
});
