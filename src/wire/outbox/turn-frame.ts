/** Frames of the outbox, written anew as turns that a session can take which does not know what they refer to. */
import { assertNever } from '../assert-never.ts';
import type { ModelProfile } from '../model/profile.ts';
import type { ClientMessage } from '../protocol/client-messages.ts';
import { type Content, type FunctionResponse, type Part, userText } from '../protocol/content.ts';

/** Asks for the answer to what the history ends with; where only words ask, in words that repeat nothing. */
export function askAgain({ clientContentMidSession }: Pick<ModelProfile, 'clientContentMidSession'>): string {
  if (clientContentMidSession) return JSON.stringify({ clientContent: { turnComplete: true } });
  return JSON.stringify({ realtimeInput: { text: GO_ON } });
}

/**
 * A frame as a turn: a tool response becomes a text that says what was returned. Without `asks` the model is told, and
 * not asked to answer.
 */
export function asTurn(
  frame: string,
  asks: boolean,
  { clientContentMidSession }: Pick<ModelProfile, 'clientContentMidSession'>,
): string {
  const turns = contentsOf(frame);
  if (clientContentMidSession) return JSON.stringify({ clientContent: { turns, turnComplete: asks } });
  // The only text that this model takes always asks; it can but be told not to answer.
  const text = turns.flatMap(({ parts }) => parts.map((part) => part.text ?? '')).join('\n');
  const bare = text.startsWith(NO_ANSWER) ? text.slice(NO_ANSWER.length).trimStart() : text;
  return JSON.stringify({ realtimeInput: { text: asks ? bare : `${NO_ANSWER}\n${bare}` } });
}

/** Whether a frame says nothing, and but asks. */
export function isWordless(frame: string): boolean {
  return contentsOf(frame).every(({ parts }) => parts.length === 0);
}

const GO_ON = '(The connection was renewed: answer what was said last.)';
const NO_ANSWER = '(For your information; this needs no answer.)';

function contentsOf(frame: string): readonly Content[] {
  // The outbox holds what the encoder wrote, and nothing else.
  const message = JSON.parse(frame) as ClientMessage;
  if ('clientContent' in message) return message.clientContent.turns ?? [];
  if ('toolResponse' in message) return message.toolResponse.functionResponses.map(resultText);
  if ('realtimeInput' in message) {
    return 'text' in message.realtimeInput ? [userText(message.realtimeInput.text)] : [];
  }
  if ('setup' in message || 'contextUpdate' in message) return [];
  return assertNever(message);
}

function resultText({ name, response, parts = [] }: FunctionResponse): Content {
  const text: Part = { text: `(The function ${name} has returned: ${JSON.stringify(response)})` };
  return { role: 'user', parts: [text, ...parts] };
}
