/** What a model can have in its context, one thing at a time. */
import { createHash } from 'node:crypto';
import type { Content } from '../../wire/protocol/content.ts';

/** A thing that reached the model. */
export type LedgerItem =
  /** The user's turn, typed. */
  | { readonly type: 'userText'; readonly text: string }
  /** The user's turn, spoken: `audio` are the chunks in which it was heard. */
  | {
      readonly type: 'userSpeech';
      readonly text: string;
      readonly durationMs: number;
      readonly audio: ChunkSpan;
    }
  /** Written content that asks for no answer: history, facts, steering. */
  | { readonly type: 'context'; readonly role: string; readonly text: string }
  | { readonly type: 'picture'; readonly mimeType: string }
  /** A new system instruction in mid-session. */
  | { readonly type: 'instruction'; readonly text: string }
  /** The model called a function. `text` holds the arguments as JSON. */
  | { readonly type: 'toolCall'; readonly id: string; readonly name: string; readonly text: string }
  /** The answer to a call, by its id also where the client named none. `text` holds the response as JSON; `known` says whether this session knew the call. */
  | {
      readonly type: 'toolResponse';
      readonly id: string;
      readonly name: string;
      readonly text: string;
      readonly known: boolean;
    }
  /** What the model said, as far as it was sent. */
  | { readonly type: 'modelTurn'; readonly text: string };

/** Audio chunks of one connection, from the first to the last, counted from 0. */
export interface ChunkSpan {
  readonly connection: number;
  readonly first: number;
  readonly last: number;
}

/** An item and when it came. */
export type LedgerEntry = LedgerItem & {
  /** Counted from 1 over the whole conversation; what comes again gets a new one. */
  readonly sequence: number;
  readonly atMs: number;
  readonly connection: number;
  /** Equal content has an equal hash, whenever and wherever it came. */
  readonly hash: string;
};

/** What an item says, without its ids and times. */
export function textOfItem(item: LedgerItem): string {
  switch (item.type) {
    case 'picture':
      return item.mimeType;
    case 'toolCall':
    case 'toolResponse':
      return `${item.name} ${item.text}`;
    default:
      return item.text;
  }
}

/** Sixteen hexadecimal digits that stand for a text. */
export function contentHash(text: string | Uint8Array): string {
  return createHash('sha1').update(text).digest('hex').slice(0, 16);
}

/** All words of a content, function parts as JSON. */
export function textOfContent({ parts = [] }: Partial<Content>): string {
  const words = parts.map((part) => {
    const data = part.functionCall ?? part.functionResponse;
    return part.text ?? (data === undefined ? '' : JSON.stringify(data));
  });
  return words.join('');
}
