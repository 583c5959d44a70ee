/** The calls that are out and the answers that come in (spec: wire §4, Tools). */
import type { FunctionCall, FunctionResponse } from '../../wire/protocol/content.ts';
import type { CallAction, ToolResult } from '../brain/brain.ts';
import { Stopped } from './sleep.ts';

/** A call whose answer may still come. */
export interface OpenCall {
  readonly id: string;
  readonly action: CallAction;
  readonly blocking: boolean;
}

/** A group of blocking calls that the generation waits for. */
interface Waiting {
  readonly ids: Set<string>;
  readonly results: ToolResult[];
  readonly settle: (results: readonly ToolResult[]) => void;
  readonly stop: (reason: Stopped) => void;
}

/** Calls as they go out, and the promise of the answers to those that block. */
export interface IssuedCalls {
  readonly functionCalls: readonly FunctionCall[];
  /** Resolves when every blocking call is answered; undefined when none blocks. */
  readonly answers: Promise<readonly ToolResult[]> | undefined;
}

/** What an answer turned out to be. */
export type Answered =
  /** For the generation that waits: already handed to it. */
  | { readonly type: 'blocking'; readonly result: ToolResult }
  | { readonly type: 'async'; readonly result: ToolResult }
  /** Nobody asked, or it was answered or cancelled before. */
  | { readonly type: 'unknown'; readonly result: ToolResult };

/** Keeps every open call. */
export class ToolDesk {
  readonly #open: Map<string, OpenCall>;
  #waiting: Waiting | undefined;

  /** With the calls that a resumed session remembers. */
  constructor(remembered: readonly OpenCall[] = []) {
    this.#open = new Map(remembered.map((call) => [call.id, call]));
  }

  /** Ids of all open calls. */
  get openIds(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Calls that block or do not, oldest first. */
  open(kind: 'blocking' | 'async'): readonly OpenCall[] {
    return [...this.#open.values()].filter(({ blocking }) => blocking === (kind === 'blocking'));
  }

  /** Whether the generation waits for answers. */
  get isAwaited(): boolean {
    return this.#waiting !== undefined;
  }

  /** Issues calls; `isBlocking` says which of them the generation waits for. */
  issue(
    calls: readonly CallAction[],
    isBlocking: (name: string) => boolean,
    newId: () => string,
  ): IssuedCalls {
    const blocked = new Set<string>();
    const functionCalls = calls.map((call): FunctionCall => {
      const id = newId();
      const blocking = isBlocking(call.name);
      this.#open.set(id, { id, action: call, blocking });
      if (blocking) blocked.add(id);
      const hasArgs = call.args !== undefined && Object.keys(call.args).length > 0;
      return hasArgs ? { name: call.name, args: call.args, id } : { name: call.name, id };
    });
    return { functionCalls, answers: blocked.size === 0 ? undefined : this.#wait(blocked) };
  }

  /** Takes one answer. One without an id answers the oldest open call of its name, or the only open call. */
  answer(response: FunctionResponse): Answered {
    const id = this.#idOf(response);
    const call = id === undefined ? undefined : this.#open.get(id);
    const result = toResult(response, id ?? '', call?.action.name);
    if (id === undefined || call === undefined) return { type: 'unknown', result };
    if (result.willContinue !== true) this.#open.delete(id);
    if (!call.blocking) return { type: 'async', result };
    if (this.#waiting === undefined || !this.#waiting.ids.has(id)) return { type: 'unknown', result };
    this.#waiting.results.push(result);
    if (result.willContinue !== true) this.#waiting.ids.delete(id);
    if (this.#waiting.ids.size === 0) {
      const { settle, results } = this.#waiting;
      this.#waiting = undefined;
      settle(results);
    }
    return { type: 'blocking', result };
  }

  /** Gives up the blocking calls and returns their ids; NON_BLOCKING ones stay open. */
  cancelBlocking(): readonly string[] {
    const ids = this.open('blocking').map(({ id }) => id);
    for (const id of ids) this.#open.delete(id);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.stop(new Stopped());
    return ids;
  }

  #wait(ids: Set<string>): Promise<readonly ToolResult[]> {
    return new Promise((settle, stop) => {
      this.#waiting = { ids, results: [], settle, stop };
    });
  }

  #idOf(response: FunctionResponse): string | undefined {
    if (response.id !== undefined && response.id !== '') return response.id;
    const open = [...this.#open];
    const named = open.find(([, call]) => call.action.name === response.name);
    return named?.[0] ?? (open.length === 1 ? open[0]?.[0] : undefined);
  }
}

/** Scheduling counts at the top level and, as some guides write it, inside `response`. */
function toResult(response: FunctionResponse, id: string, calledName: string | undefined): ToolResult {
  const inner = response.response?.scheduling;
  const scheduling =
    response.scheduling ??
    (inner === 'INTERRUPT' || inner === 'WHEN_IDLE' || inner === 'SILENT' ? inner : undefined);
  return {
    id,
    name: calledName ?? response.name ?? '',
    response: response.response ?? {},
    ...(scheduling === undefined ? {} : { scheduling }),
    ...(response.willContinue === true ? { willContinue: true } : {}),
  };
}
