import type { Cancel } from '../../wire/index.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { type State, stateStore } from '../state/state.ts';
import { ActionRunner } from './action-runner.ts';
import { orderComputed } from './computed.ts';
import { ComputedRun } from './computed-run.ts';
import type { PatternInput } from './pattern-detector.ts';
import { PatternRun } from './pattern-run.ts';
import type { WatchOptions } from './watch-options.ts';
import { WatcherRun } from './watcher-run.ts';

/** How many rounds one settling may take, unless told otherwise. */
const MAX_ROUNDS = 16;
/** How often keys that change by themselves are looked at, while something watches one. */
const POLL_MS = 500;

export interface WatchHost extends Pick<RuntimeHost, 'clock' | 'report'> {
  readonly state: State;
  /** Asks for a call of {@link WatchEngine.settle} from the control lane: time has passed, or an action is over. */
  readonly wake: () => void;
}

/** What a settling came to. */
export interface Settled {
  /** Rounds in which something was computed or acted on. */
  readonly rounds: number;
  /** True when values still moved after the last round that is allowed. */
  readonly capped: boolean;
  /** How many actions ran. */
  readonly fired: number;
}

const NOTHING: Settled = Object.freeze({ rounds: 0, capped: false, fired: 0 });

/**
 * Keeps computed values current and acts on changes and patterns. User code runs in {@link start} and {@link settle}, on
 * the control lane. Whoever wrote a value, and when, does not matter: each watcher compares what it saw last with what
 * is there now.
 */
export class WatchEngine {
  readonly #host: WatchHost;
  readonly #runner: ActionRunner;
  readonly #computed: readonly ComputedRun[];
  readonly #watchers: readonly WatcherRun[];
  readonly #patterns: readonly PatternRun[];
  readonly #maxRounds: number;
  #life: 'new' | 'idle' | 'settling' | 'closed' = 'new';
  #turnEnded = false;
  #lastTurn: number | undefined;
  #wasCapped = false;
  #timer: { readonly atMs: number; readonly cancel: Cancel } | undefined;

  /** Wants options of which `watchProblems` says nothing. */
  constructor(options: WatchOptions, host: WatchHost) {
    const { state } = host;
    const writer = runtimeWriter(state);
    this.#host = host;
    this.#runner = new ActionRunner(host.report);
    const { ordered } = orderComputed(options.computed ?? []);
    this.#computed = ordered.map((computed) => new ComputedRun(computed, state, writer));
    this.#watchers = (options.watchers ?? []).map((watcher) => new WatcherRun(watcher, state));
    this.#patterns = (options.patterns ?? []).map((pattern) => new PatternRun(pattern, stateStore(state)));
    this.#maxRounds = options.maxRounds ?? MAX_ROUNDS;
  }

  /** How many promises of actions have not settled. */
  get pending(): number {
    return this.#runner.pending;
  }

