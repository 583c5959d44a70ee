/** Governance once more, slow and obvious: from the definition, with mutable sets, everything looked up by name. */
import type {
  CommitDefinition,
  Constraint,
  DigressionDefinition,
  FlowDefinition,
  LayerDefinition,
  StepDefinition,
} from '../../src/flow/definition/flow-definition.ts';
import { equivalent } from '../../src/flow/equivalence.ts';
import type { DecisionAnswer, Guard } from '../../src/flow/guard/guard.ts';
import type { FlowInput } from '../../src/flow/monitor/flow-state.ts';
import type { JsonValue } from '../../src/flow/state-reader.ts';

class NaiveLayer {
  done: Set<string> = new Set();
  active: string[] = [];
  calls: Map<string, number> = new Map();
  held: Set<Constraint> = new Set();
  agreed: Map<string, string> = new Map();
}

interface Count {
  turns: number;
  interruptions: number;
  fresh: boolean;
}

export class NaiveFlow {
  readonly values: Map<string, JsonValue> = new Map();
  main: NaiveLayer = new NaiveLayer();
  path: string[] = [];
  closing = false;
  terminated = false;
  readonly open: Map<string, { tool: string; layer: string }> = new Map();
  readonly #definition: FlowDefinition;
  readonly #digressions: Map<string, NaiveLayer> = new Map();
  readonly #slots: Map<string, JsonValue> = new Map();
  readonly #corrected: Map<string, boolean> = new Map();
  readonly #repair: Map<string, Count> = new Map();
  readonly #answers: Map<string, DecisionAnswer> = new Map();
  /** Commits that waited for nothing but a yes when the user began to speak. */
  #asked: readonly string[] = [];

  constructor(definition: FlowDefinition) {
    this.#definition = definition;
  }

  get top(): NaiveLayer {
    return this.#layer(this.path.at(-1) ?? '');
  }

