import type { OpenRequest, Socket, SocketClose, SocketSink, Transport } from './transport.ts';

/** The server's end of an in-memory connection. */
export interface MemoryPeer {
  readonly request: OpenRequest;
  /** Gets the client's frames as text, in order. */
  onFrame: (frame: string) => void;
  /** Told once when the client is gone. */
  onClose: (close: SocketClose) => void;
  send(frame: Uint8Array | string): void;
  close(code: number, reason: string): void;
  /** Drops the connection without a close frame: 1006. */
  reset(): void;
  /** Refuses the upgrade, before anything is sent. */
  refuse(httpStatus: number): void;
}

/**
 * A transport without a network. Both directions deliver in microtasks, in order, so that neither side is ever
 * called from inside its own call.
 *
 * @param accept gets the server's end of each connection, before the client hears that it is open.
 */
export function createMemoryTransport(accept: (peer: MemoryPeer) => void): Transport {
  return { canSetHeaders: true, open: (request, sink) => connectPair(request, sink, accept) };
}

function connectPair(request: OpenRequest, sink: SocketSink, accept: (peer: MemoryPeer) => void): Socket {
  const decoder = new TextDecoder();
  let open = true;
  /** Ends both ends, once. */
  const shut = (toClient: SocketClose, toServer: SocketClose): void => {
    if (!open) return;
    open = false;
    queueMicrotask(() => {
      sink.closed(toClient);
      peer.onClose(toServer);
    });
  };
  const both = (close: SocketClose): void => shut(close, close);
  const peer: MemoryPeer = {
    request,
    onFrame: () => {},
    onClose: () => {},
    send(frame) {
      if (!open) return;
      if (frame.length > request.maxFrameBytes) return both({ code: 1009, reason: '' });
      queueMicrotask(() => sink.frame(frame));
    },
    close: (code, reason) => both({ code, reason }),
    reset: () => both({ code: 1006, reason: '' }),
    refuse: (httpStatus) => both({ code: 1006, reason: '', httpStatus }),
  };
  queueMicrotask(() => {
    accept(peer);
    if (open) sink.opened();
  });
  return {
    bufferedBytes: 0,
    send(frame) {
      if (!open) return;
      const text = typeof frame === 'string' ? frame : decoder.decode(frame);
      queueMicrotask(() => peer.onFrame(text));
    },
    close: (code, reason) => both({ code, reason }),
    terminate: () => both({ code: 1006, reason: '' }),
  };
}
