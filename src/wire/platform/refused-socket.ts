import type { Socket, SocketSink } from '../transport/transport.ts';

/** A socket that the platform would not even start: says so once, and does nothing. */
export function refusedSocket(cause: unknown, sink: SocketSink): Socket {
  queueMicrotask(() => sink.closed({ code: 1006, reason: '', cause }));
  return { bufferedBytes: 0, send: () => {}, close: () => {}, terminate: () => {} };
}
