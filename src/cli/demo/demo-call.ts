/** One call of the demo: the agent on the line, the caller's recording, and everything that is shown of both. */
import type { TurnRecord } from '../../live/index.ts';
import type { SessionEvent } from '../../wire/index.ts';
import type { CliConsole } from '../shell/console.ts';
import { toJsonLine, toLiveJsonLine, toStateJsonLine } from '../talk/json-line.ts';
import { LiveLog } from '../talk/live-log.ts';
import { Talk } from '../talk/talk.ts';
import { chooseView } from '../view/choose-view.ts';
import type { TalkView } from '../view/talk-view.ts';
import type { DemoStage } from './demo-stage.ts';
import type { DemoStory, StoryCall, StoryEnding } from './demo-story.ts';
import { LiveTalkSession } from './live-talk-session.ts';

export interface DemoCallOptions {
  readonly json: boolean;
  readonly story: DemoStory;
  readonly stage: DemoStage;
  readonly io: CliConsole;
  /** Ends the call. */
  readonly stop: AbortSignal;
}

const QUIET_MS = 8000;
/** End of speech for the server: shorter than its default, since the caller does not hesitate. */
export const SILENCE_MS = 500;

export class DemoCall {
  readonly view: TalkView;
  readonly talk: Talk<LiveTalkSession>;
  readonly #story: StoryCall;
  readonly #startMs: number;
  readonly #options: DemoCallOptions;

  /** Begins to call at once. */
  constructor(options: DemoCallOptions) {
    const { json, story, stage, io, stop } = options;
    const { clock } = stage;
    this.#story = story.begin();
    const { phases, writers } = this.#story;
    this.#options = options;
    this.#startMs = clock.nowMs();
    this.view = chooseView(io, { json, clock, phases });
    const log = new LiveLog({
      onLine: (line) => this.view.line(line),
      writers,
      explain: () => this.talk.session.handle?.explain(),
    });
    this.#hearState(log);
    this.talk = new Talk({
      open: (hear) => this.#open(log, hear),
      clock,
      view: this.view,
      place: () => this.#phase,
      showCalls: false,
      onEvent: (event) => this.#print(toJsonLine, event),
      stop,
      quietMs: QUIET_MS,
    });
  }

  get records(): readonly TurnRecord[] {
    return this.talk.session.handle?.turns ?? [];
  }

  /** How it came out. */
  get ending(): StoryEnding {
    const explanation = this.talk.session.handle?.explain();
    return this.#story.ending({ phase: this.#phase, explanation, records: this.records });
  }

  get #phase(): string {
    return this.talk.session.handle?.conversationPhase ?? '';
  }

  #open(log: LiveLog, hear: (event: SessionEvent) => void): LiveTalkSession {
    const { simulator, clock, transport } = this.#options.stage;
    const agent = this.#story.agent({
      session: {
        apiKey: 'demo',
        baseUrl: simulator.url,
        vertex: false,
        voice: 'Charon',
        realtimeInputConfig: { automaticActivityDetection: { silenceDurationMs: SILENCE_MS } },
      },
      clock,
      middleware: [log.middleware],
    });
    return new LiveTalkSession(agent, {
      clock,
      ...(transport !== undefined && { transport }),
      onSessionEvent: hear,
      onEvent: (event) => {
        log.event(event);
        // Sound is told once, by the wire.
        if (event.type !== 'audio') this.#print(toLiveJsonLine, event);
      },
    });
  }

  #hearState(log: LiveLog): void {
    this.#story.state.journal.attachSink(
      (mutation) => {
        log.stateChanged(mutation);
        // With a prefix: what the runtime knows.
        if (!mutation.key.includes(':')) this.#print(toStateJsonLine, mutation);
      },
      ({ message }) => this.view.line({ who: 'session', text: message }),
    );
  }

  #print<Thing>(toLine: (thing: Thing, tMs: number) => string, thing: Thing): void {
    const { json, io, stage } = this.#options;
    if (json) io.stdout.write(`${toLine(thing, stage.clock.nowMs() - this.#startMs)}\n`);
  }
}
