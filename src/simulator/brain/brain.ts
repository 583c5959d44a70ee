/** What answers a user: a function from a turn to a reply. */
import type { Platform } from '../../wire/model/profile.ts';
import type { Content, Scheduling } from '../../wire/protocol/content.ts';
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import type { FunctionDeclaration } from '../../wire/protocol/tools.ts';

/** The answer of the client to one call. */
export interface ToolResult {
  readonly id: string;
  readonly name: string;
  readonly response: Readonly<Record<string, unknown>>;
  readonly scheduling?: Scheduling;
  /** More answers to this call will come. */
  readonly willContinue?: boolean;
}

/** What began a turn. */
export type TurnInput =
  /** Typed, by `clientContent` or `realtimeInput.text`. */
  | { readonly type: 'text'; readonly text: string }
  /** Spoken; the words come from a `hears` line, a `transcribe` hook, or are `[speech 2.1 s]`. */
  | { readonly type: 'speech'; readonly text: string; readonly durationMs: number }
  /** Answers to calls, when the reply that made them has nothing more to say, or to a NON_BLOCKING call. */
  | { readonly type: 'toolResults'; readonly results: readonly ToolResult[] };

/** What a brain may keep across turns; it survives a resumption. Must be plain data (structured clone). */
export type BrainMemory = Record<string, unknown>;

/** A brain's remark to whoever runs the simulator: about a placeholder, or words that its script does not expect. */
export interface BrainRemark {
  readonly type: 'placeholderEmpty' | 'wordsDiffer';
  readonly message: string;
}

/** What a brain knows when it is asked. */
export interface BrainTurn {
  readonly input: TurnInput;
  /** The words of the input; empty for tool results. */
  readonly text: string;
  /** The conversation so far; the input is its last content. */
  readonly history: readonly Content[];
  /** The functions the client declared. */
  readonly tools: readonly FunctionDeclaration[];
  readonly systemInstruction: string;
  readonly memory: BrainMemory;
  /** 1 for the first turn of the session. */
  readonly sequence: number;
  readonly model: string;
  readonly platform: Platform;
  /** `live` in a session, `rest` for `generateContent`. */
  readonly channel: 'live' | 'rest';
  /** Set when REST asked for JSON: the schema it should have, if it gave one. */
  readonly wantsJson?: { readonly schema: unknown };
  /** Aborts when the user interrupts or the connection ends. */
  readonly signal: AbortSignal;
  /** Adds a remark to the simulator's notes (`onNote`). */
  readonly remark?: (remark: BrainRemark) => void;
}

/** Calls a function. Calls that follow each other in a list go out in one frame. */
export interface CallAction {
  readonly type: 'calls';
  readonly name: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** One thing a model does in a turn. */
export type BrainAction =
  | { readonly type: 'says'; readonly text: string }
  /** Reasoning: sent as a text part with `thought`. */
  | { readonly type: 'thinks'; readonly text: string }
  | CallAction
  /** Calls that go out in one frame. */
  | { readonly type: 'callsTogether'; readonly calls: readonly CallAction[] }
  | { readonly type: 'waits'; readonly delayMs: number }
  /** Sends a server message as it is, for shapes the other actions do not make. */
  | { readonly type: 'sends'; readonly message: ServerMessage };

/** An action, or words to say. */
export type BrainStep = string | BrainAction;

/**
 * A reply: words, one action, a list, or a generator. In a generator `yield calls(…)` of a blocking function gives
 * the results back. Nothing (`undefined`, an empty list) means that the model stays silent.
 */
export type BrainReply =
  | BrainStep
  | readonly BrainStep[]
  | AsyncIterable<BrainStep>
  | Generator<BrainStep, void, readonly ToolResult[]>
  | AsyncGenerator<BrainStep, void, readonly ToolResult[]>
  | undefined;

/** An utterance whose words are wanted. */
export interface HeardSpeech {
  readonly durationMs: number;
  /** The sound, 16 kHz mono; only when the simulator has a `transcribe` hook, which needs it. */
  readonly samples: Int16Array | undefined;
  readonly history: readonly Content[];
  readonly memory: BrainMemory;
}

/** A brain. A plain function is one; `hears` lets it also supply the words of an utterance, since nothing here recognises speech. */
export interface Brain {
  (turn: BrainTurn): BrainReply | Promise<BrainReply>;
  readonly hears?: (speech: HeardSpeech) => string | undefined;
}

/** Says `text`: speech in AUDIO mode, text in TEXT mode. */
export function says(text: string): BrainAction {
  return { type: 'says', text };
}

/** Reasons, visibly to a client that asked for thoughts. */
export function thinks(text: string): BrainAction {
  return { type: 'thinks', text };
}

/** Calls a declared function. */
export function calls(name: string, args?: Readonly<Record<string, unknown>>): CallAction {
  return args === undefined ? { type: 'calls', name } : { type: 'calls', name, args };
}

/** Calls several functions in one frame. */
export function callsTogether(...together: readonly CallAction[]): BrainAction {
  return { type: 'callsTogether', calls: together };
}

/** Does nothing for `delayMs` milliseconds of the simulator's clock. */
export function waits(delayMs: number): BrainAction {
  return { type: 'waits', delayMs };
}

/** Sends a raw server message. */
export function sends(message: ServerMessage): BrainAction {
  return { type: 'sends', message };
}
