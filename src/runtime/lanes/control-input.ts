/** What the control lane takes, one after another. Everything slow comes back as one of these. */
import type { DecisionAnswer } from '../../flow/guard/guard.ts';
import type {
  FunctionCall,
  FunctionResponse,
  RotationReport,
  UsageMetadata,
  WireError,
} from '../../wire/index.ts';
import type { ExtractionResult } from '../extract/extraction-result.ts';
import type { StepOutcome } from '../govern/step-agents.ts';
import type { StoreError } from '../persist/store-error.ts';
import type { RuntimeError } from '../runtime-error.ts';
import type { PreparationValues } from '../steer/phase-hooks.ts';
import type { ToolOutcome } from '../tools/tool-runner-options.ts';
import type { SpeechSource } from '../voice/speech-edges.ts';

/** The place of an input in the conversation, where it has one. */
interface InTurn {
  readonly turn: number;
}

/** Without an error it was asked for. */
interface EndReason {
  readonly reason: string;
  readonly error?: WireError;
}

export type ControlInput =
  /** `reseeded`: the session began anew and was told the conversation so far. */
  | { readonly type: 'connected'; readonly resumed: boolean; readonly reseeded: boolean }
  /** The model's turn ended in the middle, with its connection. */
  | ({ readonly type: 'turnCutOff' } & InTurn)
  | { readonly type: 'rotated'; readonly report: RotationReport }
  /** Empty for content that holds no text. */
  | { readonly type: 'userText'; readonly text: string }
  | { readonly type: 'speechStarted'; readonly atMs: number; readonly source: SpeechSource }
  | { readonly type: 'speechEnded'; readonly atMs: number }
  | { readonly type: 'modelBegan'; readonly audio: boolean }
  | { readonly type: 'waitingForInput' }
  | { readonly type: 'playbackStarted' }
  | { readonly type: 'playbackDrained' }
  | ({ readonly type: 'interrupted'; readonly generation: number } & InTurn)
  | { readonly type: 'toolCall'; readonly calls: readonly FunctionCall[] }
  | {
      readonly type: 'toolResponses';
      readonly responses: readonly FunctionResponse[];
      readonly background: boolean;
    }
  | {
      readonly type: 'answeredByHand';
      readonly responses: readonly FunctionResponse[];
      readonly background: false;
    }
  | { readonly type: 'toolOutcome'; readonly outcome: ToolOutcome }
  | { readonly type: 'toolCallCancelled'; readonly ids: readonly string[] }
  | { readonly type: 'callsGivenUp' }
  | ({ readonly type: 'generationComplete' } & InTurn)
  | ({ readonly type: 'turnComplete' } & InTurn)
  | ({ readonly type: 'boundary' } & InTurn)
  /** Words of the user, of this turn, which has ended. */
  | ({ readonly type: 'lateWords' } & InTurn)
  | { readonly type: 'extracted'; readonly results: readonly ExtractionResult[] }
  | { readonly type: 'prepared'; readonly values: PreparationValues }
  /** The questions about the words of the user are answered. */
  | { readonly type: 'decided'; readonly answers: { readonly [question: string]: DecisionAnswer } }
  /** The work of a step of the flow came to its end. */
  | { readonly type: 'stepEnded'; readonly step: string; readonly outcome: StepOutcome }
  | { readonly type: 'goTo'; readonly phase: string; readonly source: string }
  | { readonly type: 'instruct'; readonly instruction: string }
  /** The application wrote state, or a pattern's time has come. */
  | { readonly type: 'stateWritten' }
  | { readonly type: 'softTurn' }
  | { readonly type: 'goAway'; readonly timeLeftMs: number | undefined }
  /** `handle`: what to resume with, and it holds all turns up to `holdsTurn`. */
  | {
      readonly type: 'resumption';
      readonly resumable: boolean;
      readonly lastConsumedIndex?: number;
      readonly handle?: string;
      readonly holdsTurn: number;
    }
  | { readonly type: 'usage'; readonly usage: UsageMetadata }
  | { readonly type: 'fault'; readonly error: RuntimeError | WireError | StoreError }
  | { readonly type: 'disconnect' }
  | ({ readonly type: 'disconnected' } & EndReason)
  /** Everything that `disconnected` caused has been run. */
  | ({ readonly type: 'ended' } & EndReason);

export type ControlInputOf<T extends ControlInput['type']> = Extract<ControlInput, { readonly type: T }>;
