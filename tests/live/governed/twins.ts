/** One conversation twice: in a live session on a scripted peer, and in the simulator of flows. */
import { expect } from 'vitest';
import type { CompiledFlow } from '../../../src/flow/compile/compiled-flow.ts';
import type { CompiledConversation } from '../../../src/flow/conversation/compiled-conversation.ts';
import type { DecisionAnswer } from '../../../src/flow/guard/guard.ts';
import { explainFlow } from '../../../src/flow/monitor/explain-flow.ts';
import type { FlowMonitor } from '../../../src/flow/monitor/flow-monitor.ts';
import type { FlowState, LayerState } from '../../../src/flow/monitor/flow-state.ts';
import { canonicalText } from '../../../src/flow/scenario/canonical-text.ts';
import { FlowSimulator } from '../../../src/flow/scenario/flow-simulator.ts';
import type { JsonValue } from '../../../src/flow/state-reader.ts';
import { type LiveOptions, scriptedTextModel, tool } from '../../../src/live/index.ts';
import { canonicalJson, textHash } from '../../../src/runtime/tools/canonical-json.ts';
import { FLOW_TOOLS } from '../../support/arbitrary-flow.ts';
import { OrderedCall } from '../order/ordered-call.ts';
import { newestMonitor } from './captured-monitors.ts';

type Json = { readonly [name: string]: JsonValue };
export type Answers = { readonly [question: string]: DecisionAnswer };

/** One thing that happens, to both. */
export type Happening =
  | {
      readonly type: 'user';
      readonly words: string;
      readonly typed: boolean;
      readonly answers: Answers;
      /** What the model says to it; a turn without a word of either is none. */
      readonly reply: string;
    }
  /** The model speaks unasked. */
  | { readonly type: 'silent'; readonly reply: string }
  | { readonly type: 'interrupt'; readonly reply: string }
  | { readonly type: 'set'; readonly key: string; readonly value: JsonValue }
  /** `later`: it goes on in the background until an `end`. */
  | {
      readonly type: 'call';
      readonly tool: string;
      readonly args: Json;
      readonly ends: 'ok' | 'failed' | 'later';
    }
  | { readonly type: 'end'; readonly tool: string; readonly ok: boolean };

/** Keys that only a live session has. */
const LIVE_ONLY = /^(?:session:|idempotency:|compensated:|flow:tool|stateMeta:)/;
const NOW_MS = 1_767_225_600_000;
const UNSURE: DecisionAnswer = { outcome: 'unsure', confidence: 0 };

/** Tools of random flows; those of `BACKGROUND` can go on while turns end. */
export const BACKGROUND: readonly string[] = ['tell', 'note'];

export class Twins {
  readonly call: OrderedCall = new OrderedCall();
  readonly simulator: FlowSimulator;
  #monitor: FlowMonitor | undefined;
  #answers: Answers = {};
  #calls = 0;
  readonly #hashes = new Map<string, string>();
  /** Ends calls of tools that run. The newest is last. */
  readonly #running: { readonly tool: string; readonly end: (ok: boolean) => void }[] = [];
  #failsNext = false;
  /** The model has called a tool in the turn that goes on. */
  #called = false;

  constructor(target: CompiledConversation | CompiledFlow) {
    this.simulator = new FlowSimulator(target, { nowMs: NOW_MS });
  }

