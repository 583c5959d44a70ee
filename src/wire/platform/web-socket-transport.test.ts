import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openOn, quiet, transportSuite } from '../../../tests/conformance/transport-suite.ts';
import { verifies } from '../../../tests/requirements.ts';
import { listenLoopback } from '../../../tests/support/loopback.ts';
import { webSocketTransport } from './web-socket-transport.ts';

// `ws` follows the standard closely enough to stand in for a platform's WebSocket.
beforeEach(() => {
  vi.stubGlobal('WebSocket', WebSocket);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each([
  ['without headers (browsers)', false],
  ['with headers (Bun, Deno)', true],
] as const)('the transport over the platform WebSocket %s', (_, canSetHeaders) => {
  transportSuite({
    transport: webSocketTransport(canSetHeaders),
    id: 'wire:transport:platform',
    tellsStatus: false,
  });
});

describe('the transport over the platform WebSocket', () => {
  const transport = webSocketTransport(false);

  test('cannot ping: the standard has none', async () => {
    await using server = await listenLoopback();
    const { socket, sink } = openOn(transport, server);
    expect(socket.ping).toBeUndefined();
    await sink.until('opened');
    socket.terminate();
  });

  test('a platform without WebSocket is one closed, with a cause', async (context) => {
    verifies(context, 'wire:transport:platform');
    vi.stubGlobal('WebSocket', undefined);
    const { sink } = openOn(transport, { port: 1 });
    await sink.until('closed');
    expect(sink.close).toMatchObject({ code: 1006, cause: expect.any(TypeError) });
  });

  test('a constructor that throws is one closed, with what it threw', async (context) => {
    verifies(context, 'wire:transport:platform');
    const cause = new DOMException('mixed content', 'SecurityError');
    vi.stubGlobal(
      'WebSocket',
      class {
        constructor() {
          throw cause;
        }
      },
    );
    const { sink } = openOn(transport, { port: 1 });
    await sink.until('closed');
    expect(sink.close.cause).toBe(cause);
  });

  test('a late open event after terminate does not open a session that is gone', async (context) => {
    verifies(context, 'wire:transport:platform');
    const sockets: Array<Record<string, (event?: unknown) => void>> = [];
    vi.stubGlobal(
      'WebSocket',
      class {
        constructor() {
          sockets.push(this as unknown as Record<string, () => void>);
        }
        close(): void {}
      },
    );
    const { socket, sink } = openOn(transport, { port: 1 });
    socket.terminate();
    const [standard] = sockets;
    standard?.onopen?.();
    standard?.onmessage?.({ data: 'late' });
    standard?.onclose?.({ code: 1000, reason: '' });
    await quiet();
    expect(sink.log).toEqual(['closed']);
    expect(sink.close).toEqual({ code: 1006, reason: '' });
  });

  test('passes what an error event says on as the cause of the close', async () => {
    for (const [event, words] of [
      [{ message: 'Connection reset' }, /Connection reset/],
      [{ error: new Error('TLS') }, /TLS/],
      [{}, /undefined/],
    ] as const) {
      const sockets: Array<Record<string, (event?: unknown) => void>> = [];
      vi.stubGlobal(
        'WebSocket',
        class {
          constructor() {
            sockets.push(this as unknown as Record<string, () => void>);
          }
        },
      );
      const { sink } = openOn(transport, { port: 1 });
      sockets[0]?.onerror?.(event);
      sockets[0]?.onclose?.({ code: 1006, reason: '' });
      expect(String(sink.close.cause)).toMatch(words);
    }
  });
});
