/** A line on which the asked-for faults happen; without faults it passes everything through. */
import { assertNever } from '../../wire/assert-never.ts';
import type { Clock } from '../../wire/clock.ts';
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import { refusals } from '../protocol/refusal.ts';
import type { HandleFate } from '../resumption/resumption-store.ts';
import type { Line, SessionLine } from '../session/line.ts';
import type { DeadTurn, Fault, Moment, MomentName } from './fault.ts';
import { FrameBundle } from './frame-bundle.ts';
import { LateQueue } from './late-queue.ts';
import { MomentWatch } from './moment-watch.ts';
import { clientMoments, serverMoments } from './moments.ts';
import { serviceCloses } from './service-closes.ts';
import { spoil } from './spoilt-message.ts';
import { type FaultOf, StandingFaults, type StandingType } from './standing-faults.ts';

/** What a fault line is made of. */
export interface FaultLineOptions {
  readonly line: Line;
  readonly clock: Clock;
  readonly faults: readonly Fault[];
  /** Decides the fate of all handles that the session has given out. */
  readonly doomHandles: (fate: HandleFate) => void;
  /** A fault struck, or began to last. */
  readonly struck: (fault: Fault) => void;
}

const MALFORMED = '{"serverContent": {"modelTurn": ';

/** The line of one connection. */
export class FaultLine implements SessionLine {
  readonly #line: Line;
  readonly #doomHandles: (fate: HandleFate) => void;
  readonly #struck: (fault: Fault) => void;
  readonly #standing = new StandingFaults();
  readonly #watch: MomentWatch;
  readonly #late: LateQueue;
  #bundle: FrameBundle | undefined;
  #silent = false;
  #generating = false;
  #ignoresOne = false;
  #wordDeltas = 0;
  #deadTurns: DeadTurn[] = [];

  constructor(options: FaultLineOptions) {
    this.#line = options.line;
    this.#doomHandles = options.doomHandles;
    this.#struck = options.struck;
    this.#watch = new MomentWatch(options.clock);
    this.#late = new LateQueue(options.clock, (delayMs, task) => this.#watch.after(delayMs, task));
    for (const fault of options.faults) this.inject(fault);
  }

