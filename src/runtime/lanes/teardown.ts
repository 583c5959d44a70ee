import { listed } from '../listeners.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { LiveParts } from './live-parts.ts';

const DEFAULT_LIMIT_MS = 2_000;

/** The end of a session, once for every caller: what waits goes out, teardown hooks run, then the connection closes. */
export class Teardown {
  readonly #core: LiveParts;
  #hooks: Promise<void> | undefined;
  #end: Promise<void> | undefined;

  constructor(core: LiveParts) {
    this.#core = core;
  }

  /** Ends the session. Resolves when it is over. */
  disconnect(reason: string | undefined): Promise<void> {
    this.#end ??= this.#disconnect(reason);
    return this.#end;
  }

  /** Resolves when the session is over, whoever ended it, and the hooks have run. */
  async done(): Promise<void> {
    await this.#core.session.join();
    await this.runHooks();
  }

  /** Runs the teardown hook, once; resolves when it has, or took longer than the limit. */
  runHooks(): Promise<void> {
    this.#hooks ??= this.#runHooks();
    return this.#hooks;
  }

  async #disconnect(reason: string | undefined): Promise<void> {
    const { lane, session, tools } = this.#core;
    // A commit that runs is let come to its end, and its answer go out.
    const idle = tools === undefined || tools.pending.length === 0 ? undefined : tools.idle();
    if (idle !== undefined) await this.#bounded(idle, 'Tools');
    lane.post({ type: 'disconnect' });
    await this.runHooks();
    await session.disconnect(reason);
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

  /** Waits for `work`, but not for ever. */
  async #bounded(work: Promise<unknown>, what: string): Promise<void> {
    const { clock, report, resolved } = this.#core;
    const limitMs = resolved.options.teardownTimeoutMs ?? DEFAULT_LIMIT_MS;
    let stop = (): void => {};
    const tooLong = new Promise<void>((resolve) => {
      stop = clock.schedule(limitMs, () => {
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
