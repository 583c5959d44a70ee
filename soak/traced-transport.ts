/** Shows what crosses the wire, one line a frame, audio left out. */
import type { Clock, SessionEventType, Transport } from '../src/wire/index.ts';

/** Events of the wire session that explain what it does. */
export const EVENTS_TRACED: readonly SessionEventType[] = [
  'connected',
  'rotated',
  'turnCutOff',
  'error',
  'disconnected',
  'connectionChanged',
];

export const at = (clock: Clock): string => clock.nowMs().toFixed(0).padStart(9);

/** Tells each frame that is sent. */
export function tappedTransport(inner: Transport, onSend: (frame: Uint8Array | string) => void): Transport {
  return {
    canSetHeaders: inner.canSetHeaders,
    open(request, sink) {
      const socket = inner.open(request, sink);
      return {
        get bufferedBytes() {
          return socket.bufferedBytes;
        },
        send: (frame) => {
          onSend(frame);
          socket.send(frame);
        },
        close: (code, reason) => socket.close(code, reason),
        terminate: () => socket.terminate(),
      };
    },
  };
}

export function tracedTransport(inner: Transport, clock: Clock, onLine: (line: string) => void): Transport {
  const shown = (arrow: string, frame: Uint8Array | string): void => {
    const text = (typeof frame === 'string' ? frame : new TextDecoder().decode(frame)).replace(/\s+/g, ' ');
    if (/"data": ?"[^"]{100}/.test(text) || text.includes('"setup"')) return;
    onLine(`${at(clock)} ${arrow} ${text.slice(0, 400)}`);
  };
  return {
    canSetHeaders: inner.canSetHeaders,
    open(request, sink) {
      const socket = inner.open(request, {
        opened: () => sink.opened(),
        alive: () => sink.alive(),
        frame: (data) => {
          shown('<', data);
          sink.frame(data);
        },
        closed: (close) => {
          onLine(`${at(clock)} x ${close.code} ${close.reason}`);
          sink.closed(close);
        },
      });
      return {
        bufferedBytes: 0,
        send: (frame) => {
          shown('>', frame);
          socket.send(frame);
        },
        close: (code, reason) => socket.close(code, reason),
        terminate: () => socket.terminate(),
      };
    },
  };
}
