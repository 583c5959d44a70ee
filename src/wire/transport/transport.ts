/**
 * The socket as a port, narrow enough to put a leaner implementation under it: open, send a frame, close.
 * A transport reports to its sink synchronously and in wire order; it keeps no protocol knowledge.
 */
export interface Transport {
  /** Whether this platform can set headers on the upgrade; where it cannot, credentials go in the query. */
  readonly canSetHeaders: boolean;
  /** Starts a connection. Never throws: what fails is reported to the sink, once, by `closed`. */
  open(request: OpenRequest, sink: SocketSink): Socket;
}

export interface OpenRequest {
  /** `ws:` or `wss:`; may hold a credential in its query where headers cannot be set: never print it. */
  readonly url: string;
  /** May hold a credential: never print it. */
  readonly headers: Readonly<Record<string, string>>;
  /** A larger frame closes the connection with code 1009. */
  readonly maxFrameBytes: number;
}

/** What a socket tells its owner. After `closed` nothing more comes. */
export interface SocketSink {
  opened(): void;
  /** A text frame as string or UTF-8 bytes, or a binary frame as bytes. The bytes are valid during the call only. */
  frame(data: Uint8Array | string): void;
  /** A sign of life that is not a frame: a pong. */
  alive(): void;
  closed(close: SocketClose): void;
}

/** Why a socket closed. */
export interface SocketClose {
  /** RFC 6455 close code; 1006 when there was no close frame, 1005 when it had no code. */
  readonly code: number;
  /** The peer's words, at most 123 bytes; empty when it said none. */
  readonly reason: string;
  /** The status of the HTTP answer that refused the upgrade. */
  readonly httpStatus?: number;
  /** What the platform threw. Never holds a credential. */
  readonly cause?: unknown;
}

export interface Socket {
  /** Bytes accepted but not yet handed to the network. */
  readonly bufferedBytes: number;
  /** Sends a text frame: a string, or its UTF-8 bytes, which are copied before this returns. */
  send(frame: Uint8Array | string): void;
  /** Asks for a sign of life; absent where the platform cannot. */
  ping?(): void;
  /** Starts the closing handshake; `closed` follows. */
  close(code: number, reason: string): void;
  /** Drops the connection at once; `closed` follows with 1006. */
  terminate(): void;
}