  /** Computes everything once and takes what is there for known: watchers act on what changes from now on. */
  start(): void {
    if (this.#life !== 'new') return;
    this.#life = 'idle';
    for (const computed of this.#computed) computed.refresh(true, this.#runner);
    for (const watcher of this.#watchers) watcher.rebase();
    this.#schedule();
  }

  /** A turn has ended; the patterns that count turns look in the next settling. A number seen before is ignored. */
  onTurn(turn: number): void {
    if (turn === this.#lastTurn) return;
    this.#lastTurn = turn;
    this.#turnEnded = true;
  }

  /** An event happened; patterns that it completes act in the next settling. */
  onEvent(name: string): void {
    this.#push({ type: 'event', name });
  }

  /** A tool has run; patterns that it completes act in the next settling. */
  onTool(name: string, ok: boolean): void {
    this.#push({ type: 'tool', name, ok });
  }

  /**
   * Computes what is stale, lets watchers act, and so on until nothing moves; then patterns look, and if one acts it starts
   * over. Values that still move after the last round are reported once as `watchersUnsettled` and go on moving in the next
   * settling. Starts the engine if that was not done; a call from within an action does nothing, the running one sees all.
   */
  settle(): Settled {
    this.start();
    if (this.#life !== 'idle') return NOTHING;
    this.#life = 'settling';
    const settled = this.#run();
    this.#reportCap(settled.capped);
    // An action may have closed the engine.
    if (this.#isSettling()) {
      this.#life = 'idle';
      this.#schedule();
    }
    return settled;
  }

  /** Ends it: nothing acts any more, the timer is gone. */
  close(): void {
    this.#life = 'closed';
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #run(): Settled {
    let rounds = 0;
    let fired = 0;
    while (rounds < this.#maxRounds) {
      // A live value may differ at every look, so it has one look for each settling.
      const computed = this.#compute(rounds === 0);
      let acted = this.#watch(rounds === 0);
      if (!computed && acted === 0) acted = this.#lookForPatterns();
      if (!computed && acted === 0) return { rounds, capped: false, fired };
      rounds += 1;
      fired += acted;
    }
    return { rounds, capped: this.#moving().length > 0, fired };
  }

  /** One pass is enough: each comes after what it depends on. Returns whether a value changed. */
  #compute(withLive: boolean): boolean {
    let changed = false;
    for (const computed of this.#computed) {
      if (computed.refresh(withLive, this.#runner)) changed = true;
    }
    return changed;
  }

  #watch(withLive: boolean): number {
    const nowMs = this.#host.clock.nowMs();
    let acted = 0;
    for (const watcher of this.#watchers) {
      if (!this.#isSettling()) break;
      if (watcher.isLive && !withLive) continue;
      if (watcher.look(nowMs, this.#runner, () => this.#wake())) acted += 1;
    }
    return acted;
  }

  #lookForPatterns(): number {
    if (this.#patterns.length === 0 || !this.#isSettling()) return 0;
    this.#push({ type: 'look' });
    if (this.#turnEnded) this.#push({ type: 'turn' });
    this.#turnEnded = false;
    const nowMs = this.#host.clock.nowMs();
    let acted = 0;
    for (const pattern of this.#patterns) {
      if (!this.#isSettling()) break;
      if (pattern.act(nowMs, this.#host.state, this.#runner)) acted += 1;
    }
    return acted;
  }

  #push(input: PatternInput): void {
    if (this.#life === 'closed') return;
    const nowMs = this.#host.clock.nowMs();
    for (const pattern of this.#patterns) pattern.push(input, nowMs, this.#runner);
  }

  #moving(): string[] {
    const stale = this.#computed.filter((computed) => computed.isStale(false)).map(({ key }) => key);
    const moving = this.#watchers.filter(({ isMoving }) => isMoving).map(({ key }) => key);
    return [...new Set([...stale, ...moving])];
  }

  #reportCap(capped: boolean): void {
    if (capped && !this.#wasCapped) {
      const keys = this.#moving().join("', '");
      const message = `watchers have not settled in ${this.#maxRounds} rounds; still moving: '${keys}'. Let their actions write less`;
      this.#host.report(new RuntimeError('watchersUnsettled', message));
    }
    this.#wasCapped = capped;
  }

  /** Has the timer of the next moment at which something may change by itself; none if nothing can. */
  #schedule(): void {
    const nowMs = this.#host.clock.nowMs();
    const moments = this.#patterns.flatMap(({ dueAtMs }) => dueAtMs ?? []);
    if (this.#looksAtLive()) moments.push(nowMs + POLL_MS);
    if (moments.length === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
      return;
    }
    const atMs = Math.min(...moments);
    if (this.#timer !== undefined && this.#timer.atMs <= atMs) return;
    this.#timer?.cancel();
    const cancel = this.#host.clock.schedule(atMs - nowMs, () => {
      this.#timer = undefined;
      this.#wake();
    });
    this.#timer = { atMs, cancel };
  }

  #looksAtLive(): boolean {
    return (
      this.#patterns.some(({ readsLive }) => readsLive) ||
      this.#watchers.some(({ isLive }) => isLive) ||
      this.#computed.some(({ readsLive }) => readsLive)
    );
  }

  #wake(): void {
    if (this.#life !== 'closed') this.#host.wake();
  }

  #isSettling(): boolean {
    return this.#life === 'settling';
  }
}
