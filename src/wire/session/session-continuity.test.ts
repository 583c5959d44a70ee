import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { createStubTransport } from '../../../tests/support/stub-transport.ts';
import { activeRig, CONFIG, openRig, settle } from '../../../tests/support/wire-peer.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { connect, openSession } from './connect.ts';

const silent = (connection: { answersSetup: boolean }): void => {
  connection.answersSetup = false;
};

describe('opening a session', () => {
  test('gives up connecting after 10 s, five times, with connectTimeout', async (context) => {
    verifies(context, 'wire:connect:timeout', 'wire:retry:bounded');
    const clock = new ManualClock();
    const transport = createStubTransport();
    const connecting = connect(CONFIG, { transport, clock, random: () => 0, environment: {} });
    connecting.catch(() => {});
    for (let attempt = 1; attempt <= 5; attempt++) {
      await settle();
      expect(transport.sockets).toHaveLength(attempt);
      clock.advance(9_999);
      expect(transport.sockets.at(-1)?.terminated).toBe(false);
      clock.advance(1);
      clock.advance(0);
    }
    await expect(connecting).rejects.toMatchObject({
      code: 'connectTimeout',
      retryable: true,
      elapsedMs: 10_000,
    });
    expect(transport.sockets.every(({ terminated }) => terminated)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('gives up on a setup that is never answered after 15 s, without a retry', async (context) => {
    verifies(context, 'wire:setup:timeout');
    const rig = openRig({}, silent);
    const active = rig.session.waitForPhase('active');
    active.catch(() => {});
    await settle();
    rig.clock.advance(15_000);
    await expect(active).rejects.toMatchObject({ code: 'setupTimeout', elapsedMs: 15_000 });
    await settle();
    expect(rig.connections).toHaveLength(1);
    expect(rig.names().at(-1)).toBe('disconnected');
    expect(rig.clock.pending).toBe(0);
  });

  test.each([
    [1007, 'API key not valid. Please pass a valid API key.', 'invalidApiKey'],
    [
      1008,
      'models/x is not found for API version v1beta, or is not supported for bidiGenerateContent.',
      'modelNotFound',
    ],
    [
      1007,
      'Invalid JSON payload received. Unknown name "a" at \'setup\': Cannot find field.',
      'invalidRequest',
    ],
    [1011, 'You exceeded your current quota, please check your plan and billing details.', 'quotaExceeded'],
    [1000, '', 'closedByServer'],
  ])(
    'a close %i "%s" before setupComplete rejects with %3$s and is not retried',
    async (code, reason, expected) => {
      const rig = openRig({}, (connection) => {
        silent(connection);
        queueMicrotask(() => connection.peer.close(code, reason));
      });
      const active = rig.session.waitForPhase('active');
      await expect(active).rejects.toMatchObject({ code: expected, closeCode: code, closeReason: reason });
      rig.clock.advance(120_000);
      await settle();
      expect(rig.connections).toHaveLength(1);
      expect(rig.names().filter((name) => name === 'disconnected')).toHaveLength(1);
    },
  );

  test('connect rejects when the server closes before setupComplete, where others hang', async (context) => {
    verifies(context, 'wire:setup:early-close', 'wire:close:fatal');
    const clock = new ManualClock();
    const transport = createStubTransport((socket) =>
      queueMicrotask(() => {
        socket.sink.opened();
        socket.sink.closed({ code: 1008, reason: 'Your API key was reported as leaked.' });
      }),
    );
    await expect(connect(CONFIG, { transport, clock, environment: {} })).rejects.toMatchObject({
      code: 'invalidApiKey',
    });
    expect([transport.sockets.length, clock.pending]).toEqual([1, 0]);
  });

  test('is cancelled by its signal while connecting, in setup and in backoff, and by disconnect', async (context) => {
    verifies(context, 'wire:cancel');
    const stages = {
      connecting: () => {},
      setupSent: (socket: { sink: { opened(): void } }) => socket.sink.opened(),
      disconnected: (socket: { sink: { closed(close: { code: number; reason: string }): void } }) =>
        socket.sink.closed({ code: 1011, reason: 'Internal error encountered.' }),
    } as const;
    for (const [phase, play] of Object.entries(stages)) {
      for (const by of ['signal', 'disconnect'] as const) {
        const clock = new ManualClock();
        const transport = createStubTransport();
        const controller = new AbortController();
        const session = openSession(CONFIG, {
          transport,
          clock,
          signal: controller.signal,
          random: () => 1,
          environment: {},
        });
        const active = session.waitForPhase('active');
        active.catch(() => {});
        await settle();
        const [socket] = transport.sockets;
        if (socket !== undefined) play(socket);
        expect(session.phase).toBe(phase);
        if (by === 'signal') controller.abort(new Error('changed my mind'));
        else await session.disconnect();
        await expect(active).rejects.toMatchObject({ code: by === 'signal' ? 'aborted' : 'sessionEnded' });
        clock.advance(120_000);
        await settle();
        expect([transport.sockets.length, clock.pending, session.phase]).toEqual([1, 0, 'disconnected']);
      }
    }
  });

  test('a signal that is aborted already opens nothing; one aborted later leaves a running session alone', async () => {
    const transport = createStubTransport((socket) => queueMicrotask(() => socket.accept()));
    const aborted = connect(CONFIG, { transport, signal: AbortSignal.abort(), environment: {} });
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    expect(transport.sockets).toHaveLength(0);
    const controller = new AbortController();
    const session = await connect(CONFIG, { transport, signal: controller.signal, environment: {} });
    controller.abort();
    await settle();
    expect(session.phase).toBe('active');
    transport.sockets[0]?.terminate();
    await session.disconnect();
  });
});

describe('losing a connection', () => {
  test('openSession with a signal that is aborted already connected all the same', async () => {
    const transport = createStubTransport(() => {});
    const options = { transport, environment: {}, signal: AbortSignal.abort('no') };
    const { error } = await openSession(CONFIG, options).join();
    expect([error?.code, transport.sockets.length]).toEqual(['aborted', 0]);
  });

  test('retries with full jitter, resumes with the newest handle and keeps its id', async (context) => {
    verifies(context, 'wire:retry:jitter', 'wire:resume:newest', 'wire:resume:config');
    let refused = false;
    const rig = await activeRig({ sessionResumption: { handle: 'from-config' } }, ({ peer }) => {
      if (refused) queueMicrotask(() => peer.reset());
    });
    const { sessionId } = rig.session;
    expect(rig.server.setup?.sessionResumption).toEqual({ handle: 'from-config' });
    expect(rig.events.at(-1)).toMatchObject({ type: 'connected', resumed: true });
    rig.server.say({ sessionResumptionUpdate: { newHandle: 'newest', resumable: true } });
    rig.server.say({ sessionResumptionUpdate: {} });
    await settle();
    refused = true;
    rig.server.peer.reset();
    await settle();
    // At once, and again after a random 0.5 of 500 ms.
    const retries = rig.events.flatMap((event) =>
      event.type === 'connectionChanged' && event.connection.state === 'retrying' ? [event.connection] : [],
    );
    expect(retries).toMatchObject([
      { attempt: 1, delayMs: 0, cause: { code: 'connectionLost' } },
      { attempt: 2, delayMs: 250, cause: { code: 'connectionFailed' } },
    ]);
    expect(rig.session.phase).toBe('disconnected');
    refused = false;
    rig.clock.advance(249);
    await settle();
    expect(rig.connections).toHaveLength(2);
    rig.clock.advance(1);
    await settle();
    expect(rig.connections).toHaveLength(3);
    expect(rig.server.setup?.sessionResumption).toEqual({ handle: 'newest' });
    expect([rig.session.phase, rig.session.sessionId]).toEqual(['active', sessionId]);
    await rig.session.disconnect();
  });

  test('a stale handle is dropped, and a fresh session started', async (context) => {
    verifies(context, 'wire:resume:stale');
    const rig = openRig({ sessionResumption: { handle: 'stale' } }, (connection, index) => {
      if (index > 0) return;
      connection.answersSetup = false;
      queueMicrotask(() => connection.peer.close(1008, 'BidiGenerateContent session not found'));
    });
    await settle();
    await rig.clock.runUntil(() => rig.session.phase === 'active', 10_000);
    expect(rig.connections.map(({ setup }) => setup?.sessionResumption)).toEqual([{ handle: 'stale' }, {}]);
    expect(rig.events.at(-1)).toMatchObject({ type: 'connected', resumed: false });
  });

  test('a handle whose setup fails twice is given up for a fresh session', async () => {
    const rig = openRig({ sessionResumption: { handle: 'poison' } }, (connection, index) => {
      if (index > 1) return;
      connection.answersSetup = false;
      queueMicrotask(() => connection.peer.close(1011, 'Internal error encountered.'));
    });
    await settle();
    await rig.clock.runUntil(() => rig.session.phase === 'active', 10_000);
    const handles = rig.connections.map(({ setup }) => setup?.sessionResumption);
    expect(handles).toEqual([{ handle: 'poison' }, { handle: 'poison' }, {}]);
  });

  test('with resumption off, no handle is asked for or sent', async () => {
    const rig = await activeRig({ sessionResumption: false });
    rig.server.say({ sessionResumptionUpdate: { newHandle: 'unasked', resumable: true } });
    await settle();
    rig.server.peer.reset();
    await rig.clock.runUntil(() => rig.connections.length === 2 && rig.session.phase === 'active', 10_000);
    expect(rig.connections.map(({ setup }) => setup && 'sessionResumption' in setup)).toEqual([false, false]);
  });

  test('a stable minute forgets earlier failures', async () => {
    const rig = await activeRig({ retry: { maxAttempts: 2 } });
    for (let loss = 0; loss < 3; loss++) {
      rig.clock.advance(60_000);
      rig.server.peer.reset();
      await settle();
      expect(rig.session.connection.state).toBe('open');
      expect(rig.events.findLast(({ type }) => type === 'rotated')).toMatchObject({ gapMs: 0 });
    }
    rig.clock.advance(60_000);
    rig.server.peer.reset();
    await settle();
    await rig.clock.runUntil(() => rig.session.phase === 'active', 10_000);
    rig.server.peer.reset();
    await settle();
    expect(rig.session.connection.state).toBe('closed');
  });

  test('a half-open connection is noticed by pings that nobody answers', async (context) => {
    verifies(context, 'wire:stall');
    const clock = new ManualClock();
    const transport = createStubTransport((socket) => queueMicrotask(() => socket.accept()));
    const session = await connect(CONFIG, { transport, clock, environment: {} });
    const [socket] = transport.sockets;
    clock.advance(10_000);
    expect(socket?.pings).toBe(1);
    socket?.sink.alive();
    clock.advance(10_000);
    expect([socket?.pings, socket?.terminated]).toEqual([2, false]);
    clock.advance(10_000);
    expect(socket?.terminated).toBe(true);
    await settle();
    expect([transport.sockets.length, session.connection.state]).toEqual([2, 'open']);
    // Its pongs may be slow: the next one is given twice as long, until one comes in time.
    clock.advance(34_999);
    expect(transport.sockets[1]?.terminated).toBe(false);
    transport.sockets[1]?.sink.alive();
    clock.advance(40_000);
    expect(transport.sockets[1]?.terminated).toBe(true);
    await session.disconnect();
    expect(clock.pending).toBe(0);
  });

  test('a server that does not answer the close is left after two seconds', async () => {
    const clock = new ManualClock();
    const transport = createStubTransport((socket) => queueMicrotask(() => socket.accept()));
    const session = await connect(CONFIG, { transport, clock, environment: {} });
    const done = session.disconnect();
    expect([session.phase, transport.sockets[0]?.closes]).toEqual(['disconnecting', 1]);
    clock.advance(1_999);
    expect(transport.sockets[0]?.terminated).toBe(false);
    clock.advance(1);
    await done;
    expect([session.phase, transport.sockets[0]?.terminated, clock.pending]).toEqual([
      'disconnected',
      true,
      0,
    ]);
  });

  test('what an abandoned socket still says is not heard', async () => {
    const clock = new ManualClock();
    const transport = createStubTransport((socket) => queueMicrotask(() => socket.accept()));
    const session = await connect(CONFIG, { transport, clock, environment: {} });
    const [first] = transport.sockets;
    first?.sink.closed({ code: 1011, reason: 'Internal error encountered.' });
    await clock.runUntil(() => session.phase === 'active' && transport.sockets.length === 2, 5_000);
    const heard: string[] = [];
    session.onEvent((event) => heard.push(event.type));
    await settle();
    heard.length = 0;
    first?.sink.frame('{"serverContent":{"turnComplete":true}}');
    first?.sink.closed({ code: 1006, reason: '' });
    expect(heard).toEqual([]);
    await Promise.all([session.disconnect(), clock.advanceAsync(2_000)]);
  });

  test('a close whose words hold the key is classified by them, and told without the key', async () => {
    const transport = createStubTransport((socket) =>
      queueMicrotask(() => {
        socket.sink.opened();
        socket.sink.closed({ code: 1007, reason: 'API key not valid: key' });
      }),
    );
    const connecting = connect(
      { ...CONFIG, apiKey: 'key' },
      { transport, clock: new ManualClock(), environment: {} },
    );
    await expect(connecting).rejects.toMatchObject({
      code: 'invalidApiKey',
      closeReason: 'API [redacted] not valid: [redacted]',
    });
  });
});
