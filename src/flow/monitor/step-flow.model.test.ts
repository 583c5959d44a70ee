import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NaiveFlow } from '../../../tests/oracles/naive-flow.ts';
import { verifies } from '../../../tests/requirements.ts';
import { type Act, act, governed, TOOLS } from '../../../tests/support/governed-flows.ts';
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';
import { PlainState } from '../scenario/plain-state.ts';
import type { JsonValue } from '../state-reader.ts';
import { admitTool } from './admission.ts';
import { FlowMonitor } from './flow-monitor.ts';
import type { FlowInput, FlowState } from './flow-state.ts';
import { topLayer } from './layers.ts';
import { type FlowStep, initialFlowState, stepFlow } from './step-flow.ts';

class Both {
  readonly values: PlainState = new PlainState();
  readonly naive: NaiveFlow;
  state: FlowState;
  calls = 0;
  readonly #flow: CompiledFlow;

  constructor({
    definition: one,
    flow,
  }: { readonly definition: FlowDefinition; readonly flow: CompiledFlow }) {
    this.#flow = flow;
    this.naive = new NaiveFlow(one);
    this.state = initialFlowState(flow);
    this.input({ type: 'begin' });
  }

  do(one: Act): FlowStep | undefined {
    switch (one.type) {
      case 'set':
        this.values.set(one.key, one.value);
        this.naive.values.set(one.key, one.value);
        return undefined;
      case 'end': {
        const callId = Object.keys(this.state.open)[one.which];
        return callId === undefined ? undefined : this.input({ type: 'toolEnded', callId, ok: one.ok });
      }
      case 'input':
        return this.input(one.input);
      case 'call': {
        const { tool: name, hash: argumentsHash } = one;
        if (!this.admits(name, argumentsHash)) return undefined;
        return this.input({ type: 'admitted', callId: `c${this.calls++}`, tool: name, argumentsHash });
      }
    }
  }

