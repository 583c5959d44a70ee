import type { Admission } from '../../src/flow/governor.ts';
import type { LiveEventBody, LiveEventOf } from '../../src/runtime/live-event.ts';
import type { RuntimeError } from '../../src/runtime/runtime-error.ts';
import { State } from '../../src/runtime/state/state.ts';
import type { ToolContext, ToolDefinition } from '../../src/runtime/tools/tool-definition.ts';
import type { ToolPolicy } from '../../src/runtime/tools/tool-policy.ts';
import { ToolRegistry } from '../../src/runtime/tools/tool-registry.ts';
import { ToolRunner } from '../../src/runtime/tools/tool-runner.ts';
import type {
  ToolOutcome,
  ToolRunnerHost,
  ToolRunnerOptions,
} from '../../src/runtime/tools/tool-runner-options.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import type { FunctionCall, FunctionResponse } from '../../src/wire/index.ts';

export interface ToolRigOptions extends Partial<Omit<ToolRunnerOptions, 'registry'>> {
  readonly tools: readonly ToolDefinition[];
  readonly admit?: ToolRunnerHost['admit'];
  readonly redact?: ToolRunnerHost['redact'];
  readonly fillerAfterMs?: () => number | undefined;
}

const ADMITTED: Admission = { ok: true };

/** A tool runner on a manual clock, with everything it tells written down. */
export class ToolRig {
  readonly clock: ManualClock = new ManualClock();
  readonly state: State = new State();
  readonly events: LiveEventBody[] = [];
  readonly errors: RuntimeError[] = [];
  readonly outcomes: ToolOutcome[] = [];
  /** Each message that was sent. */
  readonly messages: Array<{
    readonly responses: readonly FunctionResponse[];
    readonly background: boolean;
  }> = [];
  /** Everything in order: events, outcomes as `outcome:`, messages as `respond:`. */
  readonly log: string[] = [];
  readonly runner: ToolRunner;
  turn = 1;

  constructor({ tools, admit = () => ADMITTED, redact, fillerAfterMs, ...options }: ToolRigOptions) {
    const registry = new ToolRegistry(tools);
    if (registry.problems.length > 0) throw new Error(JSON.stringify(registry.problems));
    this.runner = new ToolRunner(
      {
        clock: this.clock,
        state: this.state,
        emit: (body) => {
          this.events.push(body);
          this.log.push(body.type);
        },
        report: (error) => this.errors.push(error),
        respond: (responses, { background }) => {
          this.messages.push({ responses, background });
          this.log.push(`respond:${responses.map(({ name }) => name).join()}`);
        },
        admit,
        onOutcome: (outcome) => {
          this.outcomes.push(outcome);
          this.log.push(`outcome:${outcome.name}:${outcome.outcome}`);
        },
        turn: () => this.turn,
        ...(redact !== undefined && { redact }),
        ...(fillerAfterMs !== undefined && { fillerAfterMs }),
      },
      { registry, ...options },
    );
  }

  /** Starts one batch and lets everything settle that needs no time. */
  async call(...calls: readonly FunctionCall[]): Promise<void> {
    this.runner.start(calls);
    await this.clock.advanceAsync(0);
  }

  /** The responses with this id, acknowledgements included. */
  of(id: string | undefined): readonly FunctionResponse[] {
    return this.messages.flatMap(({ responses }) => responses.filter((response) => response.id === id));
  }

  /** The text of the error that answered a call. */
  errorOf(id: string): string {
    const { error } = this.of(id).at(-1)?.response ?? {};
    if (typeof error !== 'string') throw new Error(`${id} was not answered with an error`);
    return error;
  }

  eventsOf<T extends LiveEventBody['type']>(type: T): readonly LiveEventOf<T>[] {
    return this.events.filter((event) => event.type === type) as unknown as readonly LiveEventOf<T>[];
  }
}

/** A tool whose calls end when told to. */
export class HeldTool {
  /** The contexts of its runs. */
  readonly runs: ToolContext[] = [];
  readonly definition: ToolDefinition;
  readonly #works: Deferred<unknown>[] = [];

  constructor(name: string, policy: ToolPolicy = {}) {
    const run = (_: never, context: ToolContext): Promise<unknown> => {
      const work = deferred<unknown>();
      this.runs.push(context);
      this.#works.push(work);
      return work.promise;
    };
    this.definition = { name, description: `Does ${name}.`, policy, run };
  }

  /** Ends run `index` (the newest unless told otherwise) with a result. */
  resolve(result: unknown, index = -1): void {
    this.#works.at(index)?.resolve(result);
  }

  reject(error: unknown, index = -1): void {
    this.#works.at(index)?.reject(error);
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise to settle by hand. */
export function deferred<T>(): Deferred<T> {
  let resolve = (_: T): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
