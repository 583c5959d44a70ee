/** Recorded speech through a whole live session: ../shared/audio, labelled in its SOURCES.md. Sockets are real, time is not. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readWav } from '../../../src/audio/index.ts';
import type { LiveEvent, LiveOptions } from '../../../src/live/index.ts';
import { type BrainTurn, createToneVoice } from '../../../src/simulator/index.ts';
import { verifies } from '../../requirements.ts';
import { PLACES } from './real-call.ts';
import { TimedCall } from './simulated-time.ts';

const FOLDER = new URL('../../../../shared/audio/', import.meta.url);
const present = existsSync(new URL('jfk.wav', FOLDER));
if (!present) {
  console.warn(
    `\n!!! SKIPPED: a live session on real speech, because ${FOLDER.pathname} does not hold jfk.wav. !!!\n`,
  );
}

/** Where the phrases are, in milliseconds, and what they say. */
const PHRASES = [
  [320, 2120, 'And so my fellow Americans'],
  [3280, 4300, 'ask not'],
  [5420, 7520, 'what your country can do for you'],
  [8180, 10_360, 'ask what you can do for your country'],
] as const;
const LATENCY_MS = 100;
/** The VAD here ends speech so long after the last sound. */
const HANGOVER_MS = 240;

const jfk = (): Int16Array => readWav(readFileSync(new URL('jfk.wav', FOLDER))).samples;

interface Heard {
  readonly durationMs: number;
  readonly text: string;
}

/** A call to a simulator that knows the words of the recording, in their order, and answers each turn with a short word. */
async function call(
  context: Parameters<typeof TimedCall.open>[0],
  options: LiveOptions,
  answer: (turn: BrainTurn) => string = () => 'Ah',
): Promise<{ readonly timed: TimedCall; readonly heard: readonly Heard[] }> {
  const heard: Heard[] = [];
  let said = 0;
  const timed = await TimedCall.open(
    context,
    {
      latencyMs: LATENCY_MS,
      brain: (turn) => {
        if (turn.input.type === 'speech') heard.push({ durationMs: turn.input.durationMs, text: turn.text });
        return answer(turn);
      },
      // The last turn holds two phrases where nobody ends it between them.
      transcribe: (samples) => {
        const count = samples.length / 16 > 4000 ? 2 : 1;
        said += count;
        return PHRASES.slice(said - count, said)
          .map(([, , words]) => words)
          .join(' ');
      },
    },
    { ...PLACES['2.5 on Google AI'], ...options },
  );
  return { timed, heard };
}

/** What was told, and when: `380 vadStart`. */
function told({ call: { handle }, clock }: TimedCall, ...types: ReadonlyArray<LiveEvent['type']>): string[] {
  const story: string[] = [];
  handle.onEvent(({ type }) => void (types.includes(type) && story.push(`${clock.nowMs()} ${type}`)));
  return story;
}

const timesOf = (story: readonly string[], type: string): number[] =>
  story.filter((line) => line.endsWith(` ${type}`)).map((line) => Number.parseInt(line, 10));

/** Marks that the server received. */
function marks({ call: { peer } }: TimedCall): readonly string[] {
  return peer.received.flatMap((message) =>
    'realtimeInput' in message ? Object.keys(message.realtimeInput) : [],
  );
}

