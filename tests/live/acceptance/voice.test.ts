/** The acceptance tests of spec/voice.md section 17 that concern this runtime's voice, events and end. */
import { describe, expect, test } from 'vitest';
import { type LiveEvent, type TurnCommitPreset, tool } from '../../../src/live/index.ts';
import { settle } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';
import { joined, room, voice } from '../../support/uplink-rig.ts';
import { type CallOptions, CallUnderTest } from '../hostile/call-under-test.ts';
import { expectNoUnhandledRejections } from '../hostile/unhandled-rejections.ts';

expectNoUnhandledRejections();

/** Sends microphone audio as it would come, 20 ms at a time. */
async function speak(call: CallUnderTest, ...audio: readonly Int16Array[]): Promise<void> {
  const samples = joined(...audio);
  for (let at = 0; at < samples.length; at += 320) {
    void call.handle.sendAudio(samples.slice(at, at + 320));
    await call.clock.advanceAsync(20);
  }
}

/** Activity marks on the wire, in order. */
function marks(call: CallUnderTest): readonly string[] {
  return call.peer.received.flatMap(({ realtimeInput }) =>
    Object.keys(realtimeInput ?? {}).filter((key) => key.startsWith('activity')),
  );
}

/** Context and user turns on the wire: their texts, and whether the model is to answer. */
function turnsSent(call: CallUnderTest): ReadonlyArray<readonly [string, boolean]> {
  return call.peer.received.flatMap(({ clientContent }) => {
    if (clientContent === undefined) return [];
    const { turns = [], turnComplete = false } = clientContent as {
      readonly turns?: ReadonlyArray<{ readonly parts: ReadonlyArray<{ readonly text?: string }> }>;
      readonly turnComplete?: boolean;
    };
    return [[turns.flatMap(({ parts }) => parts.map(({ text }) => text)).join(' / '), turnComplete] as const];
  });
}

/** Goes to another phase, which has a prompt of its own, as soon as `go` is set. */
const DEFERRED: CallOptions = {
  model: 'gemini-2.5-flash-native-audio-preview-12-2025',
  steering: { contextDelivery: 'deferred', mode: 'contextInjection' },
  phases: {
    initial: 'ask',
    phases: [
      { name: 'ask', instruction: 'Ask.', transitions: [{ to: 'done', when: (state) => state.has('go') }] },
      { name: 'done', instruction: 'Be brief.', terminal: true, enterPrompt: 'Say goodbye.' },
    ],
  },
};

test.for<TurnCommitPreset>(['immediate', 'responsive', 'conversational'])(
  'under %s each turn of the user has exactly one pair of activity marks',
  async (turnCommit, context) => {
    verifies(context, 'acceptance:voice:activityMarks');
    const call = await CallUnderTest.open({ interruptionAuthority: 'client', turnCommit });
    await speak(call, room(600), voice(1_200), room(2_000), voice(900), room(2_000));
    expect(marks(call)).toEqual(['activityStart', 'activityEnd', 'activityStart', 'activityEnd']);
    await call.peer.says('A long answer.', { audioMs: 8_000 });
    await speak(call, voice(2_500), room(2_000));
    expect(marks(call)).toHaveLength(6);
    expect(marks(call).slice(4)).toEqual(['activityStart', 'activityEnd']);
    await call.end();
  },
);

test('under the authority of the server no activity marks are sent', async (context) => {
  verifies(context, 'acceptance:voice:activityMarks');
  const call = await CallUnderTest.open({ inputVad: true });
  await speak(call, room(600), voice(1_200), room(2_000));
  expect(call.log.types('vadStart', 'vadEnd')).toEqual(['vadStart', 'vadEnd']);
  expect(marks(call)).toEqual([]);
  await call.end();
});