  input(input: FlowInput): FlowStep {
    const step = stepFlow(this.#flow, this.state, input, this.values);
    this.state = step.state;
    this.values.apply(step.effects);
    this.naive.input(input);
    return step;
  }

  admits(name: string, argumentsHash: string): boolean {
    return admitTool(this.#flow, this.state, { tool: name, argumentsHash }, this.values).ok;
  }

  compare(): void {
    const { main, path, closing, terminated } = this.state;
    const { naive } = this;
    expect({
      path,
      closing,
      terminated,
      active: topLayer(this.#flow, this.state).marking.active,
      calls: new Map(Object.entries(main.calls)),
      agreed: new Map(Object.entries(main.agreed)),
      values: sorted(this.values.entries()),
    }).toEqual({
      path: naive.path,
      closing: naive.closing,
      terminated: naive.terminated,
      active: naive.top.active,
      calls: naive.main.calls,
      agreed: naive.main.agreed,
      values: sorted([...naive.values]),
    });
    for (const name of [...TOOLS, 'other']) {
      for (const hash of ['one', 'two'])
        expect([name, this.admits(name, hash)]).toEqual([name, naive.admits(name, hash)]);
    }
  }
}

function sorted(entries: readonly (readonly [string, JsonValue])[]): readonly unknown[] {
  return [...entries].filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1));
}

const acts = fc.array(act, { minLength: 15, maxLength: 60, size: 'max' });

test('The reducer and a slow obvious one agree, whatever happens in whatever order', (context) => {
  verifies(context, 'govern:monitor:invariants');
  fc.assert(
    fc.property(governed, acts, (one, all) => {
      const both = new Both(one);
      both.compare();
      for (const each of all) {
        both.do(each);
        both.compare();
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('Done stays done but for a reset, a correction or a restart; terminate denies all and keeps the marking', (context) => {
  verifies(context, 'govern:monitor:invariants');
  fc.assert(
    fc.property(governed, acts, (one, all) => {
      const both = new Both(one);
      for (const each of all) {
        const before = both.state;
        const step = both.do(each);
        const lost = before.main.done.filter((id) => !both.state.main.done.includes(id));
        if (lost.length > 0) {
          const { resetsHeld } = both.state.main;
          const isReset = resetsHeld.some((held, index) => held && before.main.resetsHeld[index] !== true);
          const isTold = step?.events.some(
            ({ type, ...event }) => type === 'corrected' || ('resume' in event && event.resume === 'restart'),
          );
          expect(isReset || isTold).toBe(true);
        }
        if (!before.terminated) continue;
        expect(both.state.main.done).toEqual(before.main.done);
        expect(both.state.terminated).toBe(true);
        for (const name of TOOLS) expect(both.admits(name, 'one')).toBe(false);
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('A tool that runs once never succeeds twice, however calls overlap, until its count is forgotten', (context) => {
  verifies(context, 'govern:monitor:once');
  fc.assert(
    fc.property(governed, acts, (one, all) => {
      const once = one.flow.main.rules.filter((rule) => rule.once).map((rule) => rule.tool);
      const both = new Both(one);
      for (const each of all) {
        both.do(each);
        for (const name of once) {
          const open = Object.values(both.state.open).filter((call) => call.tool === name).length;
          const succeeded = Object.hasOwn(both.state.main.calls, name)
            ? (both.state.main.calls[name] ?? 0)
            : 0;
          expect(succeeded).toBeLessThanOrEqual(1);
          expect(open).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('One agreement never admits two different sets of arguments', (context) => {
  verifies(context, 'govern:monitor:agreement');
  fc.assert(
    fc.property(governed, acts, (one, all) => {
      const commits = one.flow.main.rules
        .filter(({ commit }) => commit !== undefined)
        .map((rule) => rule.tool);
      const both = new Both(one);
      const admittedTo = new Map<string, string>();
      for (const each of all) {
        const { calls } = both;
        both.do(each);
        for (const name of commits) if (!Object.hasOwn(both.state.main.agreed, name)) admittedTo.delete(name);
        if (each.type !== 'call' || both.calls === calls || !commits.includes(each.tool)) continue;
        expect(admittedTo.get(each.tool) ?? each.hash).toBe(each.hash);
        admittedTo.set(each.tool, each.hash);
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('A step is a function of its inputs, survives JSON, and leaves what it was given as it was', (context) => {
  verifies(context, 'govern:monitor:json');
  fc.assert(
    fc.property(governed, acts, ({ flow }, all) => {
      const values = new PlainState();
      let state = initialFlowState(flow);
      for (const each of all) {
        if (each.type === 'set') values.set(each.key, each.value);
        const input: FlowInput =
          each.type === 'input'
            ? each.input
            : each.type === 'call'
              ? { type: 'admitted', callId: each.hash, tool: each.tool, argumentsHash: each.hash }
              : { type: 'toolEnded', callId: 'one', ok: true };
        const written = JSON.stringify(state);
        const read: FlowState = JSON.parse(written);
        const step = stepFlow(flow, state, input, values);
        expect(stepFlow(flow, read, input, values)).toEqual(step);
        expect(JSON.stringify(state)).toBe(written);
        expect(JSON.parse(JSON.stringify(step.state))).toEqual(step.state);
        values.apply(step.effects);
        state = step.state;
        const again = stepFlow(flow, state, { type: 'settle' }, values);
        if (input.type === 'settle' && step.events.length === 0 && step.effects.length === 0) {
          expect(again.state).toBe(state);
        }
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('The monitor of a live session and the bare reducer agree turn by turn', (context) => {
  verifies(context, 'acceptance:control:stacks');
  fc.assert(
    fc.property(governed, acts, ({ flow }, all) => {
      const monitor = new FlowMonitor(flow);
      const live = new PlainState();
      const bare = new PlainState();
      let state = initialFlowState(flow);
      const both = (input: FlowInput): void => {
        const step = stepFlow(flow, state, input, bare);
        state = step.state;
        bare.apply(step.effects);
        const boundary = input.type === 'turn' ? { counts: input.counts } : undefined;
        const isLook = input.type === 'begin' || input.type === 'settle' || input.type === 'turn';
        const told = isLook
          ? monitor.advance({ state: live, turn: 1, nowMs: 0, boundary })
          : monitor.apply(input, live);
        live.apply(told.effects);
        expect(told.events).toEqual(step.events);
      };
      both({ type: 'begin' });
      for (const [index, each] of all.entries()) {
        if (each.type === 'input') both(each.input);
        else if (each.type === 'set') for (const values of [live, bare]) values.set(each.key, each.value);
        else if (each.type === 'end') {
          both({ type: 'toolEnded', callId: Object.keys(state.open)[each.which] ?? 'none', ok: each.ok });
        } else {
          const { tool: name, hash: argumentsHash } = each;
          const admission = monitor.admit(name, live, { argumentsHash });
          expect(admission).toEqual(admitTool(flow, state, { tool: name, argumentsHash }, bare));
          if (admission.ok) both({ type: 'admitted', callId: `c${index}`, tool: name, argumentsHash });
        }
        expect(monitor.state).toEqual(state);
        expect(live.entries()).toEqual(bare.entries());
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);
