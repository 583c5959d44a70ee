/** What an outbox holds. */

/** One message. */
export interface OutboxEntry {
  /** In the order of submission. */
  readonly id: number;
  readonly kind: 'turn' | 'context' | 'toolResponse';
  /** As it goes on the wire. */
  readonly frame: string;
  /** The calls that a tool response answers. */
  readonly calls: readonly string[];
  /** Of a turn that was spoken: what the service wrote down. */
  readonly words?: string;
  readonly place: Place;
  readonly reply: Reply;
}

export type Place =
  /** Not on the wire of the present connection. */
  | { readonly at: 'kept' }
  /** On the wire: its place among the messages after the setup, from 1, and when, on the clock. */
  | { readonly at: 'written'; readonly index: number; readonly atMs: number }
  /** In the newest handle, and not yet answered. */
  | { readonly at: 'saved' };

/** How far the model is with its answer. */
export type Reply =
  /** It is not asked for one. */
  | 'none'
  /** It is in the middle of another turn. */
  | 'queued'
  | 'awaited'
  | 'begun'
  | 'given';

export interface OutboxState {
  readonly entries: readonly OutboxEntry[];
  readonly nextId: number;
  /** The model is in the middle of a turn. */
  readonly turnOpen: boolean;
  /** What was told of the end of that turn: without a `turnComplete` it has ended with what it cost. */
  readonly ending: 'none' | 'generated' | 'counted';
  /** When a turn of the model last ended, on the clock. */
  readonly endedAtMs: number;
  /** The model was interrupted: the next end of a turn answers only what it had begun to answer. */
  readonly cut: boolean;
  /** What the server said within this time of a message crossed it on the way, and is no answer to it. */
  readonly crossMs: number;
  /** Calls that the session on the other side does not know of: their results go to it as text. */
  readonly foreignCalls: readonly string[];
  /** Of those, the ones whose results are still to come. */
  readonly openForeignCalls: readonly string[];
  /** A turn waits for its answer that the model was not asked for again, because something else was to make it speak. */
  readonly unasked: boolean;
  /** The model was interrupted, and has not begun to answer whoever did it. */
  readonly yields: boolean;
  /** Spoken, written down by the service, and not answered. */
  readonly heard: Heard | undefined;
  /** Entries given up over the limit. */
  readonly forgotten: number;
}

/** Words that the model has not begun to answer, and what was sent when the last of them came. */
export interface Heard {
  readonly words: string;
  /** Messages on the wire: a handle that counts as many holds the sound. */
  readonly index: number;
}
