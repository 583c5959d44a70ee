import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { LiveEventOf, LiveEventType } from '../../runtime/live-event.ts';
import { RuntimeError } from '../../runtime/runtime-error.ts';
import { EventLog, ScriptedPeer, settle } from '../../testing/index.ts';
import { Live } from './live-builder.ts';

type Builder = ReturnType<typeof Live.builder>;
type Callback = (...args: unknown[]) => unknown;
type Body<Type extends LiveEventType> = Omit<LiveEventOf<Type>, 'type' | 'seq' | 'turn' | 'generation'>;
interface Row {
  readonly method: string;
  readonly type: LiveEventType;
  readonly event: object;
  readonly args: readonly unknown[];
  readonly give: (builder: Builder, callback: Callback) => unknown;
}

const data = new Uint8Array([1, 2]);
const error = new RuntimeError('toolFailed', 'no');

function row<Type extends LiveEventType>(
  type: Type,
  event: Body<Type>,
  args: readonly unknown[],
  give: Row['give'],
): Row {
  const method = /\.(on\w+)\(/.exec(String(give))?.[1] ?? '';
  return { method, type, event: { ...event, type, seq: 1, turn: 1, generation: 0 }, args, give };
}

const ROWS: readonly Row[] = [
  row('audio', { data, mimeType: 'audio/pcm', rateHz: 24_000 }, [data], (b, f) => b.onAudio(f)),
  row('media', { data, mimeType: 'video/mp4' }, [data, 'video/mp4'], (b, f) => b.onMedia(f)),
  row('textDelta', { text: 'He' }, ['He'], (b, f) => b.onTextDelta(f)),
  row('textComplete', { text: 'Hello' }, ['Hello'], (b, f) => b.onTextComplete(f)),
  row('thought', { text: 'Hm' }, ['Hm'], (b, f) => b.onThought(f)),
  row('inputTranscript', { text: 'hi', isFinal: false }, ['hi', false], (b, f) => b.onInputTranscript(f)),
  row('outputTranscript', { text: 'hi', isFinal: true }, ['hi', true], (b, f) => b.onOutputTranscript(f)),
  row('vadStart', {}, [], (b, f) => b.onVadStart(f)),
  row('vadEnd', {}, [], (b, f) => b.onVadEnd(f)),
  row('disconnected', { reason: 'lost' }, ['lost'], (b, f) => b.onDisconnected(f)),
  row('disconnected', {}, [undefined], (b, f) => b.onDisconnected(f)),
  row('goAway', { timeLeftMs: 5000 }, [5000], (b, f) => b.onGoAway(f)),
  row('error', { error }, [error], (b, f) => b.onError(f)),
  row('interrupted', {}, [], (b, f) => b.onInterrupted(f)),
  row('toolCancelled', { ids: ['a'] }, [['a']], (b, f) => b.onToolCancelled(f)),
  row('turnComplete', {}, [], (b, f) => b.onTurnComplete(f)),
  row('extraction', { name: 'order', value: { qty: 2 } }, ['order', { qty: 2 }], (b, f) => b.onExtracted(f)),
  row('extractionError', { name: 'order', error: 'no' }, ['order', 'no'], (b, f) => b.onExtractionError(f)),
  row('connected', { resumed: true }, [], (b, f) => b.onResumed(f)),
];

test.each(ROWS)('$method is given what its event holds', ({ type, event, args, give }) => {
  const builder = Live.builder();
  const calls: unknown[][] = [];
  expect(give(builder, (...given) => calls.push(given))).toBe(builder);
  const listener = builder.options.on?.[type] as (event: object) => void;
  listener(event);
  expect(calls).toEqual([args]);
});

test('onResumed is not told of the first connection', () => {
  const calls: string[] = [];
  const { on } = Live.builder().onResumed(() => calls.push('resumed')).options;
  const listener = on?.connected as (event: object) => void;
  listener({ type: 'connected', resumed: false });
  expect(calls).toEqual([]);
});

test('Callbacks and hooks hear a call from its first event, in order, and who comes later misses nothing', async (context) => {
  verifies(context, 'builder:listeners');
  const peer = new ScriptedPeer();
  const heard: string[] = [];
  const say = (what: string) => (): void => void heard.push(what);
  const handle = await Live.builder()
    .on('connected', say('event connected'))
    .onConnected(
      ({ state }) => void heard.push(`hook connected in ${state.get('session:phase') ?? 'no phase'}`),
    )
    .onConnected(say('second hook'))
    .onSessionPhase((phase) => heard.push(phase))
    .onInputTranscript((text, isFinal) => heard.push(`${text}${isFinal ? ' (final)' : ''}`))
    .onAudio((audio) => heard.push(`audio of ${audio.length}`))
    .onUsage(({ totalTokenCount }) => heard.push(`${totalTokenCount} tokens`))
    .onTurnComplete(say('turn complete'))
    .onTurnBoundary(say('boundary'))
    .onTeardown(say('teardown'))
    .onDisconnected((reason) => heard.push(`disconnected: ${reason}`))
    .connectGoogleAi('key', { transport: peer.transport, clock: peer.clock, environment: {} });
  expect(heard).toEqual([
    'connecting',
    'setupSent',
    'active',
    'hook connected in no phase',
    'second hook',
    'event connected',
  ]);
  const late = new EventLog(handle);
  expect(late.types()).toContain('connected');
  heard.length = 0;
  await peer.hears('hi');
  await peer.says('Hello', { audioMs: 10, thenCompletes: true });
  await handle.disconnect();
  await settle();
  expect(
    heard.filter((what) => !/^(active|userSpeaking|modelSpeaking|disconnect(ed|ing))$/.test(what)),
  ).toEqual([
    'hi',
    'audio of 480',
    '120 tokens',
    'hi (final)',
    'turn complete',
    'boundary',
    'teardown',
    'disconnected: undefined',
  ]);
});

test('A callback or hook that throws is reported, and the others are called', async () => {
  const peer = new ScriptedPeer();
  const heard: string[] = [];
  const broken = (): never => {
    throw new Error('broken');
  };
  const handle = await Live.builder()
    .onTurnComplete(broken)
    .onTurnComplete(() => heard.push('turn complete'))
    .onTurnBoundary(broken)
    .onTurnBoundary(async () => broken())
    .onTurnBoundary(() => heard.push('boundary'))
    .onTeardown(broken)
    .onTeardown(() => heard.push('teardown'))
    .onError(({ code }) => heard.push(code))
    .connectGoogleAi('key', { transport: peer.transport, clock: peer.clock, environment: {} });
  await peer.says('Hello', { thenCompletes: true });
  await handle.disconnect();
  expect(heard).toEqual([
    'turn complete',
    'listenerFailed',
    'boundary',
    'hookFailed',
    'hookFailed',
    'hookFailed',
    'teardown',
  ]);
});
