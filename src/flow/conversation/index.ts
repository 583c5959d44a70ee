/** `parlando/flow/conversation`: whole conversations as documents, and the motifs that they are made of. */

// What a user says, as data
export { type CalendarTime, calendarTime } from '../recognise/calendar.ts';
export type { Recogniser, Recognition } from '../recognise/recogniser.ts';
// Documents
export { type ConversationSurroundings, compileConversation } from './compile-conversation.ts';
export type {
  CompiledConversation,
  CompiledSlot,
  CompiledTool,
  ConversationResult,
} from './compiled-conversation.ts';
export type {
  ConversationDigression,
  ConversationDocument,
  ConversationPolicies,
  ExtractorSpec,
  FrameDefinition,
  ParametersSchema,
  RecogniserSpec,
  SlotDefinition,
  SlotValidator,
  StageDefinition,
  ToolSpec,
} from './conversation-document.ts';
export { defineConversation } from './define-conversation.ts';
export { type HeardValue, type Hearing, hearUser } from './hear-user.ts';
// Motifs
export { type CollectFrame, collectFrame } from './motifs/collect-frame.ts';
export { type ConfirmThenCommit, confirmThenCommit } from './motifs/confirm-then-commit.ts';
export { type ConversationPart, withParts } from './motifs/conversation-part.ts';
export { disclosure } from './motifs/disclosure.ts';
export { type FaqDigression, faqDigression } from './motifs/faq-digression.ts';
export { type Handoff, handoff } from './motifs/handoff.ts';
export { type IdentityVerification, identityVerification } from './motifs/identity-verification.ts';
export { type Say, say } from './motifs/say.ts';
export { recogniserOf } from './recogniser-of.ts';
