/** `parlando/wire`: the Gemini Live session at the level of the protocol. */

export { Secret } from './auth/secret.ts';
export type { TokenProvider } from './auth/token-provider.ts';
export type { Cancel, Clock } from './clock.ts';
export { AudioFrameDecoder } from './codec/audio-frame.ts';
// Codec
export { type DecodedFrame, decodeServerFrame } from './codec/decode.ts';
export type { AudioItem, FrameItem, TranscriptPiece, TranscriptWord } from './codec/frame-item.ts';
export { invalidCommand } from './codec/invalid-command.ts';
export { textOnly, voiceRealtimeDefaults } from './config/config-presets.ts';
export type { IgnoredSetting } from './config/ignored-settings.ts';
export { encodeSetup, ignoredSettings, profileOf } from './config/resolve-config.ts';
// Configuration
export type {
  ContinuityOptions,
  ConversationOptions,
  EndpointConfig,
  GenerationOptions,
  LocalOptions,
  ResumeMode,
  RetryOptions,
  SessionConfig,
  SessionLimits,
  VertexConfig,
} from './config/session-config.ts';
export type { SessionEnd } from './connection/connection-state.ts';
export type { RotationCause } from './connection/rotation-cause.ts';
// Models
export {
  type ModelFamily,
  type ModelProfile,
  modelFamily,
  modelProfile,
  type Platform,
  type SteeringPath,
} from './model/profile.ts';
export { type Environment, processEnvironment } from './platform/environment.ts';
export { epochMs, systemClock } from './platform/system-clock.ts';
export type { Random } from './platform/system-random.ts';
export { callKey } from './protocol/call-key.ts';
// Protocol, client to server
export type {
  ClientContent,
  ClientMessage,
  ContextUpdate,
  RealtimeInput,
} from './protocol/client-messages.ts';
// Protocol, shared
export {
  type Blob,
  type CodeExecutionResult,
  type Content,
  type ExecutableCode,
  type FunctionCall,
  type FunctionResponse,
  type Part,
  type Role,
  type Scheduling,
  userText,
} from './protocol/content.ts';
// Protocol, server to client
export type {
  ModalityTokenCount,
  ServerContent,
  ServerMessage,
  SessionResumptionUpdate,
  Transcription,
  TranscriptionWord,
  UsageMetadata,
  VertexUsageMetadata,
} from './protocol/server-messages.ts';
export type {
  AudioTranscriptionConfig,
  AutomaticActivityDetection,
  AvatarConfig,
  ContextWindowCompressionConfig,
  GenerationConfig,
  MediaResolution,
  Modality,
  ProactivityConfig,
  RealtimeInputConfig,
  ReplicatedVoiceConfig,
  SafetySetting,
  SessionResumptionConfig,
  Setup,
  SpeechConfig,
  ThinkingConfig,
  ThinkingLevel,
  TranslationConfig,
  VoiceConfig,
} from './protocol/setup.ts';
export type { FunctionDeclaration, Schema, Tool, ToolBehavior, ToolConfig } from './protocol/tools.ts';
// Sessions
export { type ConnectOptions, connect, openSession } from './session/connect.ts';
export {
  EventHub,
  type EventListener,
  type SubscribeOptions,
  sessionEventHub,
} from './session/event-hub.ts';
export { EventReceiver, type ReceiverOptions } from './session/event-receiver.ts';
export type { HubEvent, HubEventBody, HubRules } from './session/hub-rules.ts';
export { PhaseWatch, type WaitOptions } from './session/phase-watch.ts';
export type { ContextChange, SessionCommand } from './session/session-command.ts';
// Events
export type {
  AudioDataBody,
  ConnectionStatus,
  EventStamp,
  Replayed,
  RotationReport,
  SessionEvent,
  SessionEventBody,
  SessionEventOf,
  SessionEventType,
} from './session/session-event.ts';
export {
  type EventSender,
  type RotateOptions,
  SessionHandle,
  type SessionReader,
  type SessionWriter,
} from './session/session-handle.ts';
export type { CommandSink, SessionParts, SessionState } from './session/session-parts.ts';
export { canTransitionTo, SESSION_PHASES, SessionPhase } from './session/session-phase.ts';
export {
  createJsonlRecorder,
  type RecordedFrame,
  type RecordingHeader,
  type WireRecorder,
} from './session/wire-recorder.ts';
// Ports
export { createMemoryTransport, type MemoryPeer } from './transport/memory-transport.ts';
export type { OpenRequest, Socket, SocketClose, SocketSink, Transport } from './transport/transport.ts';
// Errors
export { WireError, type WireErrorCode, type WireErrorOptions } from './wire-error.ts';
