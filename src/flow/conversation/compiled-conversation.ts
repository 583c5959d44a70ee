/** What a conversation document becomes: data for the runtime, which alone can run tools and models. */
import type { CompiledFlow, FlowProblem } from '../compile/compiled-flow.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { JsonValue } from '../state-reader.ts';
import type {
  ConversationDocument,
  ExtractorSpec,
  SlotDefinition,
  ToolSpec,
} from './conversation-document.ts';

/** A slot that some stage collects, with its defaults in. `hearUser` fills the ones that have a recogniser. */
export interface CompiledSlot extends SlotDefinition {
  readonly stateKey: string;
  readonly confirm: 'never' | 'lowConfidence' | 'always';
  readonly correctable: boolean;
  readonly heard: 'anytime' | 'whileAsked';
  /** The stages that collect it, those of digressions among them. */
  readonly stages: readonly string[];
  /** The tools that change the world and wait for this slot to be true: only a yes that stands alone makes it so. */
  readonly consentTo?: readonly string[];
}

/** A tool with its kind decided and the policies on it. */
export interface CompiledTool extends ToolSpec {
  readonly kind: 'read' | 'commit';
  readonly idempotencyKey?: string;
  readonly compensateWith?: string;
}

export interface CompiledConversation {
  readonly name: string;
  readonly document: ConversationDocument;
  readonly flow: CompiledFlow;
  /** Every slot that some stage collects, in the order of the frames. */
  readonly slots: readonly CompiledSlot[];
  readonly extractors: readonly ExtractorSpec[];
  readonly tools: readonly CompiledTool[];
  readonly state: { readonly [key: string]: JsonValue };
  /** State keys to mask. */
  readonly redact: readonly string[];
  readonly scenarios: readonly Scenario[];
}

export type ConversationResult =
  | { readonly ok: true; readonly conversation: CompiledConversation }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };
