import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ToolRig } from '../../../tests/support/tool-rig.ts';
import type { ToolDefinition } from './tool-definition.ts';
import type { ToolPolicy } from './tool-policy.ts';
import type { ToolRunnerOptions } from './tool-runner-options.ts';

/** What a call's tool does. */
const BEHAVIOURS = ['sync', 'throw', 'reject', 'hang', 'late', 'tooLate', 'huge', 'noJson', 'void'] as const;
type Behaviour = (typeof BEHAVIOURS)[number];

const POLICIES: Readonly<Record<string, ToolPolicy>> = {
  read: { kind: 'read' },
  retried: { kind: 'read', retry: { attempts: 2, delayMs: 100 } },
  cached: { kind: 'read', cache: { ttlMs: 1_000, maxEntries: 2 } },
  commit: {},
  keyed: { idempotencyKey: '{behaviour}' },
  once: { once: true },
  serial: { serial: true },
  confirmed: { confirm: true },
  background: { kind: 'read', background: true },
  job: { background: { scheduling: 'interrupt' }, timeoutMs: 30_000 },
  undone: { compensate: { tool: 'commit' } },
};

type Step =
  | {
      readonly type: 'calls';
      readonly calls: ReadonlyArray<{
        readonly tool: string;
        readonly behaviour: Behaviour;
        readonly again: boolean;
      }>;
    }
  | { readonly type: 'cancel'; readonly picks: readonly number[] }
  | { readonly type: 'bargeIn' }
  | { readonly type: 'userTurn' }
  | { readonly type: 'byHand'; readonly pick: number }
  | { readonly type: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('calls' as const),
      calls: fc.array(
        fc.record({
          tool: fc.constantFrom(...Object.keys(POLICIES), 'unknown'),
          behaviour: fc.constantFrom(...BEHAVIOURS),
          again: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  },
  fc.record({ type: fc.constant('cancel' as const), picks: fc.array(fc.nat(20), { maxLength: 3 }) }),
  fc.record({ type: fc.constant('bargeIn' as const) }),
  fc.record({ type: fc.constant('userTurn' as const) }),
  fc.record({ type: fc.constant('byHand' as const), pick: fc.nat(20) }),
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(0, 50, 700, 31_000) }),
  },
);

const setting = fc.record({
  override: fc.constantFrom('none', 'some', 'hangs', 'throws'),
  hook: fc.constantFrom('none', 'slow', 'hangs', 'throws'),
  middleware: fc.constantFrom('none', 'slow', 'throws'),
  confirms: fc.constantFrom('yes', 'no', 'late', 'never'),
  delivery: fc.constantFrom('continued', 'unsolicited', 'inline'),
  end: fc.constantFrom('close', 'drain'),
});
type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

test('Whatever tools, hooks and callers do, every call is answered once or cancelled with an event', async (context) => {
  verifies(context, 'tools:alwaysAnswered', 'tools:dedupe', 'tools:once', 'tools:background');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), setting, async (steps, chosen) => {
      const play = new Play(chosen);
      for (const one of steps) await play.take(one);
      await play.end(chosen.end);
      play.check();
    }),
    { numRuns: 300 },
  );
});

/** One random session. */
class Play {
  readonly #rig: ToolRig;
  readonly #ids: string[] = [];
  #onceRuns = 0;
  #lengthAtEnd: number | undefined;

