/** What a conversation document makes of the options of a session (spec: control §12). */
import type { CompiledConversation } from '../../flow/conversation/compiled-conversation.ts';
import { isRuntimeKey } from '../../flow/runtime-keys.ts';
import type { Tool } from '../../wire/index.ts';
import type { TextModel } from '../extract/model/text-model.ts';
import type { LiveOptions } from '../live-options.ts';
import type { OptionProblem } from '../runtime-error.ts';
import { byRuntime } from '../state/runtime-writer.ts';
import type { State } from '../state/state.ts';
import type { ToolDefinition } from '../tools/tool-definition.ts';
import { modelExtractorsOf } from './model-extractors-of.ts';
import { piiRedaction } from './pii-redaction.ts';
import { bindTools, missingTools, type ToolPorts, withDocumentPolicy } from './tools-of.ts';

/** What a conversation reaches the world through. */
export interface ConversationPorts extends ToolPorts {
  /** Answers the document's extractors and questions. */
  readonly textModel?: TextModel;
  /** The application's own tools; one with the name of a tool of the document takes its place. */
  readonly tools?: ReadonlyArray<ToolDefinition | Tool>;
}

export interface ConversationOptions {
  /** To be merged with the application's: what it says itself wins, lists are joined. */
  readonly options: Pick<
    LiveOptions,
    | 'instruction'
    | 'greeting'
    | 'voice'
    | 'temperature'
    | 'speechConfig'
    | 'tools'
    | 'extractors'
    | 'redaction'
    | 'flow'
  >;
  /** Everything that keeps it from running, for the one `invalidOptions` error at connect. */
  readonly problems: readonly OptionProblem[];
}

/** Never throws: look at `problems`. */
export function conversationOptions(
  conversation: CompiledConversation,
  ports: ConversationPorts = {},
): ConversationOptions {
  const { document, extractors, flow } = conversation;
  const { instruction, greeting, voice, language, temperature } = document;
  const { textModel } = ports;
  const { tools, problems } = allTools(conversation, ports);
  const redaction = piiRedaction(conversation.slots);
  const found = [...problems];
  if (textModel === undefined && extractors.length > 0) {
    found.push({ path: 'extractors', message: 'The conversation has extractors: give it a text model.' });
  }
  return {
    options: {
      ...(instruction !== undefined && { instruction }),
      ...(greeting !== undefined && { greeting }),
      ...(voice !== undefined && { voice }),
      ...(temperature !== undefined && { temperature }),
      ...(language !== undefined && { speechConfig: { languageCode: language } }),
      ...(redaction !== undefined && { redaction }),
      tools,
      extractors: textModel === undefined ? [] : modelExtractorsOf(conversation, textModel),
      flow: { flow, ...(textModel !== undefined && { decisions: { model: textModel } }) },
    },
    problems: found,
  };
}

/**
 * Makes a state ready for a session: marks what is to be masked, and writes what the document begins with where there is
 * nothing yet, so that a state that was restored stays as it is.
 */
export function prepareState(state: State, { redact, slots, state: values }: CompiledConversation): void {
  const hidden = slots.filter(({ stateKey }) => redact.includes(stateKey));
  // Results and packets name a slot by its own name, too.
  state.redact(...redact, ...hidden.map(({ name }) => name));
  for (const [key, value] of Object.entries(values)) {
    if (!state.has(key) && !isRuntimeKey(key)) byRuntime(state, () => state.set(key, value));
  }
}

/** The tools of the document with the application's in their place, and the application's others. */
function allTools(
  conversation: CompiledConversation,
  { tools: own = [], ...ports }: ConversationPorts,
): { readonly tools: ReadonlyArray<ToolDefinition | Tool>; readonly problems: readonly OptionProblem[] } {
  const ownNames = own.flatMap(namesOf);
  const unbound = conversation.tools.filter(({ name }) => !ownNames.includes(name));
  const bound = bindTools(unbound, ports);
  const missing = missingTools(conversation, ownNames).map((name) => ({
    path: `tools.${name}`,
    message: 'The conversation has no binding for it: register a tool of this name.',
  }));
  return {
    tools: [
      ...bound.tools,
      ...own.map((tool) => (isRunnable(tool) ? withDocumentPolicy(tool, conversation) : tool)),
    ],
    problems: [...bound.problems, ...missing],
  };
}

function isRunnable(tool: ToolDefinition | Tool): tool is ToolDefinition {
  return 'run' in tool || 'name' in tool;
}

function namesOf(tool: ToolDefinition | Tool): readonly string[] {
  if (isRunnable(tool)) return [tool.name];
  return (tool.functionDeclarations ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
}
