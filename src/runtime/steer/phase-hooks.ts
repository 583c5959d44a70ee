/** What an application does when phases change, and the work that phases wait for (spec: control §4). */
import { atOnce, isThenable } from '../../flow/fault.ts';
import type { JsonValue, Move } from '../../flow/index.ts';
import type { Cancel, Content } from '../../wire/index.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';
import { storableValue } from '../state/state-store.ts';

/** The functions of one phase; `Context` is whatever the runtime gives to hooks. */
export interface PhaseHookSet<Context> {
  /** The old phase's state still stands. */
  readonly onExit?: (context: Context) => unknown;
  /** The phase's state stands, what it clears is cleared. */
  readonly onEnter?: (context: Context) => unknown;
  /** More to tell the model on entering; a string is a text turn of the model. It must answer at once. */
  readonly enterContext?: (
    context: Context,
  ) => string | Content | ReadonlyArray<string | Content> | undefined;
  /** By the name of the phase's preparation. */
  readonly preparations?: ReadonlyMap<string, PreparationRun<Context>>;
}

/**
 * Produces values by state key; `produces` keys only, others are left out with a report. It may also write state itself
 * and return nothing. `signal` is aborted when its time is over or the session ends.
 */
export interface PreparationRun<Context> {
  readonly produces: readonly string[];
  readonly run: (
    context: Context,
    signal: AbortSignal,
  ) => PreparationValues | undefined | Promise<PreparationValues | undefined>;
}

export type PreparationValues = Readonly<Record<string, JsonValue>>;

/** How a preparation ended. */
export type PreparationResult =
  | { readonly type: 'prepared'; readonly values: PreparationValues }
  | { readonly type: 'failed'; readonly error: RuntimeError };

export interface PhaseHooksHost extends Pick<RuntimeHost, 'clock' | 'report'> {
  /** A preparation of `phase` has ended: write its values, then let the governor advance again. */
  readonly prepared: (phase: string, preparation: string, result: PreparationResult) => void;
}

export interface PhaseHooksOptions {
  /** How long a preparation may take, in milliseconds. Default 10,000. */
  readonly preparationTimeoutMs?: number;
  /** How often a preparation that fails is tried while the conversation stays in one phase. Default 3. */
  readonly preparationAttempts?: number;
}

interface PreparationTrack {
  readonly attempts: number;
  readonly status: 'running' | 'succeeded' | 'failed';
}

const UNTRIED: PreparationTrack = { attempts: 0, status: 'failed' };

/** Runs hooks in order and preparations beside the lane. Nothing here throws: failures are reported as `hookFailed`. */
export class PhaseHooks<Context> {
  readonly #hooks: ReadonlyMap<string, PhaseHookSet<Context>>;
  readonly #host: PhaseHooksHost;
  readonly #timeoutMs: number;
  readonly #maxAttempts: number;
  readonly #open = new Set<Promise<void>>();
  /** By phase and preparation; forgotten when the phase changes. */
  #tracks = new Map<string, PreparationTrack>();
  readonly #aborts = new Set<AbortController>();
  #closed = false;

  constructor(
    hooks: ReadonlyMap<string, PhaseHookSet<Context>>,
    host: PhaseHooksHost,
    { preparationTimeoutMs = 10_000, preparationAttempts = 3 }: PhaseHooksOptions = {},
  ) {
    this.#hooks = hooks;
    this.#host = host;
    this.#timeoutMs = preparationTimeoutMs;
    this.#maxAttempts = preparationAttempts;
  }

  /**
   * Carries out a move: `onExit` of the old phase, then `write` (the effects of the move), then `onEnter` of the new one.
   * What the hooks leave running is followed until it ends; the lane does not wait.
   */
  run(move: Pick<Move, 'from' | 'to'>, context: Context, write: () => void): void {
    this.#tracks = new Map([...this.#tracks].filter(([, { status }]) => status === 'running'));
    this.#call(move.from, 'onExit', context);
    write();
    this.#call(move.to, 'onEnter', context);
  }

