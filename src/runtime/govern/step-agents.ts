/** What an application does when a step becomes active (spec: control §9, on-enter). */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Cancel } from '../../wire/index.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';
import { bounded } from '../tools/bounded.ts';
import { toJson } from '../tools/tool-json.ts';

/** Work that runs beside the conversation. */
export interface StepAgent<Context> {
  /** What it returns is `{step}:result`; what it throws is reported, and is the message in `{step}:error`. */
  readonly run: (context: Context, signal: AbortSignal) => unknown;
  /** `call`: a tool that is refused for want of the result waits for it. `background`: nothing does. @default 'background' */
  readonly mode?: 'call' | 'background';
  /** @default 10_000 */
  readonly timeoutMs?: number;
}

/** How the work of a step ended. */
export type StepOutcome =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly error: string };

export interface StepAgentsHost<Context> extends Pick<RuntimeHost, 'clock' | 'report'> {
  readonly hookContext: () => Context;
  readonly ended: (step: string, outcome: StepOutcome) => void;
}

interface Running {
  readonly mode: 'call' | 'background';
  readonly over: Promise<void>;
  readonly stop: Cancel;
}

/** Starts the work of steps, one run of a step at a time. Nothing here throws. */
export class StepAgents<Context> {
  readonly #agents: ReadonlyMap<string, StepAgent<Context>>;
  readonly #host: StepAgentsHost<Context>;
  readonly #running = new Map<string, Running>();

  constructor(agents: ReadonlyMap<string, StepAgent<Context>>, host: StepAgentsHost<Context>) {
    this.#agents = agents;
    this.#host = host;
  }

  entered(step: string): void {
    const agent = this.#agents.get(step);
    if (agent === undefined) return;
    this.#running.get(step)?.stop();
    const controller = new AbortController();
    const over = this.#run(step, agent, controller);
    const running = { mode: agent.mode ?? 'background', over, stop: () => controller.abort() };
    this.#running.set(step, running);
    void over.then(() => {
      if (this.#running.get(step) === running) this.#running.delete(step);
    });
  }

  /** Resolves when the work that may write one of these keys, and is waited for, is over; undefined when there is none. */
  pendingWriters(keys: readonly string[]): Promise<unknown> | undefined {
    const waits = [...this.#running]
      .filter(([step, { mode }]) => mode === 'call' && keys.includes(`${step}:result`))
      .map(([, { over }]) => over);
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  close(): void {
    for (const { stop } of this.#running.values()) stop();
    this.#running.clear();
  }

  async #run(step: string, agent: StepAgent<Context>, controller: AbortController): Promise<void> {
    const { signal } = controller;
    const { clock, ended, hookContext, report } = this.#host;
    const { timeoutMs = 10_000 } = agent;
    const ran = await bounded(clock, timeoutMs, () => agent.run(hookContext(), signal), signal);
    if (ran.type === 'aborted' || signal.aborted) return;
    const failed = (error: string, cause?: unknown): void => {
      report(new RuntimeError('hookFailed', `The work of step "${step}" failed: ${error}.`, { cause }));
      ended(step, { ok: false, error });
    };
    if (ran.type === 'timeout') {
      controller.abort();
      return failed(`it gave no result within ${timeoutMs} ms`);
    }
    if (ran.type === 'error') return failed('see the cause', ran.error);
    const json = toJson(ran.value ?? true);
    if (json.ok) ended(step, { ok: true, value: json.value });
    else failed(`its result is not plain JSON, ${json.reason}`);
  }
}
