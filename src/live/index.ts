/** `parlando`: live voice agents. */

// Facts that governors and tools read and write
export type { JsonValue, StateReader } from '../flow/index.ts';
export {
  type Guard,
  type Modifier,
  type NeedsRepair,
  type PhaseDefaults,
  type PhaseExplanation,
  type PhaseText,
  type PhaseVisit,
  type Transition,
  transitionAfterPresented,
  when,
  withContext,
  withNavigation,
  withSections,
  withState,
} from '../flow/index.ts';
// Connecting
export { type ConnectLiveOptions, connectLive } from '../runtime/connect-live.ts';
// Extraction
export { type ExtractedValues, type Extractor, interval } from '../runtime/extract/extractor.ts';
export {
  type GeminiTextModelOptions,
  geminiTextModel,
} from '../runtime/extract/model/gemini-text-model.ts';
export { scriptedTextModel } from '../runtime/extract/model/scripted-text-model.ts';
export type { TextModel } from '../runtime/extract/model/text-model.ts';
export { modelExtractor } from '../runtime/extract/model-extractor.ts';
export { PROMOTION_REASONS, type PromotionRule } from '../runtime/extract/promotion.ts';
export { calendarTime } from '../runtime/extract/recognise/calendar.ts';
export { digits, email, phone } from '../runtime/extract/recognise/contact.ts';
export { dateTime } from '../runtime/extract/recognise/date-time.ts';
export { fuzzy } from '../runtime/extract/recognise/fuzzy.ts';
export { integer } from '../runtime/extract/recognise/integer.ts';
export { money } from '../runtime/extract/recognise/money.ts';
export { oneOf } from '../runtime/extract/recognise/one-of.ts';
export { pattern } from '../runtime/extract/recognise/pattern.ts';
export { accepting, type Recogniser } from '../runtime/extract/recognise/recogniser.ts';
export { yesNo } from '../runtime/extract/recognise/yes-no.ts';
export { resolve } from '../runtime/extract/resolver.ts';
export { ruleExtractor } from '../runtime/extract/rule-extractor.ts';
export type { LiveEvent, LiveEventBody, LiveEventOf, LiveEventType } from '../runtime/live-event.ts';
export { LiveHandle } from '../runtime/live-handle.ts';
export type {
  HookContext,
  LiveHooks,
  LiveOptions,
  LivePhase,
  PhasesOptions,
  QuietSettings,
  SteeringSettings,
  ToolSettings,
} from '../runtime/live-options.ts';
// Records and redaction
export type { RedactionOptions, RedactionPattern } from '../runtime/record/redaction-options.ts';
export { Redactor } from '../runtime/record/redactor.ts';
export type { TranscriptTurn } from '../runtime/record/transcript-turn.ts';
export type { ToolRecord, TurnRecord } from '../runtime/record/turn-record.ts';
// Errors
export { type OptionProblem, RuntimeError, type RuntimeErrorCode } from '../runtime/runtime-error.ts';
// State
export { State, type StateOptions } from '../runtime/state/state.ts';
export { type StateKey, stateKey } from '../runtime/state/state-key.ts';
export type { StateSnapshot } from '../runtime/state/state-snapshot.ts';
export type { SteeringMode } from '../runtime/steer/steering-choice.ts';
// Telemetry
export type { SessionTelemetry } from '../runtime/telemetry/session-telemetry.ts';
export type { LatencyStats, TelemetrySnapshot } from '../runtime/telemetry/telemetry-snapshot.ts';
// Tools
export type { ConfirmationProvider } from '../runtime/tools/confirmation.ts';
export type { ToolContext, ToolDefinition } from '../runtime/tools/tool-definition.ts';
export type { ToolMiddleware } from '../runtime/tools/tool-middleware.ts';
export type { ToolPolicy } from '../runtime/tools/tool-policy.ts';
// Voice
export type { VoiceRule, VoiceRuntimeState } from '../runtime/voice/reactor.ts';
export type { TurnCommitPolicy, TurnCommitPreset } from '../runtime/voice/turn-commit.ts';
export type { BackendVadSnapshot } from '../runtime/voice/uplink/input-vad.ts';
export type { MicProcessor } from '../runtime/voice/uplink/mic-processor.ts';
export type { InputVadOptions, VoiceOptions } from '../runtime/voice/uplink/voice-options.ts';
// Watching
export type { Computed } from '../runtime/watch/computed.ts';
export type { Predicate } from '../runtime/watch/predicate.ts';
export type { Temporal, TemporalPattern } from '../runtime/watch/temporal-pattern.ts';
export type { Watcher } from '../runtime/watch/watcher.ts';
// Agents and tools
export { type AgentOptions, type LiveAgent, live } from './live.ts';
export { tool } from './tool.ts';
