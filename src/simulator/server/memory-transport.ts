/** Connections without sockets: a `Transport` whose other end is this simulator, for tests on a manual clock. */
import { Buffer } from 'node:buffer';
import type { OpenRequest, Socket, SocketSink, Transport } from '../../wire/transport/transport.ts';
import type { Connection } from '../session/connection.ts';
import type { Line } from '../session/line.ts';
import type { ConnectionSet } from './connection-set.ts';
import { serverFrame } from './server-frame.ts';

/** Frames leave and arrive in order, each in a microtask of its own: never inside the call that sent them. */
export function createMemoryTransport(connections: ConnectionSet, frames: 'binary' | 'text'): Transport {
  return {
    canSetHeaders: true,
    open: (request, sink) => openMemorySocket(connections, frames, request, sink),
  };
}

function openMemorySocket(
  connections: ConnectionSet,
  frames: 'binary' | 'text',
  request: OpenRequest,
  sink: SocketSink,
): Socket {
  let open = true;
  const later = (task: () => void): void => queueMicrotask(task);
  const endWith = (code: number, reason: string): void => {
    if (!open) return;
    open = false;
    later(() => sink.closed({ code, reason }));
  };
  const deliver = (text: string): void => {
    if (!open) return;
    const data = frames === 'text' ? text : new Uint8Array(Buffer.from(text));
    if (data.length > request.maxFrameBytes) {
      connection.disconnected(1009, '');
      return endWith(1009, '');
    }
    // A close that comes after a frame must not overtake it, so only the frame's own order counts here.
    later(() => sink.frame(data));
  };
  const line: Line = {
    send: (message) => deliver(serverFrame(message)),
    sendRaw: deliver,
    close: endWith,
    reset: () => endWith(1006, ''),
  };
  const connection: Connection = connections.create(
    { target: targetOf(request.url), headers: lowerCase(request.headers) },
    line,
  );
  later(() => {
    if (!open) return;
    sink.opened();
    connection.opened();
  });
  return {
    bufferedBytes: 0,
    send(frame) {
      const copy = typeof frame === 'string' ? frame : frame.slice();
      later(() => {
        if (open) connection.receive(copy);
      });
    },
    ping: () => later(() => open && sink.alive()),
    close(code, reason) {
      later(() => {
        connection.disconnected(code, reason);
        endWith(code, reason);
      });
    },
    terminate() {
      connection.disconnected(1006, '');
      endWith(1006, '');
    },
  };
}

/** The request target of a URL, repeated slashes and all. */
function targetOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/';
}

function lowerCase(headers: OpenRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
