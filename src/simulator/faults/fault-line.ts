/** A line on which the asked-for faults happen; without faults it passes everything through. */
import { assertNever } from '../../wire/assert-never.ts';
import type { Cancel, Clock } from '../../wire/clock.ts';
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import type { Part } from '../../wire/protocol/content.ts';
import type { ServerContent, ServerMessage } from '../../wire/protocol/server-messages.ts';
import { refusals } from '../protocol/refusal.ts';
import type { Line } from '../session/line.ts';
import type { Fault, Moment, MomentName } from './fault.ts';
import { FrameBundle } from './frame-bundle.ts';
import { clientMoments, serverMoments } from './moments.ts';

/** What a fault line is made of. */
export interface FaultLineOptions {
  readonly line: Line;
  readonly clock: Clock;
  readonly faults: readonly Fault[];
  /** Makes every handle unknown. */
  readonly forgetHandles: () => void;
}

interface Armed {
  readonly on: MomentName;
  /** Strikes when the count reaches this. */
  readonly count: number;
  readonly delayMs: number;
  readonly strike: () => void;
}

/** The line of one connection. */
export class FaultLine implements Line {
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #forgetHandles: () => void;
  readonly #passive = new Map<Fault['type'], Fault>();
  readonly #counts = new Map<MomentName, number>();
  readonly #timers = new Set<Cancel>();
  #armed: Armed[] = [];
  #bundle: FrameBundle | undefined;
  #silent = false;

  constructor(options: FaultLineOptions) {
    this.#line = options.line;
    this.#clock = options.clock;
    this.#forgetHandles = options.forgetHandles;
    for (const fault of options.faults) this.inject(fault);
  }

