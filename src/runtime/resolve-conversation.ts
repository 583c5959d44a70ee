/** The options of a session that a conversation document describes. */
import { compileConversation } from '../flow/conversation/compile-conversation.ts';
import type { CompiledConversation } from '../flow/conversation/compiled-conversation.ts';
import type { ConversationSettings } from './converse/conversation-settings.ts';
import { conversationOptions } from './converse/options-of.ts';
import type { HookContext, LiveOptions } from './live-options.ts';
import { isObject } from './option-shape.ts';
import type { RedactionOptions } from './record/redaction-options.ts';
import type { OptionProblem } from './runtime-error.ts';

/** What the options come to together with their document; `conversation` is undefined where there is none. */
export interface ConversedOptions {
  readonly options: LiveOptions;
  readonly conversation: CompiledConversation | undefined;
}

/** What the application says itself comes first, lists are joined. Problems name places in the document. */
export function withConversation(options: LiveOptions, problems: OptionProblem[]): ConversedOptions {
  const { conversation: settings, ...own } = options;
  if (settings === undefined) return { options, conversation: undefined };
  if (own.flow?.flow !== undefined) {
    const message = 'A conversation has its flow: leave one of them out.';
    problems.push({ path: 'flow', message });
  }
  const conversation = compiledOf(settings, own, problems);
  if (conversation === undefined) return { options: own, conversation };
  const { textModel, ...ports } = settings;
  const made = conversationOptions(conversation, {
    ...ports,
    ...(textModel !== undefined && { textModel }),
    tools: own.tools ?? [],
  });
  problems.push(...made.problems.map(({ path, message }) => ({ path: `conversation.${path}`, message })));
  const { mode, decisions } = { ...own.flow, ...settings };
  const merged: LiveOptions = {
    ...made.options,
    ...options,
    tools: made.options.tools ?? [],
    extractors: [...(made.options.extractors ?? []), ...(own.extractors ?? [])],
    redaction: mergedRedaction(made.options.redaction, own.redaction),
    ...(made.options.speechConfig && {
      speechConfig: { ...made.options.speechConfig, ...own.speechConfig },
    }),
    flow: {
      flow: conversation.flow,
      ...made.options.flow,
      ...(mode !== undefined && { mode }),
      ambientTools: [...(own.flow?.ambientTools ?? []), ...(settings.ambientTools ?? [])],
      onStepEnter: { ...own.flow?.onStepEnter, ...settings.onStepEnter },
      stageTiming: { ...own.flow?.stageTiming, ...settings.stageTiming },
      ...(decisions !== undefined && { decisions }),
    },
  };
  return { options: merged, conversation };
}

function compiledOf(
  { document }: ConversationSettings<HookContext>,
  { tools = [] }: LiveOptions,
  problems: OptionProblem[],
): CompiledConversation | undefined {
  if (isObject(document) && 'flow' in document && 'document' in document) return document;
  const names = tools.flatMap((tool) =>
    'name' in tool ? [tool.name] : (tool.functionDeclarations ?? []).map(({ name }) => name),
  );
  const result = compileConversation(document, { tools: names });
  if (result.ok) return result.conversation;
  for (const { path, message, hint } of result.problems) {
    problems.push({
      path: path === '' ? 'conversation.document' : `conversation.document.${path}`,
      message: hint === undefined ? message : `${message} ${hint}`,
    });
  }
  return undefined;
}

function mergedRedaction(one: RedactionOptions = {}, other: RedactionOptions = {}): RedactionOptions {
  const runs = [one.digitRuns, other.digitRuns].filter((count) => count !== undefined);
  return {
    ...one,
    ...other,
    ...(runs.length > 0 && { digitRuns: Math.min(...runs) }),
    patterns: [...(one.patterns ?? []), ...(other.patterns ?? [])],
  };
}