  async open(): Promise<this> {
    const { conversation, flow } = this.simulator;
    const textModel = scriptedTextModel(() => ({ json: this.#form() }));
    const common: Partial<LiveOptions> = { quiet: { deadAir: false }, telemetryIntervalMs: 3_600_000 };
    if (conversation === undefined) {
      await this.call.open({
        ...common,
        tools: FLOW_TOOLS.map((name) => this.#tool(name)),
        flow: { flow, decisions: { model: textModel } },
        toolSettings: { confirmationProvider: () => ({ confirmed: true }) },
      });
    } else {
      await this.call.open({
        ...common,
        conversation: { document: conversation, textModel, now: () => NOW_MS },
        toolSettings: {
          onToolCall: (calls) =>
            this.#failsNext
              ? calls.map(({ id = '', name }) => ({ id, name, response: { error: 'out of order' } }))
              : null,
        },
      });
    }
    this.#monitor = newestMonitor();
    return this;
  }

  get #live(): FlowMonitor {
    if (this.#monitor === undefined) throw new Error('open the twins first');
    return this.#monitor;
  }

  async happens(happening: Happening): Promise<void> {
    const { simulator, call } = this;
    // What the user says while the model has the turn belongs to the next one.
    const takesTurn = happening.type === 'user' || happening.type === 'interrupt';
    if (takesTurn && this.#called) await this.happens({ type: 'silent', reply: 'So.' });
    if (takesTurn || happening.type === 'silent') this.#called = false;
    switch (happening.type) {
      case 'user': {
        const { words, typed, answers, reply } = happening;
        this.#answers = answers;
        if (typed) await call.handle.sendText(words);
        else await call.peer.hears(words);
        await this.#reply(reply);
        simulator.model(reply);
        simulator.user(words, this.#allAnswers());
        return;
      }
      case 'silent':
        await this.#reply(happening.reply);
        simulator.model(happening.reply);
        simulator.turn();
        return;
      case 'interrupt':
        await call.peer.says(happening.reply, { audioMs: 0 });
        await call.peer.interrupts();
        await this.#wait();
        simulator.interrupt();
        simulator.model(happening.reply);
        simulator.turn();
        return;
      case 'set':
        call.handle.state().set(happening.key, happening.value);
        simulator.set(happening.key, happening.value);
        return;
      case 'call':
        return this.#calls_(happening);
      case 'end': {
        const at = this.#running.findLastIndex((run) => run.tool === happening.tool);
        const [run] = at === -1 ? [] : this.#running.splice(at, 1);
        expect(simulator.endCall(happening.tool, happening.ok)).toBe(run !== undefined);
        run?.end(happening.ok);
        await call.peer.clock.advanceAsync(0);
      }
    }
  }

  /** Both stand in the same place, for the same reasons, and know the same. */
  expectAgreement(): void {
    const { simulator } = this;
    const live = this.#live;
    const state = this.call.handle.state();
    const { values } = state.snapshot();
    const shown = (entries: Iterable<readonly [string, unknown]>): object =>
      Object.fromEntries([...entries].filter(([key]) => !LIVE_ONLY.test(key)).sort());
    expectSame(
      { ...this.#place(live.state, this.#hashes), state: shown(Object.entries(values)) },
      { ...this.#place(simulator.marking), state: shown(simulator.state.entries()) },
    );
    const explained = explainFlow(simulator.flow, simulator.marking, simulator.state);
    expectSame({ ...this.call.handle.explain() }, { type: 'flow', ...explained });
  }

  async close(): Promise<void> {
    const done = this.call.handle.disconnect();
    await this.call.peer.clock.advanceAsync(30_000);
    await done;
  }

  async #calls_({ tool: name, args, ends }: Happening & { readonly type: 'call' }): Promise<void> {
    const { call, simulator } = this;
    this.#calls += 1;
    this.#called = true;
    const id = `live-${this.#calls}`;
    this.#hashes.set(textHash(canonicalJson(args)), canonicalText(args));
    const before = this.#running.length;
    this.#failsNext = ends === 'failed';
    const open = Object.keys(this.#live.state.open).length;
    await call.peer.calls(name, args, id);
    const admission = simulator.beginCall({ tool: name, args });
    if (!admission.ok) {
      const { response } = await call.peer.answerTo(id);
      expect(response).toEqual({ error: admission.reason });
      return;
    }
    if (simulator.conversation !== undefined) {
      await call.peer.clock.advanceAsync(0);
      const response = (await call.peer.answerTo(id)).response ?? {};
      expect(simulator.endCall(name, !('error' in response))).toBe(true);
      return;
    }
    expect(Object.keys(this.#live.state.open).length, `${name} was admitted`).toBe(open + 1);
    expect(this.#running.length).toBe(before + 1);
    if (ends !== 'later') await this.happens({ type: 'end', tool: name, ok: ends === 'ok' });
  }

  async #reply(text: string): Promise<void> {
    await this.call.peer.says(text, { audioMs: 0, thenCompletes: true });
    await this.#wait();
  }

  /** Words that come now are no late ones of the turn that has ended. */
  async #wait(): Promise<void> {
    await this.call.peer.clock.advanceAsync(3_000);
  }

  #tool(name: string): ReturnType<typeof tool> {
    return tool({
      name,
      description: name,
      policy: BACKGROUND.includes(name) ? { kind: 'read', background: true } : { kind: 'read' },
      run: () =>
        new Promise((resolve, reject) => {
          const end = (ok: boolean): void => (ok ? resolve({ ok: true }) : reject(new Error('out of order')));
          this.#running.push({ tool: name, end });
        }),
    });
  }

  #allAnswers(): Answers {
    return Object.fromEntries(
      this.simulator.flow.decisions.map(({ id }) => [id, this.#answers[id] ?? UNSURE]),
    );
  }

  /** The form is filled in for all questions, which are asked together. */
  #form(): Json {
    const answers = Object.values(this.#allAnswers());
    return Object.fromEntries(answers.map((answer, at) => [`q${at + 1}`, { ...answer }]));
  }

  /** Where a flow stands, without what is only a name: ids of calls, hashes of arguments. */
  #place(place: FlowState, hashes?: ReadonlyMap<string, string>): object {
    const shown = (layer: LayerState): object => ({
      ...layer,
      agreed: Object.fromEntries(
        Object.entries(layer.agreed).map(([name, hash]) => [name, hashes?.get(hash) ?? hash]),
      ),
    });
    return {
      ...place,
      open: Object.values(place.open).sort((a, b) => a.tool.localeCompare(b.tool)),
      main: shown(place.main),
      digressions: Object.fromEntries(
        Object.entries(place.digressions).map(([name, layer]) => [name, shown(layer)]),
      ),
    };
  }
}

/** What differs is named: a report of random tests shows no more of an error than its message. */
function expectSame(live: object, simulated: object): void {
  const simulatedAt = new Map<string, unknown>(Object.entries(simulated));
  const different = Object.entries(live).flatMap(([name, value]: readonly [string, unknown]) => {
    const [one, other] = [value, simulatedAt.get(name)].map((part) => JSON.stringify(part));
    return one === other ? [] : [`${name}: live ${one}, simulated ${other}`];
  });
  if (different.length > 0) throw new Error(different.join('\n'));
}