test('under responsive 200 ms of speech into the model is no turn, and 700 ms is one', async (context) => {
  verifies(context, 'acceptance:voice:backchannel');
  const call = await CallUnderTest.open({ interruptionAuthority: 'client', turnCommit: 'responsive' });
  await speak(call, room(600));
  await call.peer.says('A long answer that is heard for ten seconds.', { audioMs: 10_000 });
  await speak(call, voice(200), room(1_500));
  expect(marks(call)).toEqual([]);
  await speak(call, voice(700));
  expect(marks(call)).toEqual(['activityStart']);
  await speak(call, room(1_500));
  expect(marks(call)).toEqual(['activityStart', 'activityEnd']);
  await call.end();
});

describe('deferred context', () => {
  test('that stands already is not sent a second time', async (context) => {
    verifies(context, 'acceptance:voice:deferredSuppression');
    const call = await CallUnderTest.open({ ...DEFERRED });
    for (let at = 0; at < 4; at++) {
      await call.turn(`Turn ${at}.`, 'Yes.');
      await call.clock.advanceAsync(2_000);
    }
    const asked = turnsSent(call).filter(([text]) => text.includes('Ask.'));
    expect(asked.length).toBeLessThanOrEqual(1);
    await call.end();
  });

  test('goes out in one frame before what the user sends', async (context) => {
    verifies(context, 'acceptance:voice:deferredSingleFrame');
    const call = await CallUnderTest.open({ ...DEFERRED });
    call.handle.state().set('go', true);
    await call.turn('Go on.', 'A long answer, which is still being heard when the user writes again.');
    const before = turnsSent(call).length;
    void call.handle.sendText('One more thing.');
    await settle();
    const frames = turnsSent(call).slice(before);
    expect(frames.map(([, completes]) => completes)).toEqual([false, true]);
    expect(frames[0]?.[0]).toContain('Be brief.');
    expect(frames[0]?.[0]).toContain('Say goodbye.');
    expect(frames[1]?.[0]).toBe('One more thing.');
    await call.end();
  });

  test('with a prompt waits while the model is heard, and goes out once when it has been', async (context) => {
    verifies(context, 'acceptance:voice:promptArmed', 'acceptance:voice:promptDrained');
    const call = await CallUnderTest.open({ ...DEFERRED });
    call.handle.state().set('go', true);
    void call.handle.sendText('Go on.');
    await call.peer.says('A long answer.', { audioMs: 5_000, thenCompletes: true });
    await call.clock.advanceAsync(1_000);
    const prompts = (): number => turnsSent(call).filter(([text]) => text.includes('Say goodbye.')).length;
    expect(call.handle.voiceState()).toMatchObject({ promptPending: true, playbackActive: true });
    expect(prompts()).toBe(0);
    await call.handle.playbackDrained();
    await call.clock.advanceAsync(0);
    expect(prompts()).toBe(1);
    expect(call.handle.voiceState().promptPending).toBe(false);
    expect(turnsSent(call).at(-1)?.[1]).toBe(true);
    await call.handle.playbackDrained();
    await call.clock.advanceAsync(20_000);
    expect(prompts()).toBe(1);
    await call.end();
  });

  test('is cancelled as a prompt by the speech of the user, and kept as context', async (context) => {
    verifies(context, 'acceptance:voice:promptCancelled');
    const call = await CallUnderTest.open({ ...DEFERRED });
    call.handle.state().set('go', true);
    void call.handle.sendText('Go on.');
    await call.peer.says('A long answer.', { audioMs: 5_000, thenCompletes: true });
    await call.clock.advanceAsync(1_000);
    await call.handle.userSpeechStarted();
    await call.handle.playbackDrained();
    await call.clock.advanceAsync(1_000);
    expect(call.handle.voiceState()).toMatchObject({ promptPending: false, userSpeaking: true });
    void call.handle.sendText('Wait.');
    await call.handle.userSpeechEnded();
    await call.clock.advanceAsync(20_000);
    const kept = turnsSent(call).filter(([text]) => text.includes('Say goodbye.'));
    expect(kept.map(([, completes]) => completes)).toEqual([false]);
    expect(turnsSent(call).filter(([, completes]) => completes)).toEqual([
      ['Go on.', true],
      ['Wait.', true],
    ]);
    await call.end();
  });
});

