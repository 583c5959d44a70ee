/** `parlando/simulator`: a Gemini Live protocol server that hears, thinks and speaks, and misbehaves on request. */

// Server

export { createSimulator, type Simulator } from './create-simulator.ts';
export type { SimulatorNote } from './note-log.ts';
export type { AcceptedKeys } from './routing/access.ts';
export type { SessionView } from './session/session-view.ts';
export type { AcceptedModels } from './setup/model-catalog.ts';
export type { SimulatorLimits, SimulatorOptions, VoiceChoice } from './simulator-options.ts';

// Brains: functions

export {
  type Brain,
  type BrainAction,
  type BrainMemory,
  type BrainRemark,
  type BrainReply,
  type BrainStep,
  type BrainTurn,
  type CallAction,
  calls,
  callsTogether,
  type HeardSpeech,
  says,
  sends,
  type ToolResult,
  type TurnInput,
  thinks,
  waits,
} from './brain/brain.ts';
export { createEchoBrain } from './brain/echo-brain.ts';
export { createDemoBrain, type DemoBrainOptions, demoCallerLines } from './demo/demo-brain.ts';

// Brains: scripts and rules

export { parseScript } from './script/parse-script.ts';
export type { Script, ScriptRule, ScriptStep } from './script/script.ts';
export { createScriptBrain } from './script/script-brain.ts';
export {
  createRuleBrain,
  type RuleBuilder,
  type ScriptBuilder,
  script,
  when,
  whenResult,
} from './script/script-builder.ts';
export { ScriptError } from './script/script-error.ts';

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

// Faults

export type {
  ConnectionFault,
  DeadTurn,
  Fault,
  FaultKind,
  FrameFault,
  ModelFault,
  Moment,
  MomentName,
  ResumptionFault,
} from './faults/fault.ts';
export type { FaultPlan, PlannedStrike } from './faults/fault-plan.ts';
export { type CloseName, serviceCloses } from './faults/service-closes.ts';
export { everyStrike, type Strike, type StrikeMix, type StrikeName } from './faults/strikes.ts';

// What the model knows

export type { AudioAccount } from './ledger/audio-tally.ts';
export { auditLedger, type ExpectedItem, type LedgerAudit } from './ledger/audit-ledger.ts';
export type { ConversationLedger, LedgerFault, LedgerSession } from './ledger/conversation-record.ts';
export type { ChunkSpan, LedgerEntry, LedgerItem } from './ledger/ledger-entry.ts';