describe.skipIf(!present)('On recorded speech', () => {
  test('the server decides: it hears every phrase, and edges and latency come from the local VAD', async (context) => {
    verifies(context, 'real:speech', 'real:edges');
    const { timed, heard } = await call(context, { inputVad: true });
    const story = told(timed, 'vadStart', 'vadEnd');
    await timed.speak(jfk());
    await timed.run(2000);
    const { handle, peer, errors } = timed.call;
    expect(heard).toHaveLength(3);
    expect(handle.turns.map((turn) => turn.heard)).toEqual(heard.map(({ text }) => text));
    expect(handle.turns.map(({ said, interrupted }) => [said, interrupted])).toEqual(
      Array(3).fill(['Ah', false]),
    );
    // Every phrase begins with an edge, and ends with one a hangover behind it; the speaker pauses within the second.
    const starts = timesOf(story, 'vadStart');
    const ends = timesOf(story, 'vadEnd');
    expect(starts).toHaveLength(5);
    for (const [fromMs, toMs] of PHRASES) {
      expect(Math.min(...starts.map((atMs) => Math.abs(atMs - fromMs)))).toBeLessThanOrEqual(100);
      expect(Math.min(...ends.map((atMs) => Math.abs(atMs - toMs - HANGOVER_MS)))).toBeLessThanOrEqual(200);
    }
    // The server waits for 800 ms of silence, of which the VAD here has used a hangover.
    const [first] = handle.turns;
    expect(first?.latency.responseMs).toBeGreaterThan(800 + LATENCY_MS - HANGOVER_MS - 100);
    expect(first?.latency.responseMs).toBeLessThan(800 + LATENCY_MS - HANGOVER_MS + 200);
    expect(handle.telemetry().snapshot()).toMatchObject({ turnCount: 3, responseCount: 3, interruptions: 0 });
    expect(handle.inputVadState()).toMatchObject({ speaking: false });
    expect(peer.heardMs).toBe(11_000);
    expect(marks(timed)).toEqual(['audioStreamEnd']);
    expect(errors).toEqual([]);
  });

  test('the server decides and tells of no voice activity: words make the edges, and latency is measured', async (context) => {
    verifies(context, 'real:speech', 'real:edges');
    const { timed } = await call(context, {});
    const story = told(timed, 'vadStart', 'vadEnd');
    await timed.speak(jfk());
    await timed.run(2000);
    const { handle } = timed.call;
    expect(timesOf(story, 'vadStart')).toHaveLength(3);
    expect(timesOf(story, 'vadEnd')).toHaveLength(3);
    expect(handle.turns.map(({ latency }) => latency.responseMs)).toEqual(
      Array(3).fill(expect.closeTo(LATENCY_MS, -2)),
    );
    expect(handle.telemetry().snapshot().responseCount).toBe(3);
    expect(handle.inputVadState().backend).toBe('off');
  });

  test('the client decides: each phrase is a turn between its marks, and nothing else goes out', async (context) => {
    verifies(context, 'real:speech');
    const { timed, heard } = await call(context, {
      interruptionAuthority: 'client',
      turnCommit: { holdMs: 240, sustainMs: 600 },
    });
    await timed.speak(jfk());
    await timed.run(2000);
    const { handle, peer, errors } = timed.call;
    expect(peer.setup?.realtimeInputConfig?.automaticActivityDetection?.disabled).toBe(true);
    expect(marks(timed)).toEqual(PHRASES.flatMap(() => ['activityStart', 'activityEnd']));
    expect(handle.turns.map((turn) => turn.heard)).toEqual(PHRASES.map(([, , words]) => words));
    for (const [n, [fromMs, toMs]] of PHRASES.entries()) {
      const { durationMs = 0 } = heard[n] ?? {};
      expect(durationMs).toBeGreaterThanOrEqual(toMs - fromMs);
      // The hangover, the hold, and what was kept from before the edge.
      expect(durationMs).toBeLessThanOrEqual(toMs - fromMs + HANGOVER_MS + 240 + 400);
    }
    for (const { latency } of handle.turns) {
      expect(latency.responseMs).toBeGreaterThanOrEqual(240 + LATENCY_MS - 20);
      expect(latency.responseMs).toBeLessThanOrEqual(240 + LATENCY_MS + 60);
    }
    const spokenMs = heard.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(peer.heardMs).toBeLessThanOrEqual(spokenMs + 20);
    expect(handle.telemetry().snapshot()).toMatchObject({ turnCount: 4, responseCount: 4 });
    expect(errors).toEqual([]);
  });

  test.for(['server', 'client'] as const)(
    'who cuts in on a speaking model leaves what was heard, when the %s decides',
    async (authority, context) => {
      verifies(context, 'real:bargeIn', 'real:speech');
      const { timed } = await call(
        context,
        { inputVad: true, interruptionAuthority: authority },
        ({ sequence }) => (sequence === 1 ? LONG : 'Ah'),
      );
      const { handle } = timed.call;
      const story = told(timed, 'audio', 'interrupted', 'vadStart');
      await handle.sendText('tell me a story');
      await timed.runUntil(() => story.length > 0, 1000);
      const [fromMs = 0] = timesOf(story, 'audio');
      await timed.speak(jfk().subarray(0, 3000 * 16));
      await timed.run(3000);
      const [atMs = 0] = timesOf(story, 'interrupted');
      const [heardFirst] = timesOf(story, 'vadStart');
      const phraseMs = fromMs + PHRASES[0][0];
      expect(heardFirst).toBeGreaterThanOrEqual(phraseMs);
      expect(heardFirst).toBeLessThanOrEqual(phraseMs + 100);
      // "Mhm" interrupts nobody while the client decides: it waits for 600 ms of speech.
      const sustainMs = authority === 'client' ? 600 : 0;
      expect(atMs).toBeGreaterThanOrEqual(phraseMs + sustainMs);
      expect(atMs).toBeLessThanOrEqual(phraseMs + sustainMs + 200);
      const [cut, next] = handle.turns;
      expect(cut).toMatchObject({ interrupted: true, heard: 'tell me a story' });
      expectHeard(cut?.said ?? '', atMs - fromMs);
      expect(next).toMatchObject({ interrupted: false, heard: PHRASES[0][2], said: 'Ah' });
      expect(handle.turns).toHaveLength(2);
      expect(handle.telemetry().snapshot()).toMatchObject({ interruptions: 1, turnCount: 2 });
      expect(handle.voiceState()).toMatchObject({ userSpeaking: false, playbackActive: false });
    },
  );

  test('a phrase of one second is a backchannel to a client that waits longer: nothing is cut off', async (context) => {
    verifies(context, 'real:bargeIn');
    const { timed } = await call(
      context,
      { interruptionAuthority: 'client', turnCommit: { holdMs: 400, sustainMs: 2500 } },
      () => LONG,
    );
    const { handle } = timed.call;
    await handle.sendText('tell me a story');
    await timed.run(500);
    await timed.speak(jfk().subarray(0, 3000 * 16));
    await timed.runUntil(() => handle.turns.length > 0, 30_000);
    expect(handle.turns).toMatchObject([{ interrupted: false, said: LONG }]);
    expect(marks(timed)).toEqual([]);
    expect(timed.call.peer.heardMs).toBe(0);
  });
});

const LONG =
  'Once upon a time there was a king who had nothing to do, and so he asked everybody who came by what they did all day long, until nobody came by any more.';

/** The words that had been played to their end by then, give or take three: the ledger estimates. */
function expectHeard(said: string, heardMs: number): void {
  const request = { voiceName: undefined, languageCode: undefined, signal: new AbortController().signal };
  const speech = createToneVoice().speak(LONG, request);
  if (speech instanceof Promise) throw new TypeError('the tone voice answers at once');
  const begun = speech.words.filter(({ startSample }) => startSample / 24 < heardMs).length;
  const count = said.split(' ').length;
  expect(LONG.startsWith(said)).toBe(true);
  expect(Math.abs(count - begun)).toBeLessThanOrEqual(3);
}
