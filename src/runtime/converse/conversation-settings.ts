import type { CompiledConversation } from '../../flow/conversation/compiled-conversation.ts';
import type { ConversationDocument } from '../../flow/conversation/conversation-document.ts';
import type { TextModel } from '../extract/model/text-model.ts';
import type { FlowSettings } from '../govern/flow-settings.ts';
import type { ToolPorts } from './tools-of.ts';

/** A whole conversation as one document; `Context` is what the session gives to hooks. */
export interface ConversationSettings<Context = never>
  extends Omit<FlowSettings<Context>, 'flow'>,
    ToolPorts {
  /** As it was written, as the text of a JSON file, or compiled by `compileConversation`. */
  readonly document: ConversationDocument | CompiledConversation | string;
  /** Answers the document's extractors, and its questions unless `decisions` says who does. */
  readonly textModel?: TextModel;
  /** Milliseconds since 1970, for days and times that the user names. @default what the computer's calendar shows */
  readonly now?: () => number;
}
