/** The server's end of one connection, whatever carries it. */
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';

/** Sends messages and ends the connection. After `close` or `reset` everything is ignored. */
export interface Line {
  send(message: ServerMessage): void;
  /** Sends bytes that are no message, for faults. */
  sendRaw(text: string): void;
  /** Closes with a code; the reason is cut to 123 bytes. */
  close(code: number, reason: string): void;
  /** Drops the connection without a close frame: the client sees 1006. */
  reset(): void;
}
