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

/** A slot with the state key it fills; its recogniser is applied to each turn of the user. */
export interface CompiledSlot extends SlotDefinition {
  readonly stateKey: string;
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
  /** Every slot that some stage collects and a recogniser finds; the others are the extractors'. */
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
