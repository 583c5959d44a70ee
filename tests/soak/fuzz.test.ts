/** Hostile bytes, in bounded time: towards a whole live session, the simulator, and the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { diceOf } from '../../soak/dice.ts';
import { type LiveHandle, live, tool } from '../../src/live/index.ts';
import { calls, createSimulator } from '../../src/simulator/index.ts';
import { ManualClock } from '../../src/testing/index.ts';
import { createMemoryTransport } from '../../src/wire/index.ts';
import { buildCli, runCli, temporaryFolder } from '../cli/built-cli.ts';
import { framings, inSnakeCase, serverFrames } from '../fixtures/server-frames.ts';
import { dial, model38, nativeModel } from '../interop/raw-caller.ts';
import { expectNoUnhandledRejections } from '../live/hostile/unhandled-rejections.ts';
import { verifies } from '../requirements.ts';
import { listenLoopback } from '../support/loopback.ts';
import { mutated } from './mutated.ts';

expectNoUnhandledRejections();

const SERVER_FRAMES = Object.values(serverFrames)
  .flatMap((message) => [message, inSnakeCase(message)])
  .flatMap((message) => framings(message))
  .map((frame) => Buffer.from(frame).toString('utf8'));

const said = { role: 'user', parts: [{ text: 'tool' }] };
const CLIENT_FRAMES = [
  { clientContent: { turns: [said], turnComplete: true } },
  { clientContent: { turns: [said, { role: 'model', parts: [{ text: 'Yes.' }] }], turnComplete: false } },
  { realtimeInput: { text: 'hello' } },
  {
    realtimeInput: {
      audio: { data: Buffer.alloc(3200, 7).toString('base64'), mimeType: 'audio/pcm;rate=16000' },
    },
  },
  { realtimeInput: { audioStreamEnd: true } },
  { toolResponse: { functionResponses: [{ id: 'function-call-1', name: 'act', response: { output: 1 } }] } },
  { contextUpdate: { systemInstruction: { parts: [{ text: 'Be brief.' }] } } },
].map((message) => JSON.stringify(message));

function pickFrom(frames: readonly string[], dice: ReturnType<typeof diceOf>): string {
  return frames[dice.between(0, frames.length - 1)] ?? '';
}

test.for([1, 2, 3, 4])(
  'a live session that is sent 1,500 mutated frames goes on, or ends once, with its reason: seed %i',
  { timeout: 60_000 },
  async (seed, context) => {
    verifies(context, 'soak:fuzz');
    const dice = diceOf(seed, 'server');
    const clock = new ManualClock();
    let ends = 0;
    const transport = createMemoryTransport((peer) => {
      peer.onFrame = (frame) => {
        if (frame.includes('"setup"')) peer.send('{"setupComplete":{}}');
        for (let frames = 0; frames < 30; frames++) peer.send(mutated(pickFrom(SERVER_FRAMES, dice), dice));
      };
    });
    const act = tool({ name: 'act', description: 'Acts.', run: () => ({ ok: true }) });
    const call: LiveHandle<object> = await live({
      ...{ apiKey: 'any', model: 'gemini-3.8-live', tools: [act], quiet: { deadAir: true } },
      on: {
        disconnected: () => {
          ends += 1;
        },
      },
    }).connect({ transport, clock, environment: {} });
    for (let turn = 0; turn < 50; turn++) {
      await call.sendText(`Turn ${turn}.`).catch(() => {});
      await clock.advanceAsync(500);
    }
    const ending = call.disconnect();
    await clock.advanceAsync(10_000);
    await ending;
    expect(ends).toBe(1);
    expect(clock.pending).toBe(0);
  },
);

test.for([1, 2, 3, 4])(
  'the simulator that is sent mutated frames answers, or closes with a documented code: seed %i',
  { timeout: 60_000 },
  async (seed, context) => {
    verifies(context, 'soak:fuzz');
    const dice = diceOf(seed, 'client');
    const clock = new ManualClock();
    const notes: string[] = [];
    const simulator = await createSimulator({
      clock,
      brain: ({ text }) => (text.includes('tool') ? [calls('act'), 'Done.'] : 'Yes.'),
      onNote: ({ type }) => void notes.push(type),
    });
    const codes = new Set<number>();
    for (let connection = 0; connection < 60; connection++) {
      const call = await dial(simulator, clock, {
        model: connection % 2 === 0 ? nativeModel : model38,
        tools: [{ functionDeclarations: [{ name: 'act' }] }],
      });
      for (let frames = 0; frames < 8 && call.closed === undefined; frames++) {
        const frame = pickFrom(CLIENT_FRAMES, dice);
        call.send(dice.chance(0.6) ? mutated(frame, dice) : frame);
        await clock.advanceAsync(dice.between(0, 300));
      }
      if (call.closed === undefined) call.hangUp();
      else codes.add(call.closed.code);
    }
    await clock.advanceAsync(60_000);
    await simulator.close();
    expect(notes.filter((type) => type === 'serverFailed' || type === 'brainFailed')).toEqual([]);
    expect([...codes].filter((code) => ![1007, 1008].includes(code))).toEqual([]);
  },
);

/** What a user may see: an exit code, words, and no stack. */
function expectCivil({ code, stderr }: Awaited<ReturnType<typeof runCli>>): void {
  expect([0, 1, 2]).toContain(code);
  expect(stderr).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)|UnhandledPromiseRejection|node:internal/m);
}

beforeAll(() => buildCli(), 120_000);

test('the command line reads mutated flow files without a crash', { timeout: 120_000 }, async (context) => {
  verifies(context, 'soak:fuzz');
  const dice = diceOf(1, 'files');
  const folder = temporaryFolder();
  const flow = JSON.stringify({
    name: 'booking',
    steps: [
      { id: 'ask', done: { isSet: 'day' }, posture: 'Ask for the day.', allow: ['look'] },
      { id: 'book', after: ['ask'], done: { calledOk: 'book' }, posture: 'Book.' },
    ],
    constraints: [{ once: 'book' }],
  });
  for (let file = 0; file < 12; file++) {
    const path = join(folder, `flow-${file}.json`);
    writeFileSync(path, mutated(flow, dice));
    expect(readFileSync(path).length).toBeGreaterThan(0);
    expectCivil(await runCli(['flow', file % 2 === 0 ? 'check' : 'graph', path]));
  }
});

test('the command line calls a server that sends mutated frames, and ends', {
  timeout: 120_000,
}, async (context) => {
  verifies(context, 'soak:fuzz');
  const dice = diceOf(1, 'call');
  await using server = await listenLoopback({
    connected(peer) {
      peer.once('message', () => {
        peer.send('{"setupComplete":{}}');
        for (let frames = 0; frames < 200; frames++) peer.send(mutated(pickFrom(SERVER_FRAMES, dice), dice));
        setTimeout(() => peer.close(1008, 'API key not valid. Please pass a valid API key.'), 200);
      });
    },
  });
  for (let call = 0; call < 2; call++) {
    const result = await runCli(['call', '--url', server.url, '--text', 'Hello.', '--json'], {
      limitMs: 30_000,
    });
    expectCivil(result);
  }
});