  input(input: FlowInput): void {
    this.#run(input);
    for (const name of ['', ...this.path]) {
      const layer = this.#layer(name);
      for (const tool of layer.agreed.keys()) {
        const until = this.#constraints(name).flatMap((one) =>
          'commit' in one && one.commit.tool === tool ? [one.commit.until] : [],
        );
        if (!until.every((guard) => this.#holds(guard, layer))) layer.agreed.delete(tool);
      }
    }
    this.values.set('flow:done', [...this.main.done]);
    this.values.set('flow:active', this.terminated ? [] : this.top.active);
    this.values.set('flow:overlay', this.path);
    if (this.terminated) this.values.set('flow:terminated', true);
  }

  /** The precedence of admission, rule by rule. */
  admits(tool: string, hash: string): boolean {
    if (this.terminated) return false;
    const names = ['', ...this.path];
    for (const name of names) {
      for (const one of this.#constraints(name)) {
        const once = 'once' in one ? one.once : 'commit' in one ? one.commit.tool : undefined;
        if (once !== tool) continue;
        if ((this.#layer(name).calls.get(tool) ?? 0) > 0) return false;
        for (const open of this.open.values()) if (open.tool === tool) return false;
      }
    }
    for (const name of names) {
      for (const one of this.#constraints(name)) {
        const until = 'neverUntil' in one ? one.neverUntil : 'commit' in one ? one.commit : undefined;
        if (until?.tool === tool && !this.#holds(until.until, this.#layer(name))) return false;
      }
    }
    for (const name of names) {
      const agreed = this.#layer(name).agreed.get(tool);
      if (agreed !== undefined && agreed !== hash) return false;
    }
    const active = this.#steps(this.path.at(-1) ?? '').filter(({ id }) => this.top.active.includes(id));
    if (active.some(({ deny }) => deny?.includes(tool))) return false;
    if (names.some((name) => this.#source(name).ambient?.includes(tool))) return true;
    const lists = active.flatMap(({ allow = [] }) => (allow.length > 0 ? [allow] : []));
    return lists.length === 0 || lists.some((allow) => allow.includes(tool));
  }

  #run(input: FlowInput): void {
    switch (input.type) {
      case 'begin':
        this.#advance('', false, false);
        return;
      case 'settle':
        if (this.terminated) return;
        this.#correct();
        if (!this.#push(false)) this.#advance(this.path.at(-1) ?? '', false, false);
        return;
      case 'turn':
        if (!this.terminated) this.#turn(input.counts);
        return;
      case 'callerTurn':
        for (const id of this.#answers.keys()) this.values.delete(`decision:${id}`);
        this.#answers.clear();
        this.#asked = this.#commits(this.path.at(-1) ?? '')
          .map(({ tool }) => tool)
          .filter((tool) => this.#isAsked(tool));
        return;
      case 'decided':
        for (const [id, { outcome, confidence }] of Object.entries(input.answers)) {
          const waiting = ['', ...(this.#definition.digressions ?? []).map(({ name }) => name)]
            .flatMap((name) => this.#commits(name))
            .filter(({ until }) => yesesTo(until).includes(`question ${id}`));
          const isAsked = waiting.length === 0 || waiting.some(({ tool }) => this.#asked.includes(tool));
          const isSure = confidence >= 0.85 && (outcome === 'no' || (outcome === 'yes' && isAsked));
          const answer = { outcome: isSure ? outcome : 'unsure', confidence } as const;
          this.#answers.set(id, answer);
          this.values.set(`decision:${id}`, answer);
        }
        return;
      case 'admitted': {
        const { tool, callId, argumentsHash = '' } = input;
        this.open.set(callId, { tool, layer: this.path.at(-1) ?? '' });
        for (const name of ['', ...this.path]) {
          const { agreed } = this.#layer(name);
          const isCommit = this.#constraints(name).some((one) => 'commit' in one && one.commit.tool === tool);
          if (isCommit && !agreed.has(tool)) agreed.set(tool, argumentsHash);
        }
        return;
      }
      case 'toolEnded': {
        const call = this.open.get(input.callId);
        if (call === undefined) return;
        this.open.delete(input.callId);
        if (input.ok !== true) return;
        for (const name of new Set(['', call.layer])) {
          const { calls } = this.#layer(name);
          calls.set(call.tool, (calls.get(call.tool) ?? 0) + 1);
        }
        return;
      }
      case 'interrupted':
        if (this.terminated || this.path.length > 0) return;
        if (!this.#charge('interruptions')) return;
        this.#latch('');
        this.#follow(false);
        return;
      default:
        return;
    }
  }

  #turn(counts: boolean): void {
    const drove = this.path.length === 0;
    for (const [slot, seen] of [...this.#corrected]) {
      if (!seen) continue;
      this.#corrected.delete(slot);
      this.values.delete(`correction:${slot}`);
    }
    this.#correct();
    for (const slot of this.#corrected.keys()) this.#corrected.set(slot, true);
    if (this.closing) {
      const ended = this.#digression(this.path.pop() ?? '');
      this.closing = false;
      if (ended?.resume === 'terminate') {
        this.path = [];
        this.terminated = true;
        return;
      }
      if (ended?.resume === 'restart') this.#restart(this.path.at(-1) ?? '');
    }
    if (this.#push(true)) return;
    const name = this.path.at(-1) ?? '';
    this.#advance(name, true, counts && drove);
    this.closing = name !== '' && this.#isComplete(name);
  }

  #push(atBoundary: boolean): boolean {
    const found = (this.#definition.digressions ?? []).find(
      ({ name, trigger }) => !this.path.includes(name) && this.#holds(trigger, this.main),
    );
    if (found === undefined) return false;
    this.#restart(found.name);
    this.path.push(found.name);
    this.#advance(found.name, atBoundary, false);
    this.closing = atBoundary && this.#isComplete(found.name);
    return true;
  }

  #advance(name: string, atBoundary: boolean, charged: boolean): void {
    const layer = this.#layer(name);
    const rising: Extract<Constraint, { reset: unknown }>['reset'][] = [];
    for (const one of this.#constraints(name)) {
      if (!('reset' in one)) continue;
      const now = this.#holds(one.reset.when, layer);
      if (now && !layer.held.has(one)) rising.push(one.reset);
      if (now) layer.held.add(one);
      else layer.held.delete(one);
    }
    for (const { steps, clears = [] } of rising) {
      for (const key of clears) this.#clear(key);
      for (const step of steps) this.#reopen(name, step);
    }
    this.#latch(name);
    if (name !== '') return;
    if (charged && this.#charge('turns')) this.#latch('');
    this.#follow(atBoundary);
  }

  #latch(name: string): void {
    const layer = this.#layer(name);
    const eligible = (step: StepDefinition): boolean => {
      const edges = (step.after ?? []).map((edge) =>
        typeof edge === 'string'
          ? layer.done.has(edge)
          : layer.done.has(edge.step) && this.#holds(edge.when, layer),
      );
      const isReached =
        edges.length === 0 || (step.join === 'any' ? edges.includes(true) : !edges.includes(false));
      const isInOrder = this.#constraints(name).every(
        (one) => !('before' in one) || one.before[1] !== step.id || layer.done.has(one.before[0]),
      );
      return isReached && isInOrder && this.#holds(step.gate ?? 'always', layer);
    };
    const steps = this.#steps(name);
    for (let size = -1; size !== layer.done.size; ) {
      size = layer.done.size;
      for (const step of steps) {
        if (eligible(step) && (step.terminal || this.#holds(step.done ?? 'always', layer)))
          layer.done.add(step.id);
      }
    }
    layer.active = steps.filter((step) => !layer.done.has(step.id) && eligible(step)).map(({ id }) => id);
  }

  #correct(): void {
    const before = new Map(this.#slots);
    for (const { slot, clears = [], reopens = [] } of this.#definition.corrections ?? []) {
      const value = this.values.get(slot) ?? null;
      const last = before.get(slot);
      if (value === null || (last !== undefined && equivalent(last, value))) continue;
      this.#slots.set(slot, value);
      if (last === undefined) continue;
      this.#corrected.set(slot, false);
      this.values.set(`correction:${slot}`, true);
      for (const key of clears) this.#clear(key);
      if (clears.length + reopens.length > 0) this.#forgetAgreements();
      for (const step of this.#following(reopens)) this.#reopen('', step);
    }
  }

  /** A yes to what there was before the correction is none to what there is now. */
  #forgetAgreements(): void {
    for (const name of ['', ...this.path]) {
      for (const one of this.#constraints(name)) {
        if (!('commit' in one)) continue;
        for (const question of questionsOf(one.commit.until)) {
          if (this.#answers.delete(question)) this.values.delete(`decision:${question}`);
        }
      }
    }
  }

  /** A step that is done by what runs once, and has run, is never corrected away. */
  #isCommitted(id: string): boolean {
    const step = this.#steps('').find((one) => one.id === id);
    return toolsOf(step?.done ?? 'always').some(
      (tool) =>
        (this.main.calls.get(tool) ?? 0) > 0 &&
        this.#constraints('').some(
          (one) => ('once' in one && one.once === tool) || ('commit' in one && one.commit.tool === tool),
        ),
    );
  }

  /** These steps, and whatever comes after one of them, but for what is committed. */
  #following(ids: readonly string[]): Set<string> {
    const found = new Set(ids.filter((id) => !this.#isCommitted(id)));
    for (let size = -1; size !== found.size; ) {
      size = found.size;
      for (const { id, after = [] } of this.#steps('')) {
        if (this.#isCommitted(id)) continue;
        if (after.some((edge) => found.has(typeof edge === 'string' ? edge : edge.step))) found.add(id);
      }
      for (const one of this.#constraints('')) {
        if ('before' in one && found.has(one.before[0]) && !this.#isCommitted(one.before[1]))
          found.add(one.before[1]);
      }
    }
    return found;
  }

  #reopen(name: string, id: string): void {
    const layer = this.#layer(name);
    layer.done.delete(id);
    const step = this.#steps(name).find((one) => one.id === id);
    for (const tool of toolsOf(step?.done ?? 'always')) layer.calls.delete(tool);
    if (name !== '') return;
    this.#repair.delete(id);
    this.values.delete(`repair:${id}:reprompt`);
    this.values.delete(`repair:${id}:escalate`);
  }

  #restart(name: string): void {
    const { calls } = this.#layer(name);
    const kept = [...calls].filter(([tool]) =>
      this.#constraints(name).some(
        (one) => ('once' in one && one.once === tool) || ('commit' in one && one.commit.tool === tool),
      ),
    );
    for (const { id } of this.#steps(name)) this.#reopen(name, id);
    const fresh = new NaiveLayer();
    if (name === '') {
      this.main = fresh;
      return;
    }
    fresh.calls = new Map(kept);
    this.#digressions.set(name, fresh);
  }

  #charge(what: 'turns' | 'interruptions'): boolean {
    let isRaised = false;
    for (const { id, repair } of this.#steps('')) {
      const count = this.#repair.get(id);
      if (repair === undefined || count === undefined || !this.main.active.includes(id)) continue;
      if (what === 'turns' && count.fresh) continue;
      count[what]++;
      const escalates =
        count.turns >= (repair.escalateAfter ?? 4) ||
        count.interruptions >= (repair.escalateAfterInterruptions ?? Number.POSITIVE_INFINITY);
      for (const [flag, isUp] of [
        ['reprompt', count.turns >= (repair.repromptAfter ?? 2)],
        ['escalate', escalates],
      ] as const) {
        if (!isUp || this.values.get(`repair:${id}:${flag}`) === true) continue;
        this.values.set(`repair:${id}:${flag}`, true);
        isRaised = true;
      }
    }
    return isRaised;
  }

  #follow(atBoundary: boolean): void {
    for (const { id, repair } of this.#steps('')) {
      if (repair === undefined) continue;
      const count = this.#repair.get(id);
      if (!this.main.active.includes(id)) {
        if (count === undefined) continue;
        this.#repair.delete(id);
        this.values.delete(`repair:${id}:reprompt`);
        if (!this.main.done.has(id)) this.values.delete(`repair:${id}:escalate`);
      } else if (count === undefined)
        this.#repair.set(id, { turns: 0, interruptions: 0, fresh: !atBoundary });
      else if (atBoundary) count.fresh = false;
    }
  }

  #isComplete(name: string): boolean {
    const { done } = this.#layer(name);
    const required = this.#constraints(name).flatMap((one) => ('require' in one ? one.require : []));
    if (required.length > 0) return required.every((id) => done.has(id));
    const ends = this.#steps(name).filter(({ terminal }) => terminal);
    return ends.length === 0 || ends.some(({ id }) => done.has(id));
  }

  #commits(name: string): readonly CommitDefinition[] {
    return this.#constraints(name).flatMap((one) => ('commit' in one ? one.commit : []));
  }

  /** In a world in which the user has said yes to everything, and only to that. */
  #isAsked(tool: string): boolean {
    const name = this.path.at(-1) ?? '';
    const conditions = this.#constraints(name)
      .flatMap((one) => ('neverUntil' in one ? one.neverUntil : 'commit' in one ? one.commit : []))
      .filter((one) => one.tool === tool);
    const yeses = this.#commits(name).flatMap((one) => (one.tool === tool ? yesesTo(one.until) : []));
    const about = this.#steps(name).filter(
      ({ allow = [], done = 'always' }) =>
        allow.includes(tool) ||
        toolsOf(done).includes(tool) ||
        readsOf(done).some((read) => yeses.includes(read)),
    );
    if (about.length > 0 && !about.some(({ id }) => this.top.active.includes(id))) return false;
    const before = new Map(this.values);
    for (const yes of yeses) {
      const [what = '', of = ''] = yes.split(' ');
      if (what === 'key') this.values.set(of, true);
      else this.#answers.set(of, { outcome: 'yes', confidence: 1 });
    }
    const isFree = conditions.every(({ until }) => this.#holds(until, this.top));
    this.#answers.clear();
    this.values.clear();
    for (const [key, value] of before) this.values.set(key, value);
    return isFree;
  }

  #clear(key: string): void {
    this.values.delete(key);
    this.#slots.delete(key);
  }

  #holds(guard: Guard, layer: NaiveLayer): boolean {
    return this.#verdict(guard, layer) === 'yes';
  }

  #verdict(guard: Guard, layer: NaiveLayer): 'yes' | 'no' | 'unknown' {
    const said = (yes: boolean): 'yes' | 'no' => (yes ? 'yes' : 'no');
    if (guard === 'always') return 'yes';
    if ('isTrue' in guard) return said(this.values.get(guard.isTrue) === true);
    if ('isSet' in guard) return said((this.values.get(guard.isSet) ?? null) !== null);
    if ('calledOk' in guard) return said((layer.calls.get(guard.calledOk) ?? 0) > 0);
    if ('done' in guard) return said(layer.done.has(guard.done));
    if ('decided' in guard && typeof guard.decided === 'object') {
      const [[question, expected] = ['', true]] = Object.entries(guard.decided);
      const answer = this.#answers.get(question);
      if (answer === undefined || answer.outcome === 'unsure') return 'unknown';
      return said(answer.outcome === (expected === true ? 'yes' : 'no'));
    }
    if ('not' in guard) {
      const inner = this.#verdict(guard.not, layer);
      return inner === 'unknown' ? 'unknown' : said(inner === 'no');
    }
    const parts = ('all' in guard ? guard.all : 'any' in guard ? guard.any : []).map((part) =>
      this.#verdict(part, layer),
    );
    const decisive = 'all' in guard ? 'no' : 'yes';
    if (parts.includes(decisive)) return decisive;
    return parts.includes('unknown') ? 'unknown' : decisive === 'no' ? 'yes' : 'no';
  }

  #digression(name: string): DigressionDefinition | undefined {
    return this.#definition.digressions?.find((one) => one.name === name);
  }

  #layer(name: string): NaiveLayer {
    if (name === '') return this.main;
    const layer = this.#digressions.get(name) ?? new NaiveLayer();
    this.#digressions.set(name, layer);
    return layer;
  }

  #source(name: string): LayerDefinition {
    return this.#digression(name)?.flow ?? this.#definition;
  }

  #steps(name: string): readonly StepDefinition[] {
    return this.#source(name).steps;
  }

  #constraints(name: string): readonly Constraint[] {
    return this.#source(name).constraints ?? [];
  }
}

/** What of a commit's condition a yes makes true. */
function yesesTo(guard: Guard): readonly string[] {
  if (guard === 'always' || 'not' in guard) return [];
  if ('all' in guard || 'any' in guard)
    return ('all' in guard ? guard.all : guard.any).flatMap((part) => yesesTo(part));
  return 'isTrue' in guard || 'decided' in guard ? readsOf(guard) : [];
}

function readsOf(guard: Guard): readonly string[] {
  if (guard === 'always') return [];
  if ('isTrue' in guard) return [`key ${guard.isTrue}`];
  if ('isSet' in guard) return [`key ${guard.isSet}`];
  if ('decided' in guard) return questionsOf(guard).map((question) => `question ${question}`);
  if ('not' in guard) return readsOf(guard.not);
  return ('all' in guard ? guard.all : 'any' in guard ? guard.any : []).flatMap(readsOf);
}

function toolsOf(guard: Guard): readonly string[] {
  if (guard === 'always') return [];
  if ('calledOk' in guard) return [guard.calledOk];
  if ('not' in guard) return toolsOf(guard.not);
  return ('all' in guard ? guard.all : 'any' in guard ? guard.any : []).flatMap(toolsOf);
}

function questionsOf(guard: Guard): readonly string[] {
  if (guard === 'always') return [];
  if ('decided' in guard) {
    return typeof guard.decided === 'string' ? [guard.decided] : Object.keys(guard.decided);
  }
  if ('not' in guard) return questionsOf(guard.not);
  return ('all' in guard ? guard.all : 'any' in guard ? guard.any : []).flatMap(questionsOf);
}
