/** What standing faults make of one server message. Pure. */
import type { Part } from '../../wire/protocol/content.ts';
import type { ServerContent, ServerMessage, Transcription } from '../../wire/protocol/server-messages.ts';
import type { StandingFaults } from './standing-faults.ts';

/** The messages that go out in its place. */
export interface SpoiltMessage {
  /** At once, in order. */
  readonly now: readonly ServerMessage[];
  /** After what follows. */
  readonly later?: { readonly delayMs: number; readonly message: ServerMessage };
}

/** Applies the faults of frames. `ordinal` counts the deltas of what the user said. */
export function spoil(message: ServerMessage, faults: StandingFaults, ordinal: number): SpoiltMessage {
  const twice = message.toolCall !== undefined && faults.has('duplicateToolCalls');
  const content = message.serverContent;
  if (content === undefined) return { now: withUnknown(twice ? [message, message] : [message], faults) };
  const before: ServerMessage[] = faults.has('emptyServerContent') ? [{}, { serverContent: {} }] : [];
  if (content.interrupted === true) {
    if (faults.has('duplicateInterrupted')) before.push(message);
    const late = faults.get('lateInterrupted');
    if (late !== undefined) return { now: before, later: { delayMs: late.delayMs, message } };
  }
  const kept = spoilContent(content, faults, ordinal);
  const left = kept === content ? message : withContent(message, kept);
  return { now: withUnknown(left === undefined ? before : [...before, left], faults) };
}

function spoilContent(content: ServerContent, faults: StandingFaults, ordinal: number): ServerContent {
  let kept = content;
  if (faults.has('missingGenerationComplete')) kept = without(kept, 'generationComplete');
  if (faults.has('missingTurnComplete')) kept = without(kept, 'turnComplete');
  if (faults.has('truncatedTranscription') && ordinal % 2 === 0) kept = without(kept, 'inputTranscription');
  return faults.has('muteAudio') ? muted(kept) : kept;
}

/** The message with less content; undefined when nothing is left of it. */
function withContent(message: ServerMessage, content: ServerContent): ServerMessage | undefined {
  const { serverContent: _dropped, ...rest } = message;
  if (Object.keys(content).length > 0) return { ...rest, serverContent: content };
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function without(
  content: ServerContent,
  key: 'generationComplete' | 'turnComplete' | 'inputTranscription',
): ServerContent {
  if (content[key] === undefined) return content;
  const { [key]: _dropped, ...rest } = content;
  return rest;
}

function muted(content: ServerContent): ServerContent {
  const parts = content.modelTurn?.parts;
  if (parts === undefined || !parts.some(hasMedia)) return content;
  const { modelTurn: _dropped, ...rest } = content;
  const spoken = parts.filter((part) => !hasMedia(part));
  return spoken.length === 0 ? rest : { ...rest, modelTurn: { ...content.modelTurn, parts: spoken } };
}

function hasMedia(part: Part): boolean {
  return part.inlineData !== undefined;
}

/** Keys that our types do not have, on purpose. */
interface FromTheFuture {
  readonly futureNotice: { readonly level: number; readonly words: readonly string[] };
}

const FUTURE: FromTheFuture = { futureNotice: { level: 7, words: ['from', 'a', 'later', 'version'] } };

function withUnknown(messages: readonly ServerMessage[], faults: StandingFaults): readonly ServerMessage[] {
  if (!faults.has('unknownKeys')) return messages;
  return messages.flatMap((message): ServerMessage[] => {
    const content = message.serverContent;
    const known: ServerMessage & FromTheFuture = { ...message, ...FUTURE };
    if (content === undefined) return [FUTURE as ServerMessage, known];
    const transcription = withFuture(content.outputTranscription);
    const serverContent: ServerContent & FromTheFuture = {
      ...content,
      ...(transcription === undefined ? {} : { outputTranscription: transcription }),
      ...FUTURE,
    };
    return [{ ...known, serverContent }];
  });
}

function withFuture(transcription: Transcription | undefined): Transcription | undefined {
  return transcription === undefined ? undefined : { ...transcription, ...FUTURE };
}