  /** What the phase tells the model on entering, beside its enter prompt. */
  enterContext(phase: string, context: Context): ReadonlyArray<string | Content> {
    try {
      const told = atOnce(this.#hooks.get(phase)?.enterContext?.(context));
      if (told === undefined || told === null) return [];
      return typeof told === 'string' || !isList(told) ? [told] : told;
    } catch (cause) {
      this.#report(phase, 'enterContext', cause);
      return [];
    }
  }

  /**
   * Starts the preparations of a blocked phase that are not running, have not succeeded and may be tried again.
   * `context` is handed to each.
   */
  prepare(
    blocked: { readonly to: string; readonly preparations: readonly string[] },
    context: Context,
  ): void {
    if (this.#closed) return;
    const runs = this.#hooks.get(blocked.to)?.preparations;
    for (const name of blocked.preparations) {
      const run = runs?.get(name);
      const key = trackKey(blocked.to, name);
      const { attempts, status } = this.#tracks.get(key) ?? UNTRIED;
      if (run === undefined || status === 'running' || this.spent(blocked.to, name)) continue;
      this.#tracks.set(key, { attempts: attempts + 1, status: 'running' });
      this.#follow(this.#prepareOne(blocked.to, name, run, context));
    }
  }

  /**
   * True for a preparation that {@link prepare} will not start again while the conversation stays in this phase: it is not
   * there, has succeeded, or failed too often. For `GovernorContext.spent`, so that a phase does not wait for it.
   */
  readonly spent = (phase: string, preparation: string): boolean => {
    if (this.#hooks.get(phase)?.preparations?.has(preparation) !== true) return true;
    const { attempts, status } = this.#tracks.get(trackKey(phase, preparation)) ?? UNTRIED;
    return status === 'succeeded' || (status === 'failed' && attempts >= this.#maxAttempts);
  };

  /** Resolves when nothing that hooks or preparations began is still running. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  /** Aborts what runs; its results are dropped. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const abort of this.#aborts) abort.abort();
  }

  #call(phase: string, hook: 'onExit' | 'onEnter', context: Context): void {
    try {
      const result = this.#hooks.get(phase)?.[hook]?.(context);
      if (!isThenable(result)) return;
      this.#follow(
        Promise.resolve(result).then(
          () => undefined,
          (cause: unknown) => this.#report(phase, hook, cause),
        ),
      );
    } catch (cause) {
      this.#report(phase, hook, cause);
    }
  }

  async #prepareOne(
    phase: string,
    name: string,
    preparation: PreparationRun<Context>,
    context: Context,
  ): Promise<void> {
    const abort = new AbortController();
    this.#aborts.add(abort);
    let stop: Cancel = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      const cut = (): void => reject(new Error('It was aborted: the session ended.'));
      abort.signal.addEventListener('abort', cut, { once: true });
      stop = this.#host.clock.schedule(this.#timeoutMs, () => {
        reject(new Error(`It took longer than ${this.#timeoutMs} ms.`));
        abort.abort();
      });
    });
    let result: PreparationResult;
    try {
      const work = Promise.resolve().then(() => preparation.run(context, abort.signal));
      const values = await Promise.race([work, aborted]);
      result = { type: 'prepared', values: this.#legal(phase, name, preparation, values ?? {}) };
    } catch (cause) {
      result = { type: 'failed', error: failure(phase, `preparation "${name}"`, cause) };
    }
    stop();
    this.#aborts.delete(abort);
    this.#finish(phase, name, result);
  }

  #finish(phase: string, name: string, result: PreparationResult): void {
    if (this.#closed) return;
    const key = trackKey(phase, name);
    const attempts = this.#tracks.get(key)?.attempts ?? 1;
    this.#tracks.set(key, { attempts, status: result.type === 'prepared' ? 'succeeded' : 'failed' });
    if (result.type === 'failed') this.#host.report(result.error);
    this.#host.prepared(phase, name, result);
  }

  #legal(
    phase: string,
    name: string,
    { produces }: PreparationRun<Context>,
    values: PreparationValues,
  ): PreparationValues {
    const foreign = Object.keys(values).filter((key) => !produces.includes(key));
    if (foreign.length > 0) {
      const cause = new TypeError(`It returned ${foreign.join(', ')}, which it does not declare to produce.`);
      this.#report(phase, `preparation "${name}"`, cause);
    }
    const own = Object.entries(values).filter(([key]) => produces.includes(key));
    return Object.fromEntries(own.map(([key, value]) => [key, storableValue(key, value)]));
  }

  #follow(work: Promise<void>): void {
    const followed = work.finally(() => this.#open.delete(followed));
    this.#open.add(followed);
  }

  #report(phase: string, what: string, cause: unknown): void {
    this.#host.report(failure(phase, what, cause));
  }
}

function failure(phase: string, what: string, cause: unknown): RuntimeError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new RuntimeError('hookFailed', `The ${what} of phase "${phase}" failed: ${text}`, { cause });
}

function trackKey(phase: string, preparation: string): string {
  return `${phase}\n${preparation}`;
}

function isList(told: Content | ReadonlyArray<string | Content>): told is ReadonlyArray<string | Content> {
  return Array.isArray(told);
}
