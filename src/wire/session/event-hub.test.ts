import { getEventListeners, setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { createStubTransport } from '../../../tests/support/stub-transport.ts';
import { activeRig, audioMessage, CONFIG, settle } from '../../../tests/support/wire-peer.ts';
import { WireError } from '../wire-error.ts';
import { connect } from './connect.ts';
import { sessionEventHub } from './event-hub.ts';
import type { SessionEventBody } from './session-event.ts';

const audio = (): SessionEventBody => ({
  type: 'audioData',
  data: new Uint8Array(2),
  mimeType: '',
  rateHz: 24_000,
});
const note = (key: number): SessionEventBody => ({ type: 'unknown', key: String(key), raw: key });

describe('events to subscribers', () => {
  test('subscribers added right after connect have missed nothing, whatever came with setupComplete', async (context) => {
    verifies(context, 'wire:event:early');
    const transport = createStubTransport((socket) =>
      queueMicrotask(() => {
        socket.accept();
        socket.sink.frame('{"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}');
      }),
    );
    const first: string[] = [];
    const onEvent = ({ type }: { type: string }): void => void first.push(type);
    const session = await connect(CONFIG, { transport, environment: {}, onEvent });
    const types: string[] = [];
    const handles: unknown[] = [];
    session.on('sessionResumeUpdate', ({ handle }) => handles.push(handle));
    session.onEvent(({ type }) => types.push(type));
    const receiver = session.subscribe();
    expect(handles).toEqual(['h']);
    expect(types).toEqual([
      'phaseChanged',
      'connectionChanged',
      'phaseChanged',
      'phaseChanged',
      'connectionChanged',
      'connected',
      'sessionResumeUpdate',
    ]);
    expect(first).toEqual(types);
    expect((await receiver.recv())?.seq).toBe(1);
    await settle();
    const late: string[] = [];
    session.onEvent(({ type }) => late.push(type));
    expect(late).toEqual([]);
    transport.sockets[0]?.terminate();
    await session.disconnect();
  });

  test('keeps no more than 256 events for a first subscriber that never comes', async () => {
    const hub = sessionEventHub();
    for (let key = 0; key < 300; key++) hub.publish(note(key), 1, 0);
    const receiver = hub.subscribe();
    expect((await receiver.recv())?.seq).toBe(45);
  });

  test('a slow receiver loses its oldest audio and is told how much, but no control event', async (context) => {
    verifies(context, 'wire:event:lag');
    const hub = sessionEventHub();
    const slow = hub.subscribe({ capacity: 4 });
    const fast: number[] = [];
    hub.onAny(({ seq }) => fast.push(seq));
    hub.publish(note(1), 1, 0);
    for (let count = 0; count < 6; count++) hub.publish(audio(), 1, 0);
    hub.publish(note(2), 1, 0);
    expect(fast).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(slow.recv()).rejects.toMatchObject({ code: 'lagged', missed: 4 });
    const got = [await slow.recv(), await slow.recv(), await slow.recv(), await slow.recv()];
    expect(got.map((event) => event?.seq)).toEqual([1, 6, 7, 8]);
    expect(slow.missed).toBe(4);
  });

  test('a receiver behind by eight times its capacity in control events ends, with lagged, instead of lying', async () => {
    const hub = sessionEventHub();
    const slow = hub.subscribe({ capacity: 2 });
    for (let key = 0; key < 20; key++) hub.publish(note(key), 1, 0);
    await expect(slow.recv()).rejects.toMatchObject({ code: 'lagged', missed: 17 });
    expect(await slow.recv()).toBeUndefined();
  });

  test('an iterator skips losses and ends with disconnected; leaving the loop stops receiving', async () => {
    const hub = sessionEventHub();
    const seen: number[] = [];
    const all = hub.subscribe({ capacity: 2 });
    for (let count = 0; count < 5; count++) hub.publish(audio(), 1, 0);
    hub.publish({ type: 'disconnected', reason: 'over' }, 1, 0);
    for await (const { seq } of all) seen.push(seq);
    expect(seen).toEqual([5, 6]);
    const other = sessionEventHub();
    const receiver = other.subscribe();
    other.publish(note(1), 1, 0);
    for await (const _event of receiver) break;
    expect(await receiver.recv()).toBeUndefined();
  });

  test('waiting readers are served in order, and woken by a signal or by close', async () => {
    const hub = sessionEventHub();
    const controller = new AbortController();
    const receiver = hub.subscribe({ signal: controller.signal });
    const [first, second, third] = [receiver.recv(), receiver.recv(), receiver.recv()];
    hub.publish(note(1), 1, 0);
    hub.publish(note(2), 1, 0);
    controller.abort();
    expect([(await first)?.seq, (await second)?.seq, await third]).toEqual([1, 2, undefined]);
    expect(await hub.subscribe({ signal: AbortSignal.abort() }).recv()).toBeUndefined();
  });

  test('a listener that throws is reported, once, and the others still hear', async (context) => {
    verifies(context, 'wire:event:isolation');
    const rig = await activeRig();
    rig.session.on('audioData', () => {
      throw new Error('mine');
    });
    rig.session.on('error', () => {
      throw new Error('even here');
    });
    let heard = 0;
    rig.session.on('audioData', () => {
      heard += 1;
    });
    rig.server.say(audioMessage());
    rig.server.say({ serverContent: { turnComplete: true } });
    await settle();
    expect(heard).toBe(1);
    const errors = rig.events.filter((event) => event.type === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ error: { code: 'listenerFailed', cause: { message: 'mine' } } });
    expect(rig.names().at(-1)).toBe('phase:active');
  });

  test('listeners stop by function or signal, also in the middle of a delivery', () => {
    const hub = sessionEventHub();
    const heard: string[] = [];
    const controller = new AbortController();
    const stop = hub.on('unknown', () => {
      heard.push('a');
      stop();
      controller.abort();
    });
    hub.on('unknown', () => heard.push('b'), { signal: controller.signal });
    hub.publish(note(1), 1, 0);
    hub.publish(note(2), 1, 0);
    expect(heard).toEqual(['a', 'b']);
  });

  test('what a listener does while it is called happens after the events of its step', async (context) => {
    verifies(context, 'wire:reentrancy');
    const rig = await activeRig();
    rig.server.say(audioMessage());
    await settle();
    rig.events.length = 0;
    rig.session.on('turnComplete', () => {
      void rig.session.signalActivityStart();
    });
    rig.session.on('audioData', () => {
      void rig.session.signalActivityEnd();
    });
    rig.server.say({ serverContent: { turnComplete: true }, sessionResumptionUpdate: {} });
    await settle();
    expect(rig.names()).toEqual([
      'turnComplete',
      'phase:active',
      'sessionResumeUpdate',
      'phase:userSpeaking',
    ]);
    rig.server.say(audioMessage());
    rig.server.say(audioMessage());
    rig.server.say({ serverContent: { turnComplete: true } });
    await settle();
    expect(rig.events.map(({ seq }) => seq)).toEqual(
      rig.events.map((_, index) => (rig.events[0]?.seq ?? 0) + index),
    );
    expect(rig.session.phase).toBe('userSpeaking');
  });

  test('the report of a throwing listener came to others before the event it threw on', () => {
    const hub = sessionEventHub();
    const heard: Array<readonly [number, string]> = [];
    hub.on('unknown', () => {
      throw new Error('mine');
    });
    hub.onAny(({ seq, type }) => heard.push([seq, type]));
    hub.publish(note(1), 1, 0);
    expect(heard).toEqual([
      [1, 'unknown'],
      [2, 'error'],
    ]);
  });

  test('an error listener that throws what it got is reported once, not for ever', () => {
    const hub = sessionEventHub();
    const codes: string[] = [];
    hub.on('error', ({ error }) => {
      codes.push(error.code);
      throw error;
    });
    hub.publish({ type: 'error', error: new WireError('malformedFrame', 'x') }, 1, 0);
    expect(codes).toEqual(['malformedFrame', 'listenerFailed']);
  });

  test('a reader that subscribed while disconnected was told waited for ever', async () => {
    const hub = sessionEventHub();
    hub.onAny(() => {});
    await settle();
    let late: Promise<unknown> | undefined;
    hub.on('disconnected', () => {
      late = hub.subscribe().recv();
    });
    hub.publish({ type: 'disconnected', reason: 'over' }, 1, 0);
    expect(await late).toBeUndefined();
    const after: string[] = [];
    hub.onAny(({ type }) => after.push(type));
    hub.publish(note(1), 1, 0);
    expect(after, 'nothing comes after disconnected').toEqual([]);
  });

  test('a signal that outlives a thousand sessions kept a listener, and the session, of each', () => {
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    for (let session = 0; session < 1000; session++) {
      const hub = sessionEventHub();
      hub.on('audioData', () => {}, { signal });
      hub.onAny(() => {}, { signal });
      hub.subscribe({ signal });
      hub.publish({ type: 'disconnected', reason: 'over' }, 1, 0);
      hub.on('error', () => {}, { signal });
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('a function subscribed twice lost both subscriptions when one ended', () => {
    const hub = sessionEventHub();
    let calls = 0;
    const listener = (): void => {
      calls += 1;
    };
    const stop = hub.on('unknown', listener);
    hub.on('unknown', listener);
    hub.onAny(listener, { signal: AbortSignal.abort() });
    stop();
    stop();
    hub.publish(note(1), 1, 0);
    expect(calls).toBe(1);
  });

  test('an async listener that rejected ended the process; it is reported like one that throws', async () => {
    const hub = sessionEventHub();
    const errors: unknown[] = [];
    hub.on('error', ({ error }) => errors.push(error));
    const asyncListener: () => unknown = () => Promise.reject(new Error('later'));
    hub.on('unknown', () => asyncListener());
    hub.publish(note(1), 1, 0);
    await settle();
    expect(errors).toMatchObject([{ code: 'listenerFailed', cause: { message: 'later' } }]);
  });
});