  constructor(chosen: Setting) {
    const tools = Object.entries(POLICIES).map(([name, policy]) => this.#tool(name, policy));
    this.#rig = new ToolRig({ tools, ...options(chosen, (ms) => this.#sleep(ms)) });
  }

  async take(one: Step): Promise<void> {
    const { runner, clock } = this.#rig;
    switch (one.type) {
      case 'calls':
        runner.start(
          one.calls.map(({ tool, behaviour, again }) => {
            const known = again ? this.#ids.at(-1) : undefined;
            const id = known ?? `c${this.#ids.length}`;
            if (known === undefined) this.#ids.push(id);
            return { id, name: tool, args: { behaviour } };
          }),
        );
        break;
      case 'cancel':
        runner.cancel(one.picks.map((pick) => `c${pick}`));
        break;
      case 'bargeIn':
        runner.bargeIn();
        break;
      case 'userTurn':
        this.#rig.turn += 1;
        runner.userTurn(this.#rig.turn);
        break;
      case 'byHand': {
        const response = { id: `c${one.pick}`, name: 'any', response: { output: 'by hand' } };
        if (this.#ids.includes(response.id)) expect(runner.answer([response])).toEqual([]);
        break;
      }
      case 'wait':
        await clock.advanceAsync(one.ms);
    }
  }

  async end(how: 'close' | 'drain'): Promise<void> {
    const { runner, clock, log } = this.#rig;
    // The longest chain: confirmation, serial tools before it, deadline, compensation.
    if (how === 'drain') await clock.advanceAsync(3_000_000);
    runner.close('end');
    this.#lengthAtEnd = log.length;
    runner.start([{ id: 'after', name: 'read', args: { behaviour: 'sync' } }]);
    await clock.advanceAsync(3_000_000);
    await runner.idle();
  }

  check(): void {
    const rig = this.#rig;
    expect(rig.log.length).toBe(this.#lengthAtEnd);
    expect(rig.runner.pending).toEqual([]);
    expect(rig.clock.pending).toBe(0);
    expect(rig.errors.filter(({ code }) => code === 'internal')).toEqual([]);
    const cancelled = rig.eventsOf('toolCancelled').flatMap(({ ids }) => ids);
    for (const id of this.#ids) {
      const answers = rig
        .of(id)
        .filter(({ willContinue, response }) => willContinue !== true && !isRunning(response));
      const ends = answers.length + cancelled.filter((one) => one === id).length;
      expect(ends, `${id}: ${JSON.stringify(rig.log)}`).toBe(1);
      const final = rig.outcomes.filter(({ callId, outcome }) => callId === id && outcome !== 'running');
      expect(final.length, id).toBe(1);
    }
    expect(rig.eventsOf('toolExecution')).toHaveLength(
      rig.messages.flatMap(({ responses }) => responses).length,
    );
    expect(this.#onceRuns).toBeLessThanOrEqual(1);
  }

  #tool(name: string, policy: ToolPolicy): ToolDefinition {
    const run = ({ behaviour }: { behaviour: Behaviour }): unknown => {
      // A failure gives the reservation back; nothing else may.
      if (name === 'once' && behaviour !== 'throw' && behaviour !== 'reject') this.#onceRuns += 1;
      return this.#behave(behaviour);
    };
    const parameters = { type: 'object', properties: { behaviour: { type: 'string' } } };
    return { name, description: 'd', parameters, policy, run };
  }

  #behave(behaviour: Behaviour): unknown {
    switch (behaviour) {
      case 'sync':
        return { done: true };
      case 'throw':
        throw new Error('thrown');
      case 'reject':
        return Promise.reject(new Error('rejected'));
      case 'hang':
        return new Promise(() => {});
      case 'late':
        return this.#sleep(600);
      case 'tooLate':
        return this.#sleep(40_000);
      case 'huge':
        return 'x'.repeat(70_000);
      case 'noJson':
        return { n: 1n };
      case 'void':
        return undefined;
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#rig.clock.schedule(ms, resolve);
    });
  }
}

function isRunning(response: Readonly<Record<string, unknown>>): boolean {
  return response.status === 'running';
}

function options(chosen: Setting, sleep: (ms: number) => Promise<void>): Partial<ToolRunnerOptions> {
  const fail = (): never => {
    throw new Error('hook');
  };
  const hangs = (): Promise<never> => new Promise(() => {});
  const overrides = {
    some: (calls: ReadonlyArray<{ id?: string; name: string }>) =>
      calls
        .filter((_, index) => index % 2 === 0)
        .map(({ id = '', name }) => ({ id, name, response: { by: 'hand' } })),
    hangs,
    throws: fail,
  };
  const hooks = { slow: () => sleep(20).then(() => []), hangs, throws: fail };
  const confirmations = {
    yes: () => ({ confirmed: true }),
    no: () => ({ confirmed: false }),
    late: () => sleep(500).then(() => ({ confirmed: true })),
    never: hangs,
  };
  const befores = { slow: () => sleep(30).then(() => undefined), throws: fail };
  return {
    backgroundDelivery: chosen.delivery,
    confirmationProvider: confirmations[chosen.confirms],
    ...(chosen.override !== 'none' && { onToolCall: overrides[chosen.override] }),
    ...(chosen.hook !== 'none' && { beforeToolResponse: hooks[chosen.hook] }),
    ...(chosen.middleware !== 'none' && { middleware: [{ before: befores[chosen.middleware] }] }),
  };
}