test('a barge-in during a tool of 10 s gives it no response and moves no phase, within 50 ms', async (context) => {
  verifies(context, 'acceptance:voice:bargeInTool');
  const lasts = tool({
    name: 'lasts',
    description: 'Takes ten seconds.',
    policy: { kind: 'read' },
    run: async (_args, { signal, state }) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
      state.set('go', true);
      return {};
    },
  });
  const call = await CallUnderTest.open({ ...DEFERRED, tools: [lasts] });
  const id = await call.peer.calls('lasts');
  await call.clock.advanceAsync(3_000);
  const beganMs = call.clock.nowMs();
  let toldMs = Number.POSITIVE_INFINITY;
  call.handle.on('toolCancelled', () => {
    toldMs = call.clock.nowMs();
  });
  await call.peer.interrupts();
  expect(toldMs - beganMs).toBeLessThan(50);
  expect(call.log.types('toolCancelled', 'interrupted')).toEqual(['toolCancelled', 'interrupted']);
  await call.clock.advanceAsync(20_000);
  expect(call.peer.answersTo(id)).toEqual([]);
  expect(call.handle.conversationPhase).toBe('ask');
  await call.end();
});

test('audio after an interruption is of another generation, and a player can tell the stale one', async (context) => {
  verifies(context, 'acceptance:voice:staleAudio');
  const call = await CallUnderTest.open();
  await call.peer.says('One two three.', { audioMs: 900 });
  await call.peer.interrupts();
  await call.peer.says('Four.', { audioMs: 300 });
  const generations = call.log.of('audio').map(({ generation }) => generation);
  expect(generations).toEqual([0, 0, 0, 1]);
  const [interrupted] = call.log.of('interrupted');
  expect(interrupted?.generation).toBe(1);
  await call.end();
});

test('a transcript in pieces, redacted and cut, is its final one', async (context) => {
  verifies(context, 'acceptance:voice:transcript');
  const call = await CallUnderTest.open({ redaction: { cards: true } });
  await call.peer.hears('My card is 4242 42');
  await call.peer.hears('42 4242 4242, thank you.');
  const words = 'Your card 4242 4242 4242 4242 is charged with ten euros and nobody hears this end.';
  await call.peer.says(words, { audioMs: 5_200 });
  await call.clock.advanceAsync(2_500);
  await call.peer.interrupts();
  await call.clock.advanceAsync(5_000);
  const told = (type: 'inputTranscript' | 'outputTranscript', isFinal: boolean): string =>
    call.log
      .of(type)
      .filter((event) => event.isFinal === isFinal)
      .map(({ text }) => text)
      .join('');
  expect(told('inputTranscript', true)).toBe('My card is [card ending 4242], thank you.');
  expect(told('inputTranscript', false)).toBe(told('inputTranscript', true));
  const final = told('outputTranscript', true);
  expect(final).toMatch(/^Your card/);
  expect(final).not.toContain('4242 4242');
  expect(final).not.toContain('nobody hears');
  expect(told('outputTranscript', false).startsWith(final)).toBe(true);
  const [record] = call.handle.turns;
  expect([record?.said, record?.heard, record?.interrupted]).toEqual([
    final,
    'My card is [card ending 4242], thank you.',
    true,
  ]);
  await call.end();
});

/** How each phase of the wire session is reached. */
const PHASES: ReadonlyArray<readonly [string, CallOptions, (call: CallUnderTest) => Promise<unknown>]> = [
  ['active', {}, async () => {}],
  ['modelSpeaking', {}, (call) => call.peer.says('I speak')],
  ['userSpeaking', { interruptionAuthority: 'client' }, (call) => speak(call, room(600), voice(1_000))],
  [
    'toolCallExecuting',
    { tools: [tool({ name: 'slow', description: 'Slow.', run: () => new Promise<never>(() => {}) })] },
    (call) => call.peer.calls('slow'),
  ],
  [
    'toolCallPending',
    { tools: [{ functionDeclarations: [{ name: 'manual', description: 'By hand.' }] }] },
    (call) => call.peer.calls('manual'),
  ],
  [
    'disconnected',
    {},
    async (call) => {
      // The first time another connection is there at once.
      await call.peer.disconnects(1011, 'internal');
      await call.peer.disconnects(1011, 'internal');
    },
  ],
];

