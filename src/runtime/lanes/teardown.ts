import type { SessionHandle } from '../../wire/index.ts';
import { listed } from '../listeners.ts';
import type { HookContext } from '../live-options.ts';
import type { Keeping } from '../persist/keeping.ts';
import type { ResolvedLive } from '../resolve-live-options.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { ToolRunner } from '../tools/tool-runner.ts';
import type { ControlInput } from './control-input.ts';
import type { ControlQueue } from './control-queue.ts';
import type { RuntimeHost } from './runtime-host.ts';

const DEFAULT_LIMIT_MS = 2_000;

interface TeardownHost extends Pick<RuntimeHost, 'clock' | 'report'> {
  readonly resolved: ResolvedLive;
  readonly lane: ControlQueue<ControlInput>;
  readonly session: SessionHandle;
  readonly tools: ToolRunner | undefined;
  readonly hookContext: HookContext;
  /** Writes the last snapshot. */
  readonly keeping: Pick<Keeping, 'closed'> | undefined;
}

/**
 * The end of a session, once for every caller: what has begun to change the world comes to its end, what waits goes out,
 * teardown hooks run, then the connection closes. All that has to be waited for before the close shares one limit.
 */
export class Teardown {
  readonly #core: TeardownHost;
  #deadlineMs: number | undefined;
  #hooks: Promise<void> | undefined;
  #end: Promise<void> | undefined;

  constructor(core: TeardownHost) {
    this.#core = core;
  }

  /** Ends the session. Resolves when it is over. */
  disconnect(reason: string | undefined): Promise<void> {
    if (this.#end !== undefined) return this.#end;
    const { promise, begin } = prepared(() => this.#disconnect(reason));
    this.#end = promise;
    begin();
    return promise;
  }

  /** Resolves when the session is over, whoever ended it, and the hooks have run. */
  async done(): Promise<void> {
    await this.#core.session.join();
    await this.runHooks();
    await this.#core.keeping?.closed;
  }

  /** Runs the teardown hooks, once; resolves when they have, or the limit is reached. */
  runHooks(): Promise<void> {
    if (this.#hooks !== undefined) return this.#hooks;
    const { promise, begin } = prepared(() => this.#runHooks());
    this.#hooks = promise;
    begin();
    return promise;
  }

  async #disconnect(reason: string | undefined): Promise<void> {
    const { lane, session, tools } = this.#core;
    if (tools?.runsCommit === true) await this.#bounded(tools.idle(), 'Tools');
    lane.post({ type: 'disconnect' });
    await this.runHooks();
    await session.disconnect(reason);
    await this.#core.keeping?.closed;
  }

  async #runHooks(): Promise<void> {
    const { hookContext, report, resolved } = this.#core;
    const hooks = listed(resolved.options.hooks?.onTeardown);
    if (hooks.length === 0) return;
    const run = hooks.map(async (hook) => {
      try {
        await hook(hookContext);
      } catch (cause) {
        report(new RuntimeError('hookFailed', 'The hook onTeardown failed: see the cause.', { cause }));
      }
    });
    await this.#bounded(Promise.all(run), 'Teardown hooks');
  }

  /** Waits for `work`, but not beyond the limit. */
  async #bounded(work: Promise<unknown>, what: string): Promise<void> {
    const { clock, report, resolved } = this.#core;
    const limitMs = resolved.options.teardownTimeoutMs ?? DEFAULT_LIMIT_MS;
    this.#deadlineMs ??= clock.nowMs() + limitMs;
    let stop = (): void => {};
    const tooLong = new Promise<void>((resolve) => {
      stop = clock.schedule((this.#deadlineMs ?? 0) - clock.nowMs(), () => {
        const text = `${what} took longer than ${limitMs} ms: the session closes without.`;
        report(new RuntimeError('teardownTimeout', text));
        resolve();
      });
    });
    try {
      await Promise.race([work, tooLong]);
    } finally {
      stop();
    }
  }
}

/** The promise of work that has not begun: what the work calls finds it, and does not begin it again. */
function prepared(work: () => Promise<void>): {
  readonly promise: Promise<void>;
  readonly begin: () => void;
} {
  let begin = (): void => {};
  const promise = new Promise<void>((resolve) => {
    begin = () => resolve(work());
  });
  return { promise, begin };
}
