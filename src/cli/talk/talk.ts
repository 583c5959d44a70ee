/** One conversation of a command: a session, a microphone, a loudspeaker and what shows them. */
import { type Clock, type SessionEvent, type SessionPhase, WireError } from '../../wire/index.ts';
import { AgentSpeaker } from '../audio/agent-speaker.ts';
import { MIC_CHUNK_MS, MIC_RATE_HZ } from '../audio/mic-format.ts';
import { Microphone, type Recording } from '../audio/microphone.ts';
import { startPacer } from '../audio/pacer.ts';
import { CliError } from '../shell/cli-error.ts';
import type { TalkView } from '../view/talk-view.ts';
import { type AnswerOutcome, AnswerWait } from './answer-wait.ts';
import { ConversationLog } from './conversation-log.ts';
import type { HearSession, TalkSession } from './talk-session.ts';

/** What a conversation is made of. */
export interface TalkOptions<Session extends TalkSession> {
  /** Opens the session at once. */
  readonly open: (onEvent: HearSession) => Session;
  readonly clock: Clock;
  readonly view: TalkView;
  /** Where the conversation is among the phases of its agent. @default it has none */
  readonly place?: () => string;
  /** Whether the calls of the wire are shown as they come. @default true */
  readonly showCalls?: boolean;
  /** Gets every event and when it came, counted from the start. */
  readonly onEvent: (event: SessionEvent, tMs: number) => void;
  /** Ends the conversation: what is being awaited rejects with `interrupted`. */
  readonly stop: AbortSignal;
  /** See {@link AnswerWait}. */
  readonly quietMs: number;
}

const STATUS_EVERY_MS = 100;

export class Talk<Session extends TalkSession = TalkSession> {
  readonly session: Session;
  readonly microphone: Microphone;
  readonly speaker: AgentSpeaker = new AgentSpeaker();
  readonly log: ConversationLog;
  readonly #options: TalkOptions<Session>;
  readonly #startMs: number;
  readonly #stopStatus: () => void;
  /** Rejects when the session ends before it was asked to, or the command is stopped. */
  readonly #broken: Promise<never>;
  #break: (reason: unknown) => void = () => {};
  #phase: SessionPhase = 'disconnected';
  #wait: AnswerWait | undefined;
  #sendingMs: number | undefined;
  /** When the present answer made its first sound. */
  #soundingMs: number | undefined;

