/** A transport over a platform's own WebSocket. */
import type { OpenRequest, Socket, SocketClose, SocketSink, Transport } from '../transport/transport.ts';
import { refusedSocket } from './refused-socket.ts';

/** The part of the standard WebSocket that is used here. */
interface StandardSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: { message?: unknown; error?: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

type StandardConstructor = new (url: string, options?: { headers: OpenRequest['headers'] }) => StandardSocket;

/** Creates the transport; `canSetHeaders` is true where the constructor takes `{headers}` (Bun, Deno). */
export function webSocketTransport(canSetHeaders: boolean): Transport {
  return {
    canSetHeaders,
    open(request: OpenRequest, sink: SocketSink): Socket {
      const { WebSocket } = globalThis as unknown as { WebSocket: StandardConstructor };
      try {
        const socket = canSetHeaders
          ? new WebSocket(request.url, { headers: request.headers })
          : new WebSocket(request.url);
        return attach(socket, request.maxFrameBytes, sink);
      } catch (cause) {
        return refusedSocket(cause, sink);
      }
    },
  };
}

/** A text of n units has at most 3n bytes of UTF-8: only what is near the limit must be measured. */
function fits(frame: Uint8Array | string, maxBytes: number): boolean {
  if (typeof frame !== 'string') return frame.length <= maxBytes;
  return frame.length * 3 <= maxBytes || new TextEncoder().encode(frame).length <= maxBytes;
}

function attach(socket: StandardSocket, maxFrameBytes: number, sink: SocketSink): Socket {
  let cause: unknown;
  let reported = false;
  const report = (close: SocketClose): void => {
    if (reported) return;
    reported = true;
    sink.closed(cause === undefined ? close : { ...close, cause });
  };
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    if (!reported) sink.opened();
  };
  socket.onmessage = ({ data }) => {
    if (reported) return;
    const frame = data instanceof ArrayBuffer ? new Uint8Array(data) : String(data);
    if (fits(frame, maxFrameBytes)) return sink.frame(frame);
    report({ code: 1009, reason: '' });
    socket.close();
  };
  socket.onerror = ({ error, message }) => {
    cause = error ?? (message === undefined ? undefined : new Error(String(message)));
  };
  socket.onclose = ({ code, reason }) => report({ code, reason });
  return {
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (frame) => socket.send(typeof frame === 'string' ? frame : new TextDecoder().decode(frame)),
    close: (code, reason) => socket.close(code, reason),
    terminate() {
      // The standard has no abrupt end: the owner is told at once, the handshake goes on behind it.
      report({ code: 1006, reason: '' });
      socket.close();
    },
  };
}
