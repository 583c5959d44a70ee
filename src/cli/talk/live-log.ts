/** Turns what a live session does beside the words into lines: phases, state, tools. */

import type { GuardTrace } from '../../flow/guard/trace-guard.ts';
import {
  type Explanation,
  type JsonValue,
  type LiveEvent,
  type LiveEventOf,
  PROMOTION_REASONS,
  RuntimeError,
  type ToolMiddleware,
} from '../../live/index.ts';
import type { ViewLine } from '../view/view-line.ts';
import type { FactLine } from './fact-line.ts';

/** A change of one key, as the journal of a state tells it. */
export interface StateChange {
  readonly key: string;
  readonly new: JsonValue | undefined;
}

export interface LiveLogOptions {
  readonly onLine: (line: ViewLine) => void;
  /** Who writes the keys that extraction does not; other keys are told by their promotion. */
  readonly writers: Readonly<Record<string, StateWriter>>;
  /** Why the conversation stands where it stands: told of refused calls. @default nothing */
  readonly explain?: () => Explanation | undefined;
}

/** A tool, or a watcher of another key. */
export type StateWriter = { readonly tool: string } | { readonly watcherOf: string };

/** Feed it the events, the journal and the calls of one session. */
export class LiveLog {
  /** Notices which calls get as far as their tool: give it to the agent. */
  readonly middleware: ToolMiddleware = {
    name: 'liveLog',
    before: ({ callId, name, args }) => {
      this.#running.set(callId, callText(name, args));
      return undefined;
    },
  };
  readonly #options: LiveLogOptions;
  /** Calls that run and are not answered yet, by their ids. */
  readonly #running = new Map<string, string>();
  /** What a tool that runs has written: told after its call. */
  readonly #written = new Map<string, FactLine[]>();

  constructor(options: LiveLogOptions) {
    this.#options = options;
  }

  event(event: LiveEvent): void {
    const { onLine } = this.#options;
    switch (event.type) {
      case 'phaseTransition':
        onLine({ who: 'phase', from: event.from, to: event.to, reason: event.reason });
        break;
      case 'statePromotion':
        // The words are read again at the turn's end: what they said already is no news.
        if (event.reason !== PROMOTION_REASONS.equivalent) onLine(promotionLine(event));
        break;
      case 'toolExecution':
        onLine(this.#callLine(event));
        for (const line of this.#why(event)) onLine(line);
        for (const line of this.#written.get(event.name) ?? []) onLine(line);
        this.#written.delete(event.name);
        break;
      case 'toolCancelled':
        for (const id of event.ids) this.#cancelled(id);
        break;
      case 'error':
        // Those of the wire are told with its other events.
        if (event.error instanceof RuntimeError) onLine({ who: 'session', text: event.error.message });
        break;
      default:
        break;
    }
  }

  stateChanged({ key, new: value }: StateChange): void {
    const writer = this.#options.writers[key];
    if (writer === undefined) return;
    const change = value === undefined ? 'is gone' : `= ${shown(value)}`;
    if ('watcherOf' in writer) {
      return this.#options.onLine({ who: 'state', key, change, why: `watcher of ${writer.watcherOf}` });
    }
    const { tool } = writer;
    const line: FactLine = { who: 'state', key, change, why: `tool ${tool}` };
    this.#written.set(tool, [...(this.#written.get(tool) ?? []), line]);
  }

  /** Of a call that a flow refuses: what it waits for, part by part. */
  #why({ name, result }: LiveEventOf<'toolExecution'>): readonly FactLine[] {
    const explanation = errorOf(result) === undefined ? undefined : this.#options.explain?.();
    if (explanation?.type !== 'flow' || !Object.hasOwn(explanation.toolConditions, name)) return [];
    const parts = explanation.toolConditions[name]?.flatMap(partsOf) ?? [];
    return parts.map(({ holds, description }) => ({ who: 'why', holds, text: description }));
  }

  /** One that never ran has left no trace but its id. */
  #cancelled(id: string): void {
    const call = this.#running.get(id) ?? id;
    this.#running.delete(id);
    this.#options.onLine({ who: 'call', call, outcome: 'cancelled', detail: 'nobody waits for it any more' });
  }

  #callLine({ callId, name, args, result }: LiveEventOf<'toolExecution'>): FactLine {
    const ran = this.#running.delete(callId);
    const call = callText(name, args);
    const error = errorOf(result);
    if (error === undefined) return { who: 'call', call, outcome: 'ran', detail: shown(result) };
    // The rest of a refusal tells the model how to go on.
    const detail = ran ? error : firstSentence(error);
    return { who: 'call', call, outcome: ran ? 'failed' : 'refused', detail };
  }
}

/** The parts of a condition that wants several things. */
function partsOf(trace: GuardTrace): readonly GuardTrace[] {
  return trace.children.length > 1 ? trace.children : [trace];
}

function promotionLine({ stateKey, accepted, value, reason }: LiveEventOf<'statePromotion'>): FactLine {
  const change = accepted ? `= ${shown(value)}` : `is not set to ${shown(value)}`;
  return { who: 'state', key: stateKey, change, why: `extraction: ${reason}` };
}

function callText(name: string, args: JsonValue): string {
  return `${name}(${isFields(args) ? shownFields(args) : shown(args)})`;
}

function errorOf(result: JsonValue): string | undefined {
  return isFields(result) && typeof result.error === 'string' ? result.error : undefined;
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.) /, 1)[0] ?? text;
}

/** JSON as people read it: `available: true`. */
function shown(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return isFields(value) ? shownFields(value) : JSON.stringify(value);
}

function shownFields(fields: Readonly<Record<string, JsonValue>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${shown(value)}`)
    .join(', ');
}

function isFields(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
