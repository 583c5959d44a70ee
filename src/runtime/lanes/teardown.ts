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
    const { lane, session } = this.#core;
    lane.post({ type: 'disconnect' });
    await this.runHooks();
    await session.disconnect(reason);
  }

  async #runHooks(): Promise<void> {
    const { clock, hookContext, report, resolved } = this.#core;
    const { hooks, teardownTimeoutMs: limitMs = DEFAULT_LIMIT_MS } = resolved.options;
    if (hooks?.onTeardown === undefined) return;
    let stop = (): void => {};
    const tooLong = new Promise<void>((resolve) => {
      stop = clock.schedule(limitMs, () => {
        report(
          new RuntimeError(
            'teardownTimeout',
            `Teardown hooks took longer than ${limitMs} ms: closing without.`,
          ),
        );
        resolve();
      });
    });
    try {
      await Promise.race([Promise.resolve(hooks.onTeardown(hookContext)), tooLong]);
    } catch (cause) {
      report(new RuntimeError('hookFailed', 'The hook onTeardown failed: see the cause.', { cause }));
    }
    stop();
  }
}
