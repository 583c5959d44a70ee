/** `parlando`: live voice agents. */

// What governs: flows and conversations; flows themselves are made with `parlando/flow`
export type { ConversationDocument } from '../flow/conversation/conversation-document.ts';
// What phases are made of
export type {
  CompiledFlow,
  FlowDefinition,
  FlowExplanation,
  FlowMode,
  JsonValue,
  StateReader,
} from '../flow/index.ts';
export {
  type ContextField,
  type ContextSection,
  type Modifier,
  type NeedsRepair,
  type PhaseDefaults,
  type PhaseDefinition,
  type PhaseExplanation,
  type PhaseGuard,
  type PhaseText,
  type PhaseTrigger,
  type PhaseVisit,
  type Transition,
  type TransitionExplanation,
  transitionAfterPresented,
  when,
  withContext,
  withNavigation,
  withSections,
  withState,
} from '../flow/phases/index.ts';
export {
  type MergePolicy,
  PROMOTION_REASONS,
  type PromotionReason,
  type PromotionRule,
} from '../flow/promotion.ts';
export { type CalendarTime, calendarTime } from '../flow/recognise/calendar.ts';
export { type DigitsOptions, digits, email, phone } from '../flow/recognise/contact.ts';
export { type DateTimeOptions, dateTime } from '../flow/recognise/date-time.ts';
export { type FuzzyOptions, fuzzy } from '../flow/recognise/fuzzy.ts';
export { type IntegerOptions, integer } from '../flow/recognise/integer.ts';
export { type Money, type MoneyOptions, money } from '../flow/recognise/money.ts';
export { type Choices, oneOf } from '../flow/recognise/one-of.ts';
export { type PatternOptions, pattern } from '../flow/recognise/pattern.ts';
export { accepting, type Recogniser, type Recognition } from '../flow/recognise/recogniser.ts';
export { yesNo } from '../flow/recognise/yes-no.ts';
// Connecting
export { type ConnectLiveOptions, connectLive } from '../runtime/connect-live.ts';
export type { ConversationSettings } from '../runtime/converse/conversation-settings.ts';
export type { HandoffFact, HandoffPacket } from '../runtime/converse/handoff.ts';
// Extraction
export type { ExtractionOptions } from '../runtime/extract/extraction-runner.ts';
export {
  type ExtractedValue,
  type ExtractedValues,
  type Extraction,
  type ExtractionRequest,
  type ExtractionTrigger,
  type ExtractionWindow,
  type Extractor,
  type FieldEvidence,
  type FieldProblem,
  interval,
} from '../runtime/extract/extractor.ts';
export {
  type GeminiTextModelOptions,
  geminiTextModel,
} from '../runtime/extract/model/gemini-text-model.ts';
export {
  type ScriptedReply,
  type ScriptedTextModel,
  scriptedTextModel,
  type TextScript,
} from '../runtime/extract/model/scripted-text-model.ts';
export type {
  TextFinishReason,
  TextMessage,
  TextModel,
  TextReply,
  TextRequest,
  TextUsage,
} from '../runtime/extract/model/text-model.ts';
export {
  type ExtractionSchema,
  type ModelExtractorOptions,
  modelExtractor,
  type PromotionOf,
  type Stated,
} from '../runtime/extract/model-extractor.ts';
export { type Resolver, type ResolverOptions, resolve } from '../runtime/extract/resolver.ts';
export {
  type FieldRule,
  type FieldRules,
  type Recognised,
  type RuleExtractorOptions,
  ruleExtractor,
} from '../runtime/extract/rule-extractor.ts';
export type { DecisionSettings, FlowSettings } from '../runtime/govern/flow-settings.ts';
export type { StepAgent } from '../runtime/govern/step-agents.ts';
// Events and listeners
export type { LiveListeners, OneOrMore, SessionListeners } from '../runtime/listeners.ts';
export type {
  DeadAirAction,
  DeadAirCause,
  LiveEvent,
  LiveEventBody,
  LiveEventOf,
  LiveEventType,
} from '../runtime/live-event.ts';
export { LiveHandle } from '../runtime/live-handle.ts';
// Options
export type {
  Hook,
  HookContext,
  LiveHooks,
  LiveOptions,
  LivePhase,
  PhasesOptions,
  QuietSettings,
  SteeringSettings,
  ToolSettings,
} from '../runtime/live-options.ts';
// Persistence
export { MemoryStore, type MemoryStoreOptions } from '../runtime/persist/memory-store.ts';
export type { PersistenceOptions, RestoreMode } from '../runtime/persist/persistence-options.ts';
export { type Recovery, recoverSession } from '../runtime/persist/recover-session.ts';
export type { RestoredReport } from '../runtime/persist/restored-report.ts';
export type { SealPort } from '../runtime/persist/sealing.ts';
export type { KeptTurn } from '../runtime/persist/session-snapshot.ts';
export type {
  LoadCall,
  Store,
  StoreCall,
  StoredSession,
  StoreEntry,
  StoreWriter,
  WriteCall,
} from '../runtime/persist/store.ts';
export {
  StoreError,
  type StoreErrorCode,
  type StoreProblem,
  type StoreProblemCode,
} from '../runtime/persist/store-error.ts';
// Records and redaction
export type { RedactionOptions, RedactionPattern } from '../runtime/record/redaction-options.ts';
export { type RedactedStream, Redactor } from '../runtime/record/redactor.ts';
export type { ToolSummary, TranscriptTurn } from '../runtime/record/transcript-turn.ts';
export type { ToolRecord, TurnRecord } from '../runtime/record/turn-record.ts';
// Recording
export type { RecordingOptions } from '../runtime/replay/record-session.ts';
export { MemoryRecording, type RecordingSink } from '../runtime/replay/recording-sink.ts';
// Errors
export {
  type OptionProblem,
  RuntimeError,
  type RuntimeErrorCode,
  type RuntimeErrorOptions,
} from '../runtime/runtime-error.ts';
// State
export type { Evidence } from '../runtime/state/evidence.ts';
export type { Journal, JournalSink, Mutation, MutationOrigin } from '../runtime/state/journal.ts';
export { State, type StateOptions } from '../runtime/state/state.ts';
export type { StateAccess, StateRead, StateReadAccess } from '../runtime/state/state-access.ts';
export type { StateDelta } from '../runtime/state/state-delta.ts';
export { type StateKey, stateKey } from '../runtime/state/state-key.ts';
export type { StateSchema } from '../runtime/state/state-schema.ts';
export type { SnapshotOptions, StateSnapshot } from '../runtime/state/state-snapshot.ts';
export type { Explanation } from '../runtime/steer/guide.ts';
// Steering
export type {
  PhaseHookSet,
  PhaseHooksOptions,
  PreparationRun,
  PreparationValues,
} from '../runtime/steer/phase-hooks.ts';
export type { InstructionFunction } from '../runtime/steer/steering.ts';
export type { SteeringMode } from '../runtime/steer/steering-choice.ts';
// Telemetry
export type { SessionTelemetry, TurnMetrics } from '../runtime/telemetry/session-telemetry.ts';
export type { LatencyStats, TelemetrySnapshot } from '../runtime/telemetry/telemetry-snapshot.ts';
export type { TokenCounts } from '../runtime/telemetry/token-meter.ts';
// Tools
export {
  type Agent,
  type AgentToolOptions,
  agentTool,
  type RequestSchema,
} from '../runtime/tools/agent-tool.ts';
export type {
  ConfirmationProvider,
  ConfirmationReply,
  ConfirmationRequest,
} from '../runtime/tools/confirmation.ts';
export { OutcomeUnknown } from '../runtime/tools/outcome-unknown.ts';
export type {
  JsonObject,
  JsonSchema,
  ToolContext,
  ToolDefinition,
  ToolSchema,
} from '../runtime/tools/tool-definition.ts';
export type { MiddlewareCall, ToolMiddleware, Veto } from '../runtime/tools/tool-middleware.ts';
export type {
  BackgroundOutcome,
  BackgroundPolicy,
  BackgroundScheduling,
  ToolPolicy,
} from '../runtime/tools/tool-policy.ts';
export type {
  BeforeToolResponse,
  OnToolCall,
  ToolLimits,
  ToolOverride,
} from '../runtime/tools/tool-runner-options.ts';
export type { ToolState } from '../runtime/tools/tool-state.ts';
// Voice
export type { DeliveryMode, PromptCancelReason } from '../runtime/voice/context/context-delivery.ts';
export type { CutOff } from '../runtime/voice/playback/playback-ledger.ts';
export type { PlaybackView } from '../runtime/voice/playback/playback-view.ts';
export type { DeadAirOptions } from '../runtime/voice/quiet/dead-air-watchdog.ts';
export type { RepromptStage } from '../runtime/voice/quiet/reprompt.ts';
export type {
  VoiceChange,
  VoiceEffect,
  VoiceEvent,
  VoiceRule,
  VoiceRuntimeState,
} from '../runtime/voice/reactor.ts';
export type { TurnCommitPolicy, TurnCommitPreset } from '../runtime/voice/turn-commit.ts';
export type { BackendVadSnapshot } from '../runtime/voice/uplink/input-vad.ts';
export type { MicProcessor } from '../runtime/voice/uplink/mic-processor.ts';
export type {
  InputVadOptions,
  InterruptionAuthority,
  VoiceOptions,
} from '../runtime/voice/uplink/voice-options.ts';
// Watching
export type { Computed } from '../runtime/watch/computed.ts';
export type { Predicate } from '../runtime/watch/predicate.ts';
export type { Temporal, TemporalPattern } from '../runtime/watch/temporal-pattern.ts';
export type { WatchOptions } from '../runtime/watch/watch-options.ts';
export type { Watcher } from '../runtime/watch/watcher.ts';
// Agents and tools
export type { GoogleAiKey, LiveAgent, VertexEndpoint } from './agent.ts';
export { Live, type LiveBuilder } from './builder/live-builder.ts';
export type { Named } from './builder/named.ts';
export type { PhaseBuilder } from './builder/phase-builder.ts';
export type { PhaseTone } from './builder/phase-tone.ts';
export type { WatchBuilder } from './builder/watch-builder.ts';
export type { PatternSettings } from './builder/watch-settings.ts';
export { type AgentOptions, live } from './live.ts';
export { type NoSchema, type RawArguments, type ToolOptions, tool } from './tool.ts';