  /** Adds a fault from now on; `afterMs` and `nth` count from now. */
  inject(fault: Fault): void {
    switch (fault.type) {
      case 'refusedUpgrade':
        return;
      case 'silence':
        return this.#arm(fault, () => this.#fallSilent());
      case 'reset':
        return this.#arm(fault, () => this.reset());
      case 'close':
        return this.#arm(fault, () => this.close(fault.code, fault.reason ?? ''));
      case 'phantomInterrupted':
        return this.#arm(fault, () => this.#pass({ serverContent: { interrupted: true } }));
      case 'prematureTurnComplete':
        return this.#arm(fault, () => this.#pass({ serverContent: { turnComplete: true } }));
      case 'malformedFrame':
        return this.#arm(fault, () => this.sendRaw(fault.text ?? MALFORMED));
      case 'deadAir':
        return this.#arm(fault, () => {
          for (let i = 0; i < (fault.turns ?? 1); i++) this.#deadTurns.push(fault.as ?? 'nothing');
        });
      case 'ignoredMessage':
        return this.#arm(fault, () => {
          this.#ignoresOne = true;
        });
      case 'goAway':
        return this.#arm(fault, () => this.#goAway(fault));
      case 'connectionLimit':
        return this.#limit(fault);
      case 'bundledFrames': {
        const bundle = new FrameBundle(fault.frames ?? 3);
        this.#bundle = bundle;
        if (fault.forMs !== undefined) this.#watch.after(fault.forMs, () => this.#unbundle(bundle));
        return this.#struck(fault);
      }
      default:
        return this.#stand(fault);
    }
  }

  /** Whether audio is refused while the generation waits for a blocking call. */
  get refusesAudioDuringCall(): boolean {
    return this.#standing.has('audioDuringCall');
  }

  get reissuesCalls(): boolean {
    return this.#standing.has('reissuedCalls');
  }

  get handleLag(): number {
    const lag = this.#standing.get('laggingHandles');
    return lag === undefined ? 0 : (lag.by ?? 1);
  }

  /** How long after its end the connection still counts as open. */
  get lingerMs(): number {
    return this.#standing.get('lingeringConnection')?.forMs ?? 0;
  }

  /** A ping came; `answer` sends the pong. */
  pinged(answer: () => void): void {
    const delayMs = this.#standing.get('slowPongs')?.delayMs ?? 0;
    if (delayMs === 0) answer();
    else if (Number.isFinite(delayMs)) this.#watch.after(delayMs, answer);
  }

  /** The connection is open. */
  connected(): void {
    this.#watch.happened('connected');
  }

  /** A client message came, before it is acted upon; whether it reaches the session. */
  received(message: ClientMessage): boolean {
    for (const moment of clientMoments(message)) this.#watch.happened(moment);
    if (!this.#ignoresOne) return true;
    this.#ignoresOne = false;
    return false;
  }

  userTurn(): DeadTurn | undefined {
    this.#watch.happened('userTurn');
    return this.#deadTurns.shift();
  }

  send(message: ServerMessage): void {
    if (this.#standing.has('missingSetupComplete')) this.#silent = true;
    if (message.sessionResumptionUpdate !== undefined) this.#sendHandle(message);
    else this.#sendSpoilt(message);
    for (const moment of serverMoments(message)) this.#happened(moment);
  }

  sendRaw(text: string): void {
    if (!this.#silent) this.#delayed(() => this.#line.sendRaw(text));
  }

  close(code: number, reason: string): void {
    this.#flushBundle();
    this.#late.flush();
    this.#line.close(code, reason);
  }

  reset(): void {
    this.#line.reset();
  }

  /** Forgets what was still to come. */
  end(): void {
    this.#watch.end();
  }

  #sendSpoilt(message: ServerMessage): void {
    const content = message.serverContent;
    if (content?.inputTranscription !== undefined) this.#wordDeltas++;
    const outputs = content?.modelTurn !== undefined || content?.outputTranscription !== undefined;
    if (outputs && !this.#generating) {
      this.#generating = true;
      if (this.#standing.get('unresumable')?.while === 'generating') {
        this.#pass({ sessionResumptionUpdate: {} });
      }
    }
    if (content?.turnComplete === true) this.#generating = false;
    const { now, later } = spoil(message, this.#standing, this.#wordDeltas);
    for (const kept of now) {
      for (const frame of this.#bundle?.add(kept) ?? [kept]) this.#pass(frame);
    }
    if (later !== undefined) this.#watch.after(later.delayMs, () => this.#pass(later.message));
  }

  #sendHandle(message: ServerMessage): void {
    this.#flushBundle();
    const given = message.sessionResumptionUpdate?.newHandle !== undefined;
    const fate = this.#fate;
    if (given && fate !== undefined) this.#doomHandles(fate);
    const kept =
      this.#standing.get('unresumable')?.while === 'always' ? { sessionResumptionUpdate: {} } : message;
    const delayMs = this.#standing.get('lateHandles')?.delayMs ?? 0;
    if (delayMs > 0) return this.#watch.after(delayMs, () => this.#pass(kept));
    for (const frame of spoil(kept, this.#standing, 0).now) this.#pass(frame);
  }

  /** What a handle comes to when it is given out now. */
  get #fate(): HandleFate | undefined {
    const stale = this.#standing.get('staleHandles');
    if (stale !== undefined)
      return { type: 'refused', refusal: serviceCloses[stale.close ?? 'sessionNotFound'] };
    const poisoned = this.#standing.get('poisonedHandles');
    if (poisoned === undefined) return undefined;
    const { afterMs = 50, close = 'internal' } = poisoned;
    return { type: 'poisoned', afterMs, close };
  }

  #stand(fault: FaultOf<StandingType>): void {
    this.#standing.add(fault);
    if (fault.forMs !== undefined) this.#watch.after(fault.forMs, () => this.#standing.end(fault));
    const fate = this.#fate;
    if ((fault.type === 'staleHandles' || fault.type === 'poisonedHandles') && fate !== undefined) {
      this.#doomHandles(fate);
    }
    this.#struck(fault);
  }

  #limit(fault: FaultOf<'connectionLimit'>): void {
    const timeLeftMs = Math.min(fault.goAwayMs ?? 50_000, fault.afterMs);
    const at: Moment = { afterMs: fault.afterMs - timeLeftMs };
    const close = fault.close ?? 'goAwayIgnored';
    this.#watch.arm(at, () => {
      this.#struck(fault);
      if (timeLeftMs === 0) return this.close(serviceCloses[close].code, serviceCloses[close].reason);
      this.#goAway({ type: 'goAway', at, timeLeftMs, close });
    });
  }

  #goAway(fault: FaultOf<'goAway'>): void {
    const { timeLeftMs = 50_000, followedBy = 'close', untold = false } = fault;
    this.send({ goAway: untold ? {} : { timeLeft: `${timeLeftMs / 1000}s` } });
    const { code, reason } = fault.close === undefined ? refusals.goAwayIgnored : serviceCloses[fault.close];
    switch (followedBy) {
      case 'stay':
        return;
      case 'silence':
        return this.#fallSilent();
      case 'silenceThenClose':
        this.#fallSilent();
        return this.#watch.after(timeLeftMs, () => this.close(code, reason));
      case 'close':
        return this.#watch.after(timeLeftMs, () => this.close(code, reason));
      default:
        return assertNever(followedBy);
    }
  }

  #fallSilent(): void {
    this.#silent = true;
  }

  #unbundle(bundle: FrameBundle): void {
    if (this.#bundle !== bundle) return;
    this.#flushBundle();
    this.#bundle = undefined;
  }

  #flushBundle(): void {
    for (const frame of this.#bundle?.flush() ?? []) this.#pass(frame);
  }

  #pass(message: ServerMessage): void {
    if (!this.#silent) this.#delayed(() => this.#line.send(message));
  }

  #delayed(deliver: () => void): void {
    this.#late.pass(this.#standing.get('lateFrames')?.delayMs ?? 0, deliver);
  }

  #happened(moment: MomentName): void {
    this.#watch.happened(moment);
  }

  #arm(fault: Fault & { readonly at: Moment }, strike: () => void): void {
    this.#watch.arm(fault.at, () => {
      this.#struck(fault);
      strike();
    });
  }
}
