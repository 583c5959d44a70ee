/** `parlando/simulator`: a Gemini Live protocol server that hears, thinks and speaks, and misbehaves on request. */

// Brains
export {
  type Brain,
  type BrainAction,
  type BrainMemory,
  type BrainReply,
  type BrainStep,
  type BrainTurn,
  calls,
  type HeardSpeech,
  says,
  sends,
  type ToolResult,
  type TurnInput,
  thinks,
  waits,
} from './brain/brain.ts';
export { createEchoBrain } from './brain/echo-brain.ts';
// Server
export { createSimulator, type Simulator } from './create-simulator.ts';
// Faults
export type { Fault, FaultKind, Moment, MomentName } from './faults/fault.ts';
export type { SimulatorNote } from './note-log.ts';
export type { AcceptedKeys } from './routing/access.ts';
export type { SessionView } from './session/session-view.ts';
export type { AcceptedModels } from './setup/model-catalog.ts';
export type { SimulatorLimits, SimulatorOptions, VoiceChoice } from './simulator-options.ts';
// Voices
export { createEspeakVoice } from './voice/espeak-voice.ts';
export { createEspeakWasmVoice } from './voice/espeak-wasm-voice.ts';
export { createToneVoice } from './voice/tone-voice.ts';
export {
  OUTPUT_RATE_HZ,
  type Speech,
  type SpokenWord,
  type Voice,
  type VoiceRequest,
} from './voice/voice.ts';
