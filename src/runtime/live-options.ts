/** Everything a live session can be made of. What is left out is off and costs nothing. */
import type { NeedsRepair, PhaseDefaults, PhaseDefinition } from '../flow/phases/index.ts';
import type { SessionConfig, SessionWriter, Tool } from '../wire/index.ts';
import type { ConversationSettings } from './converse/conversation-settings.ts';
import type { ExtractionOptions } from './extract/extraction-runner.ts';
import type { Extractor } from './extract/extractor.ts';
import type { FlowSettings } from './govern/flow-settings.ts';
import type { LiveListeners, OneOrMore, SessionListeners } from './listeners.ts';
import type { PersistenceOptions } from './persist/persistence-options.ts';
import type { RedactionOptions } from './record/redaction-options.ts';
import type { State } from './state/state.ts';
import type { StateReadAccess } from './state/state-access.ts';
import type { PhaseHookSet, PhaseHooksOptions, PreparationRun } from './steer/phase-hooks.ts';
import type { InstructionFunction } from './steer/steering.ts';
import type { SteeringMode } from './steer/steering-choice.ts';
import type { ConfirmationProvider } from './tools/confirmation.ts';
import type { ToolDefinition } from './tools/tool-definition.ts';
import type { ToolMiddleware } from './tools/tool-middleware.ts';
import type { BackgroundPolicy } from './tools/tool-policy.ts';
import type { BeforeToolResponse, OnToolCall, ToolLimits } from './tools/tool-runner-options.ts';
import type { DeliveryMode } from './voice/context/context-delivery.ts';
import type { DeadAirOptions } from './voice/quiet/dead-air-watchdog.ts';
import type { RepromptStage } from './voice/quiet/reprompt.ts';
import type { VoiceRule } from './voice/reactor.ts';
import type { VoiceOptions } from './voice/uplink/voice-options.ts';
import type { WatchOptions } from './watch/watch-options.ts';

/** What hooks are given: the state, to read and write, and a writer that sends pending context first. */
export interface HookContext {
  readonly state: State;
  readonly writer: SessionWriter;
}

/** A phase with what the application does in it. Its guards and texts read the state by name or by typed key. */
export interface LivePhase
  extends Omit<PhaseDefinition<StateReadAccess>, 'preparations'>,
    Omit<PhaseHookSet<HookContext>, 'preparations'> {
  /** What may fill the keys that `requires` names; started when the phase could be entered but for them. */
  readonly preparations?: ReadonlyArray<PreparationRun<HookContext> & { readonly name: string }>;
  /** What is asked when nobody speaks here. */
  readonly reprompt?: RepromptStage;
  /** The user cannot cut in here: the microphone is sent as silence while the model is heard. @default the session's */
  readonly floorHold?: boolean;
  /** How long the user must be silent here before the turn ends (client authority). @default the session's */
  readonly endOfSpeechMs?: number;
  /** Inline tools that take longer here cue a filler. @default the session's */
  readonly fillerAfterMs?: number;
  /** @default the session's */
  readonly contextDelivery?: DeliveryMode;
}

export interface PhasesOptions extends PhaseHooksOptions {
  readonly phases: readonly LivePhase[];
  /** The name of the first phase. */
  readonly initial: string;
  readonly defaults?: PhaseDefaults<StateReadAccess>;
  /** Asks again for what a phase needs. @default off */
  readonly repair?: NeedsRepair;
}

export interface SteeringSettings {
  /** @default what the model does best */
  readonly mode?: SteeringMode;
  /** @default 'immediate' */
  readonly contextDelivery?: DeliveryMode;
  /** False leaves out the line that names the tools of a new phase. @default true */
  readonly toolAdvisory?: boolean;
  /** Appended to the instruction, at every boundary anew. */
  readonly amendment?: InstructionFunction;
  /** Replaces the whole instruction whenever it returns a text. */
  readonly template?: InstructionFunction;
}

