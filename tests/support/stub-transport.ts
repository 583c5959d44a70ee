import type { OpenRequest, Socket, SocketSink, Transport } from '../../src/wire/index.ts';

/** A socket that does nothing by itself: the test plays the network. */
export class StubSocket implements Socket {
  readonly request: OpenRequest;
  readonly sink: SocketSink;
  readonly sent: string[] = [];
  bufferedBytes = 0;
  pings = 0;
  closes = 0;
  terminated = false;

  constructor(request: OpenRequest, sink: SocketSink) {
    this.request = request;
    this.sink = sink;
  }

  send(frame: Uint8Array | string): void {
    this.sent.push(typeof frame === 'string' ? frame : new TextDecoder().decode(frame));
  }

  ping(): void {
    this.pings += 1;
  }

  close(): void {
    this.closes += 1;
  }

  terminate(): void {
    this.terminated = true;
    this.sink.closed({ code: 1006, reason: '' });
  }

  /** The server's answer to setup. */
  accept(): void {
    this.sink.opened();
    this.sink.frame('{"setupComplete":{}}');
  }
}

export interface StubTransport extends Transport {
  readonly sockets: StubSocket[];
}

export function createStubTransport(onOpen: (socket: StubSocket) => void = () => {}): StubTransport {
  const sockets: StubSocket[] = [];
  return {
    canSetHeaders: true,
    sockets,
    open(request, sink) {
      const socket = new StubSocket(request, sink);
      sockets.push(socket);
      onOpen(socket);
      return socket;
    },
  };
}