test.for(PHASES)(
  'disconnecting in the phase %s ends within its bound',
  async ([phase, options, reach], context) => {
    verifies(context, 'acceptance:voice:disconnectPhases');
    const call = await CallUnderTest.open(options);
    await reach(call);
    expect(call.handle.phase).toBe(phase);
    const beganMs = call.clock.nowMs();
    await call.end();
    expect(call.clock.nowMs() - beganMs).toBeLessThanOrEqual(5_000);
    expect(call.handle.phase).toBe('disconnected');
    expect(call.handle.state().snapshot().values).toBeDefined();
  },
);

test('a late subscriber hears telemetry from then on, and the snapshot has it all', async (context) => {
  verifies(context, 'acceptance:voice:lateTelemetry');
  const call = await CallUnderTest.open({ telemetryIntervalMs: 100 });
  await call.turn();
  await call.clock.advanceAsync(5_000);
  const late: LiveEvent[] = [];
  call.handle.on('telemetry', (event) => late.push(event));
  await call.turn();
  await call.clock.advanceAsync(1_000);
  expect(late.length).toBeGreaterThan(0);
  const last = late.at(-1);
  const { turns } = call.handle.telemetry().snapshot() as unknown as { readonly turns?: number };
  expect(last?.type === 'telemetry' && JSON.stringify(last.snapshot)).toContain(String(turns ?? 2));
  await call.end();
});

test('every waiter of done is released, before and after the end', async (context) => {
  verifies(context, 'acceptance:voice:doneWaiters');
  const call = await CallUnderTest.open();
  const waiters = [call.handle.done(), call.handle.done(), call.handle.done()];
  void call.handle.disconnect();
  await call.expectEnded(Promise.all(waiters));
  await Promise.all([call.handle.done(), call.handle.done()]);
});

test('a subscriber that lags loses media, and not the tool call in the gap', async (context) => {
  verifies(context, 'acceptance:voice:laggingSubscriber');
  const look = tool({ name: 'look', description: 'Looks.', run: () => ({ ok: true }) });
  const call = await CallUnderTest.open({ tools: [look] });
  const receiver = call.handle.events({ capacity: 16 });
  const media = async (): Promise<void> => {
    const data = Buffer.alloc(1_920).toString('base64');
    const parts = [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data } }];
    for (let at = 0; at < 100; at++) await call.peer.sends({ serverContent: { modelTurn: { parts } } });
  };
  await media();
  const id = await call.peer.calls('look');
  await call.peer.answerTo(id);
  await media();
  await call.peer.completes();
  await call.end();
  const heard: LiveEvent[] = [];
  let lost = 0;
  for (;;) {
    try {
      const event = await receiver.recv();
      if (event === undefined) break;
      heard.push(event);
    } catch (error) {
      expect(error).toMatchObject({ code: 'lagged' });
      lost += (error as { readonly missed: number }).missed;
      if (lost > 100_000) break;
    }
  }
  expect(lost).toBeGreaterThan(0);
  const since = call.log.events.filter(({ seq }) => seq > 1); // `connected` was told before
  const whole = since.filter(({ type }) => type !== 'audio').map(({ seq }) => seq);
  expect(heard.filter(({ type }) => type !== 'audio').map(({ seq }) => seq)).toEqual(whole);
  expect(heard.some((event) => event.type === 'toolExecution' && event.callId === id)).toBe(true);
  expect(heard.length + lost).toBe(since.length);
});