  /** Adds a fault from now on; `afterMs` and `nth` count from now. */
  inject(fault: Fault): void {
    switch (fault.type) {
      case 'silence':
        return this.#arm(fault.at, () => this.#fallSilent());
      case 'reset':
        return this.#arm(fault.at, () => this.reset());
      case 'close':
        return this.#arm(fault.at, () => this.close(fault.code, fault.reason ?? ''));
      case 'phantomInterrupted':
        return this.#arm(fault.at, () => this.#pass({ serverContent: { interrupted: true } }));
      case 'malformedFrame':
        return this.#arm(fault.at, () => this.sendRaw(fault.text ?? '{"serverContent": {"modelTurn": '));
      case 'goAway':
        return this.#arm(fault.at, () =>
          this.#goAway(fault.timeLeftMs ?? 50_000, fault.followedBy ?? 'close'),
        );
      case 'connectionLimit': {
        const noticeMs = Math.min(fault.goAwayMs ?? 50_000, fault.afterMs);
        const afterMs = fault.afterMs - noticeMs;
        if (noticeMs > 0) return this.#arm({ afterMs }, () => this.#goAway(noticeMs, 'close'));
        return this.#arm({ afterMs }, () => this.#refuseToStay());
      }
      case 'bundledFrames':
        this.#bundle = new FrameBundle(fault.frames ?? 3);
        return;
      case 'missingSetupComplete':
      case 'lateInterrupted':
      case 'duplicateInterrupted':
      case 'emptyServerContent':
      case 'missingGenerationComplete':
      case 'missingTurnComplete':
      case 'duplicateToolCalls':
      case 'staleHandles':
      case 'muteAudio':
      case 'audioDuringCall':
        this.#passive.set(fault.type, fault);
        return;
      default:
        return assertNever(fault);
    }
  }

  /** Whether audio is refused while the generation waits for a blocking call. */
  get refusesAudioDuringCall(): boolean {
    return this.#passive.has('audioDuringCall');
  }

  /** The connection is open. */
  connected(): void {
    this.#happened('connected');
  }

  /** A client message came, before it is acted upon. */
  received(message: ClientMessage): void {
    for (const moment of clientMoments(message)) this.#happened(moment);
  }

  send(message: ServerMessage): void {
    const changed = this.#change(message);
    if (changed === undefined) return;
    const frames = this.#bundle === undefined ? [changed] : this.#bundle.add(changed);
    for (const frame of frames) this.#pass(frame);
    for (const moment of serverMoments(message)) this.#happened(moment);
  }

  sendRaw(text: string): void {
    if (!this.#silent) this.#line.sendRaw(text);
  }

  close(code: number, reason: string): void {
    for (const frame of this.#bundle?.flush() ?? []) this.#pass(frame);
    this.#line.close(code, reason);
  }

  reset(): void {
    this.#line.reset();
  }

  /** Forgets what was still to come. */
  end(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#armed = [];
  }

  /** What becomes of one message; undefined when it is swallowed. */
  #change(message: ServerMessage): ServerMessage | undefined {
    if (this.#passive.has('missingSetupComplete')) {
      this.#silent = true;
      return undefined;
    }
    let changed: ServerMessage | undefined = message;
    const content = message.serverContent;
    if (content !== undefined) changed = this.#changeContent(message, content);
    if (message.toolCall !== undefined && this.#passive.has('duplicateToolCalls')) this.#pass(message);
    const given = message.sessionResumptionUpdate?.newHandle !== undefined;
    if (given && this.#passive.has('staleHandles')) this.#forgetHandles();
    return changed;
  }

  #changeContent(message: ServerMessage, content: ServerContent): ServerMessage | undefined {
    if (this.#passive.has('emptyServerContent')) {
      this.#pass({});
      this.#pass({ serverContent: {} });
    }
    if (content.interrupted === true) {
      if (this.#passive.has('duplicateInterrupted')) this.#pass(message);
      const late = this.#passive.get('lateInterrupted');
      if (late?.type === 'lateInterrupted') {
        this.#after(late.delayMs, () => this.#pass(message));
        return undefined;
      }
    }
    let kept: ServerContent = content;
    if (this.#passive.has('missingGenerationComplete')) kept = without(kept, 'generationComplete');
    if (this.#passive.has('missingTurnComplete')) kept = without(kept, 'turnComplete');
    if (this.#passive.has('muteAudio')) kept = muted(kept);
    if (kept === content) return message;
    const { serverContent: _dropped, ...rest } = message;
    if (Object.keys(kept).length > 0) return { ...rest, serverContent: kept };
    return Object.keys(rest).length > 0 ? rest : undefined;
  }

  #goAway(timeLeftMs: number, followedBy: 'close' | 'stay' | 'silence'): void {
    this.send({ goAway: { timeLeft: `${timeLeftMs / 1000}s` } });
    if (followedBy === 'silence') this.#fallSilent();
    if (followedBy === 'close') this.#after(timeLeftMs, () => this.#refuseToStay());
  }

  #refuseToStay(): void {
    this.close(refusals.goAwayIgnored.code, refusals.goAwayIgnored.reason);
  }

  #fallSilent(): void {
    this.#silent = true;
  }

  #pass(message: ServerMessage): void {
    if (!this.#silent) this.#line.send(message);
  }

  #arm(at: Moment, strike: () => void): void {
    if ('afterMs' in at) return this.#after(at.afterMs, strike);
    const count = (this.#counts.get(at.on) ?? 0) + (at.nth ?? 1);
    this.#armed.push({ on: at.on, count, delayMs: at.delayMs ?? 0, strike });
  }

  #happened(moment: MomentName): void {
    if (this.#armed.length === 0) return;
    const count = (this.#counts.get(moment) ?? 0) + 1;
    this.#counts.set(moment, count);
    const due = this.#armed.filter((armed) => armed.on === moment && armed.count === count);
    if (due.length === 0) return;
    this.#armed = this.#armed.filter((armed) => !due.includes(armed));
    for (const { delayMs, strike } of due) {
      if (delayMs === 0) strike();
      else this.#after(delayMs, strike);
    }
  }

  #after(delayMs: number, task: () => void): void {
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
  }
}

function without(content: ServerContent, flag: 'generationComplete' | 'turnComplete'): ServerContent {
  if (content[flag] === undefined) return content;
  const { [flag]: _dropped, ...rest } = content;
  return rest;
}

function muted(content: ServerContent): ServerContent {
  const parts = content.modelTurn?.parts;
  if (parts === undefined || !parts.some(hasMedia)) return content;
  const { modelTurn: _dropped, ...rest } = content;
  const spoken = parts.filter((part) => !hasMedia(part));
  return spoken.length === 0 ? rest : { ...rest, modelTurn: { ...content.modelTurn, parts: spoken } };
}

function hasMedia(part: Part): boolean {
  return part.inlineData !== undefined;
}