  /** Opens the session at once; wait with {@link ready}. Throws what `open` throws. */
  constructor(options: TalkOptions<Session>) {
    const { open, clock, view, showCalls = true, stop } = options;
    this.#options = options;
    this.#startMs = clock.nowMs();
    this.#broken = new Promise((_, reject) => {
      this.#break = reject;
    });
    this.#broken.catch(() => {}); // whoever waits is told
    this.log = new ConversationLog({
      onLine: (line) => {
        if (showCalls || line.who !== 'tool') view.line(line);
      },
      spokeAtMs: () => this.microphone.spokeAtMs,
      playedAtMs: () => this.speaker.idleAtMs,
    });
    this.session = open((event) => this.#event(event));
    const { session } = this;
    this.microphone = new Microphone({
      clock,
      send: (chunk) => session.sendAudio(chunk),
      onSpeech: (speaking) => session.userSpeech(speaking),
    });
    this.#stopStatus = startPacer({ clock, periodMs: STATUS_EVERY_MS, onBeat: () => this.#showStatus() });
    const interrupt = (): void => this.#break(new CliError('interrupted', 'stopped'));
    if (stop.aborted) interrupt();
    else stop.addEventListener('abort', interrupt, { once: true });
  }

  /** Resolves when the session is active. */
  ready(): Promise<void> {
    return this.orBroken(this.session.ready());
  }

  /** Sends a typed turn; its answer is awaited with {@link answer}. */
  async ask(text: string): Promise<AnswerWait> {
    const wait = this.#await();
    await this.orBroken(this.session.sendText(text));
    wait.lastWordSent();
    wait.inputSent();
    return wait;
  }

  /**
   * Says a recording, with the microphone on; resolves when all is sent. `whenSent` still belongs to the input. The
   * answer to the last of it is awaited with {@link answer}; a later input takes its place.
   */
  async say(recording: Recording, whenSent?: () => Promise<void>): Promise<AnswerWait> {
    const { clock } = this.#options;
    const wait = this.#await();
    const durationMs = (recording.samples.length * 1000) / MIC_RATE_HZ;
    const lastWordMs = recording.spans.at(-1)?.endMs ?? durationMs;
    this.#sendingMs = durationMs;
    const cancel = clock.schedule(lastWordMs, () => wait.lastWordSent());
    try {
      await this.orBroken(this.microphone.say(recording));
    } finally {
      cancel();
      this.#sendingMs = undefined;
    }
    wait.lastWordSent();
    if (whenSent !== undefined) await this.orBroken(whenSent());
    wait.inputSent();
    return wait;
  }

  /** How an answer came out. Rejects when the session breaks. */
  async answer(wait: AnswerWait): Promise<AnswerOutcome> {
    try {
      return await this.orBroken(wait.outcome);
    } finally {
      wait.stop();
    }
  }

  /** Resolves when the agent has been audible for `durationMs` in one answer. */
  async agentSpokeFor(durationMs: number): Promise<void> {
    const { clock } = this.#options;
    while (this.#soundingMs === undefined || clock.nowMs() - this.#soundingMs < durationMs) {
      await this.pause(MIC_CHUNK_MS);
    }
  }

  /** Resolves `delayMs` from now. */
  pause(delayMs: number): Promise<void> {
    const { clock } = this.#options;
    let cancel = (): void => {};
    const slept = new Promise<void>((resolve) => {
      cancel = clock.schedule(delayMs, resolve);
    });
    return this.orBroken(slept).finally(() => cancel());
  }

  /** `promise`, unless the session breaks first. */
  orBroken<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#broken]);
  }

  /** Ends everything. Never rejects, and again does nothing. */
  async close(reason: string): Promise<void> {
    this.#wait?.stop();
    this.microphone.stop();
    this.#break(new CliError('interrupted', 'closed'));
    await this.session.disconnect(reason).catch(() => {});
    this.#stopStatus();
    this.#options.view.close();
  }

  #await(): AnswerWait {
    const { clock, quietMs } = this.#options;
    this.#wait?.stop();
    this.#wait = new AnswerWait({ clock, quietMs, playingUntilMs: () => this.speaker.idleAtMs });
    return this.#wait;
  }

  #event(event: SessionEvent): void {
    const nowMs = this.#options.clock.nowMs();
    this.#options.onEvent(event, nowMs - this.#startMs);
    if (event.type === 'phaseChanged') this.#phase = event.phase;
    if (event.type === 'audioData') {
      this.speaker.play(event, nowMs);
      this.#soundingMs ??= nowMs;
    }
    if (event.type === 'interrupted') this.speaker.interrupt(nowMs);
    if (event.type === 'interrupted' || event.type === 'turnComplete') this.#soundingMs = undefined;
    this.log.event(event, nowMs);
    this.#wait?.event(event);
    if (event.type === 'disconnected') {
      this.#break(event.error ?? new WireError('closedByServer', `The session ended: ${event.reason}.`));
    }
  }

  #showStatus(): void {
    const nowMs = this.#options.clock.nowMs();
    const sendingMs = this.#sendingMs;
    this.#options.view.status({
      phase: this.#phase,
      place: this.#options.place?.() ?? '',
      elapsedMs: nowMs - this.#startMs,
      micDbfs: this.microphone.levelDbfs,
      agentDbfs: this.speaker.levelDbfs(nowMs),
      open: this.log.open(nowMs),
      latenciesMs: this.log.latenciesMs,
      sending:
        sendingMs === undefined
          ? undefined
          : { positionMs: this.microphone.positionMs, durationMs: sendingMs },
    });
  }
}