export interface ToolSettings {
  /** Asked before a tool whose policy says `confirm` runs. */
  readonly confirmationProvider?: ConfirmationProvider;
  readonly middleware?: readonly ToolMiddleware[];
  /** Answers some or all calls of a batch in the place of the tools. */
  readonly onToolCall?: OnToolCall;
  readonly beforeToolResponse?: BeforeToolResponse;
  readonly limits?: ToolLimits;
  /** Inline tools that take longer cue a filler. @default none */
  readonly fillerAfterMs?: number;
  /** Tools, by name, that run in the background here, whatever their own policy says of it. */
  readonly background?: Readonly<Record<string, true | BackgroundPolicy>>;
}

export interface QuietSettings {
  /** What is asked when nobody has spoken for so long. @default nothing */
  readonly reprompt?: RepromptStage;
  /** A model that says nothing for so long after the user has spoken makes a soft turn. @default off */
  readonly softTurnMs?: number;
  /** Notices that nothing is heard although something should be. True takes the defaults. @default off */
  readonly deadAir?: boolean | DeadAirOptions;
}

/** What the application does at one place of the control lane's order. */
export type Hook = (context: HookContext) => unknown;

/**
 * Called on the control lane, in their place in its order; of several each is called. Nobody waits for a promise that one
 * returns; what it throws, or rejects with, is an `error` event with `hookFailed`.
 */
export interface LiveHooks {
  /** Setup is complete, each time; before the event. */
  readonly onConnected?: OneOrMore<Hook>;
  /** Everything of the turn is in the state, and what it steers is sent. */
  readonly onTurnBoundary?: OneOrMore<Hook>;
  readonly onGenerationComplete?: OneOrMore<Hook>;
  /** The user has spoken and the model says nothing. */
  readonly onSoftTurn?: OneOrMore<Hook>;
  /** Once at the end, before the connection closes where that can be; waited for, at most `teardownTimeoutMs`. */
  readonly onTeardown?: OneOrMore<Hook>;
}

export interface LiveOptions
  extends Omit<SessionConfig, 'systemInstruction' | 'tools' | 'voiceName' | 'contextWindowCompression'>,
    VoiceOptions,
    WatchOptions {
  /** What the model is told for the whole session; phases add to it. */
  readonly instruction?: string;
  /** A prebuilt voice, for example `Kore`. */
  readonly voice?: string;
  /**
   * Calls that outgrow the context go on by forgetting their oldest turns; false ends them there.
   * @default from 100,000 tokens down to 50,000
   */
  readonly contextWindowCompression?: false | SessionConfig['contextWindowCompression'];
  /** Sent as the user's first turn when a new session is active, so that the model speaks first. Never after a resume. */
  readonly greeting?: string;
  /** Tools made by `tool()`, and raw declarations: built-in ones, and functions that the application answers itself. */
  readonly tools?: ReadonlyArray<ToolDefinition | Tool>;
  readonly toolSettings?: ToolSettings;
  readonly phases?: PhasesOptions;
  /** What the conversation must keep to: which tools may run when, and what is done in which order. */
  readonly flow?: FlowSettings<HookContext>;
  /** A whole conversation as one document: flow, tools, extractors, slots and settings. What is said here comes first. */
  readonly conversation?: ConversationSettings<HookContext>;
  readonly extractors?: readonly Extractor[];
  readonly extraction?: ExtractionOptions;
  readonly steering?: SteeringSettings;
  readonly quiet?: QuietSettings;
  /** Further rules of the voice reactor. */
  readonly voiceRules?: readonly VoiceRule[];
  /** @default a new one */
  readonly state?: State;
  readonly redaction?: RedactionOptions;
  /** Keeps the session in a store, so that it can go on in another process. @default nowhere */
  readonly persistence?: PersistenceOptions;
  /** Publishes a `telemetry` event so often, at least 100 ms apart. @default off */
  readonly telemetryIntervalMs?: number;
  /** How long `disconnect` waits for teardown hooks. @default 2_000 */
  readonly teardownTimeoutMs?: number;
  readonly hooks?: LiveHooks;
  /** Who hears the events of every call, from the first one on; per call there is `connect({ on })`. */
  readonly on?: LiveListeners;
  /** The same for raw events of the wire session. */
  readonly onSession?: SessionListeners;
}
