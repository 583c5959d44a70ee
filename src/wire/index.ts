/** `parlando/wire`: the Gemini Live session at the level of the protocol. */

// Ports
export type { Cancel, Clock } from './clock.ts';
// Models
export {
  type ModelFamily,
  type ModelProfile,
  modelFamily,
  modelProfile,
  type Platform,
  type SteeringPath,
} from './model/profile.ts';
export { systemClock } from './platform/system-clock.ts';
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
export type { OpenRequest, Socket, SocketClose, SocketSink, Transport } from './transport/transport.ts';
