/** The server's end of one connection, whatever carries it. */
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import type { DeadTurn } from '../faults/fault.ts';

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

/** The line of a session, with the faults that happen inside it. */
export interface SessionLine extends Line {
  /** The user's turn is complete and the model would be asked; what becomes of it instead, if anything. */
  userTurn(): DeadTurn | undefined;
  /** By how many a new handle is behind the state of the session. */
  readonly handleLag: number;
  /** Whether a resumed session asks again for what was unanswered when it broke off. */
  readonly reissuesCalls: boolean;
}
