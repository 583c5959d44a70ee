/** A live session as the steps of its control lane see it: its parts, and what is common to them. */
import type {
  EventHub,
  EventStamp,
  FunctionCall,
  FunctionResponse,
  SessionHandle,
} from '../../wire/index.ts';
import type { SlotEar } from '../converse/slot-ear.ts';
import type { ExtractionContext, ExtractionRunner } from '../extract/extraction-runner.ts';
import type { Decisions } from '../govern/decisions.ts';
import type { OneOrMore } from '../listeners.ts';
import type { LiveEvent, LiveEventBody } from '../live-event.ts';
import type { Hook, HookContext, LivePhase } from '../live-options.ts';
import type { Keeping } from '../persist/keeping.ts';
import type { RestoredSession } from '../persist/restore-session.ts';
import type { Redactor } from '../record/redactor.ts';
import type { Transcripts } from '../record/transcripts.ts';
import type { TurnRecorder } from '../record/turn-recorder.ts';
import type { ResolvedLive } from '../resolve-live-options.ts';
import type { RuntimeStateWriter } from '../state/runtime-writer.ts';
import type { State } from '../state/state.ts';
import type { Guide } from '../steer/guide.ts';
import type { SessionTelemetry, TurnMetrics } from '../telemetry/session-telemetry.ts';
import type { SessionSignals } from '../telemetry/signals.ts';
import type { ToolRunner } from '../tools/tool-runner.ts';
import type { Voice } from '../voice/voice.ts';
import type { WatchEngine } from '../watch/watch-engine.ts';
import type { ControlInput } from './control-input.ts';
import type { ControlQueue } from './control-queue.ts';
import type { RuleFeed } from './rule-feed.ts';
import type { RuntimeHost } from './runtime-host.ts';
import type { Teardown } from './teardown.ts';
import type { Words } from './words.ts';

/** A turn between its `turnComplete` and its boundary. */
export interface EndedTurn {
  readonly number: number;
  readonly user: string;
  readonly model: string;
  readonly interrupted: boolean;
  readonly countsForRepair: boolean;
  metrics: TurnMetrics | undefined;
}

/** A call of a function that was declared raw. */
export interface CallByHand {
  readonly call: FunctionCall;
  readonly turn: number;
  readonly atMs: number;
}

/** Parts that are undefined are off. */
export interface LiveParts extends RuntimeHost {
  readonly resolved: ResolvedLive;
  readonly hub: EventHub<LiveEvent>;
  readonly lane: ControlQueue<ControlInput>;
  readonly session: SessionHandle;
  readonly state: State;
  /** Writes the runtime's keys, too. */
  readonly write: RuntimeStateWriter;
  readonly redactor: Redactor;
  readonly transcripts: Transcripts;
  readonly words: Words;
  readonly recorder: TurnRecorder;
  readonly telemetry: SessionTelemetry;
  readonly signals: SessionSignals;
  readonly voice: Voice;
  readonly guide: Guide<HookContext> | undefined;
  /** The session that this one goes on with. */
  readonly restored: RestoredSession | undefined;
  /** Writes the session down; undefined where it is not kept. */
  readonly keeping: Keeping | undefined;
  /** Finds the slots of a conversation document; undefined where there is none. */
  readonly ear: SlotEar | undefined;
  /** Asks what the user meant; undefined where the flow has no questions. */
  readonly decisions: Decisions | undefined;
  readonly tools: ToolRunner | undefined;
  readonly extraction: ExtractionRunner | undefined;
  readonly watch: WatchEngine | undefined;
  /** Whether the conversation has begun: the first connection is up. */
  begun: boolean;
  /** The wire event that is being heard: the session, whose frame may hold the end of the turn too, is ahead of it. */
  hearing: EventStamp | undefined;
  /** Calls that the application has to answer, and has not: by id, or by name where there is none. */
  readonly callsByHand: Map<string, CallByHand>;
  /** Of those whose answers nobody waits for any more: what the flow lets run once, and may be at work. */
  readonly callsGivenUp: Map<string, CallByHand>;
  /** The turn whose boundary is to come. */
  endedTurn: EndedTurn | undefined;
  /** The turn of the input being run, else of the session. */
  readonly turn: number;
  /** Publishes an event of this turn. */
  readonly emitIn: (turn: number, body: LiveEventBody) => void;
  readonly hookContext: HookContext;
  /** The phase that the conversation is in, with what the application says of it. */
  readonly place: LivePhase | undefined;
  readonly teardown: Teardown;
  /** Feeds the voice rules of the application; undefined when there are none. */
  readonly rules: RuleFeed | undefined;
  /** Calls hooks of the application; a throw or rejection is reported, and nobody waits. */
  runHook(name: string, hooks: OneOrMore<Hook> | undefined): void;
  /** Runs an input from within another: only what must be done before the other goes on. */
  readonly runNow: (input: ControlInput) => void;
  /** For sends that nobody awaits: what goes wrong is reported, except that the session has ended. */
  send(sent: Promise<void>): void;
  /** Answers by hand. What no call waits for is dropped and reported. */
  readonly respond: (responses: readonly FunctionResponse[]) => Promise<void>;
  /** Another instruction of the application's for the whole session. */
  instruct(instruction: string): Promise<void>;
  /** The model knows no more than what the setup told it. */
  recall(): void;
  /** What extractors read now. */
  extractionContext(turn: number): ExtractionContext;
  /** The end of every part, when the session is over. */
  close(): void;
}
