/** From a server message to the bytes of a frame (spec: wire §1.4, §4.1 rule 5). */
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';

/** Pretty-printed JSON with a trailing newline, as the real service writes it. */
export function serverFrame(message: ServerMessage): string {
  return `${JSON.stringify(message, null, 2)}\n`;
}
