/** How a conversation moves: server items and the user's own acts to phases and events (spec: wire §4). */
import { assertNever } from '../assert-never.ts';
import type { FrameItem } from '../codec/frame-item.ts';
import { callKey } from '../protocol/call-key.ts';
import type { FunctionCall, FunctionResponse } from '../protocol/content.ts';
import { type Conversation, NO_CALLS } from './connection-state.ts';
import type { Draft } from './draft.ts';
import type { StepContext } from './step-context.ts';

/** Handles one item of a frame on an established connection. */
export function converse(draft: Draft, item: FrameItem, context: StepContext): void {
  switch (item.type) {
    case 'audio':
      modelSpeaks(draft);
      draft.emit({ type: 'audioData', data: item.data, mimeType: item.mimeType, rateHz: item.rateHz });
      return;
    case 'media':
      modelSpeaks(draft);
      draft.emit(item);
      return;
    case 'text':
      modelSpeaks(draft);
      draft.change({ text: draft.conversation.text + item.text });
      draft.emit({ type: 'textDelta', text: item.text });
      return;
    case 'thought':
      modelSpeaks(draft);
      draft.emit(item);
      return;
    case 'code': {
      const { type: _type, ...code } = item;
      modelSpeaks(draft);
      draft.emit({ type: 'executableCode', ...code });
      return;
    }
    case 'codeResult': {
      const { type: _type, ...result } = item;
      modelSpeaks(draft);
      draft.emit({ type: 'codeExecutionResult', ...result });
      return;
    }
    case 'inputTranscription':
      if (!draft.conversation.unsaved) draft.change({ unsaved: true });
      if (!item.interim) draft.note({ type: 'heard', words: item.text });
      draft.emit(item);
      return;
    case 'interactionStatus':
      draft.change({ inProgress: item.status === 'IN_PROGRESS' });
      draft.emit(item);
      return;
    case 'waitingForInput':
      draft.note({ type: 'passedOver' });
      draft.emit(item);
      return;
    case 'generationComplete':
      draft.note({ type: 'generated' });
      draft.emit(item);
      return;
    case 'usage':
      draft.note({ type: 'counted' });
      draft.emit(item);
      return;
    case 'outputTranscription':
    case 'grounding':
    case 'goAway':
    case 'unknown':
      draft.emit(item);
      return;
    case 'voiceActivity':
      return voiceActivity(draft, item.active, item.audioOffsetMs);
    case 'interrupted':
      return interrupted(draft);
    case 'turnComplete':
      return turnComplete(draft, item.reason);
    case 'toolCall':
      return toolCall(draft, item.calls, context);
    case 'toolCallCancellation':
      draft.note({ type: 'cancelled', calls: item.ids });
      draft.emit({ type: 'toolCallCancelled', ids: item.ids });
      return closeCalls(draft, item.ids);
    case 'resumption':
      return resumption(draft, item);
    case 'setupComplete':
      // A second one has no meaning: show it, change nothing.
      draft.emit({ type: 'unknown', key: 'setupComplete', raw: {} });
      return;
    default:
      assertNever(item);
  }
}

/** The user began or stopped speaking, as this side sees it: activity marks or a local VAD. */
export function userMarked(draft: Draft, active: boolean): void {
  draft.change({ userMarked: active });
  userActivity(draft, active);
}

/** The user began or stopped speaking, says somebody. */
export function userActivity(draft: Draft, active: boolean): void {
  draft.change({ userActive: active });
  const { phase } = draft.conversation;
  if (active && phase === 'active') draft.enter('userSpeaking');
  if (!active && phase === 'userSpeaking') draft.enter('active');
}

/** Somebody executes the pending calls, but for those that get no answer. */
export function toolsTaken(draft: Draft, unanswered: readonly string[] = []): void {
  if (draft.conversation.phase === 'toolCallPending') draft.enter('toolCallExecuting');
  if (unanswered.length === 0) return;
  closeCalls(draft, unanswered);
  draft.output({ type: 'abandon', calls: unanswered, mayAsk: mayAsk(draft.conversation) });
}

/**
 * Whether the model may be asked to speak: neither does the user, after whom it speaks by itself, nor does it wait for a
 * call, after which it does. `but` are calls that are being closed.
 */
export function mayAsk(conversation: Conversation, but: readonly string[] = NO_CALLS): boolean {
  const { userActive, openCalls, backgroundCalls } = conversation;
  return !userActive && openCalls.every((key) => backgroundCalls.includes(key) || but.includes(key));
}

/** Answers went out; a response that says `willContinue` leaves its call open. */
export function toolsAnswered(draft: Draft, responses: readonly FunctionResponse[]): void {
  toolsTaken(draft);
  closeCalls(draft, responses.filter(({ willContinue }) => willContinue !== true).map(callKey));
}

function modelSpeaks(draft: Draft): void {
  if (draft.conversation.phase === 'modelSpeaking') return;
  modelActs(draft);
  draft.moveTo('modelSpeaking');
}

/** The model's turn begins, or goes on after a pause. */
function modelActs(draft: Draft): void {
  draft.change({ turnOpen: true, unsaved: true });
  draft.note({ type: 'modelBegan' });
}

/** Where the conversation rests when the model is silent. */
function rest(draft: Draft): void {
  draft.moveTo('active');
  userActivity(draft, draft.conversation.userActive);
}

function voiceActivity(draft: Draft, active: boolean, audioOffsetMs: number | undefined): void {
  const offset = audioOffsetMs === undefined ? {} : { audioOffsetMs };
  draft.emit({ type: active ? 'voiceActivityStart' : 'voiceActivityEnd', ...offset });
  draft.change({ unsaved: true, ...(!active && { userMarked: false }) });
  userActivity(draft, active);
}

function interrupted(draft: Draft): void {
  const speaking = draft.conversation.phase === 'modelSpeaking';
  if (speaking) draft.enter('interrupted');
  draft.change({ generation: draft.conversation.generation + 1 });
  draft.note({ type: 'interrupted' });
  draft.emit({ type: 'interrupted' });
  if (speaking) rest(draft);
}

function turnComplete(draft: Draft, reason: string | undefined): void {
  const { text, phase, openCalls, turn } = draft.conversation;
  // Before the event: what its listeners send is not what this turn answered.
  draft.note({ type: 'turnComplete' });
  if (text !== '') draft.emit({ type: 'textComplete', text });
  draft.emit({ type: 'turnComplete', ...(reason !== undefined && { reason }) });
  const waitsForTools =
    (phase === 'toolCallPending' || phase === 'toolCallExecuting') && openCalls.length > 0;
  if (!waitsForTools && phase !== 'userSpeaking') rest(draft);
  draft.change({ turn: turn + 1, text: '', turnOpen: false });
}

function toolCall(
  draft: Draft,
  received: readonly FunctionCall[],
  { isBackground }: Pick<StepContext, 'isBackground'>,
): void {
  const { openCalls, backgroundCalls, savedCalls, unsavedCalls, carriedCalls } = draft.conversation;
  // A resumed session may ask again for what is being executed since the connection before.
  const isOpen = (call: FunctionCall): boolean =>
    carriedCalls.includes(callKey(call)) && openCalls.includes(callKey(call));
  const calls = received.filter((call) => !isOpen(call));
  if (calls.length === 0) return;
  const keys = calls.map(callKey);
  const free = calls.filter(({ name }) => isBackground(name)).map(callKey);
  // A handle that holds the call waits for its answer, however often the call comes again.
  const unknown = keys.filter((key) => !savedCalls.includes(key));
  draft.change({ openCalls: union(openCalls, keys), unsavedCalls: union(unsavedCalls, unknown) });
  if (free.length > 0) draft.change({ backgroundCalls: union(backgroundCalls, free) });
  modelActs(draft);
  draft.note({ type: 'called', calls: keys });
  draft.moveTo('toolCallPending');
  draft.emit({ type: 'toolCall', calls });
}

function union(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])];
}

function closeCalls(draft: Draft, keys: readonly string[]): void {
  const stays = (key: string): boolean => !keys.includes(key);
  const openCalls = draft.conversation.openCalls.filter(stays);
  draft.change({ openCalls, backgroundCalls: draft.conversation.backgroundCalls.filter(stays) });
  const { phase } = draft.conversation;
  const inTools = phase === 'toolCallPending' || phase === 'toolCallExecuting';
  if (inTools && openCalls.length === 0) rest(draft);
}

function resumption(draft: Draft, item: Extract<FrameItem, { readonly type: 'resumption' }>): void {
  const { handle, resumable, lastConsumedIndex } = item;
  // Resuming from an older state loses what came later, so an update that is not resumable keeps the handle before it.
  if (resumable && handle !== undefined) {
    draft.resumeHandle = handle;
    draft.change({ unsaved: false, unsavedCalls: NO_CALLS, savedCalls: draft.conversation.openCalls });
    draft.note({
      type: 'handle',
      ...(lastConsumedIndex !== undefined && { index: lastConsumedIndex }),
    });
  } else if (!draft.conversation.unsaved) draft.change({ unsaved: true });
  draft.emit({
    type: 'sessionResumeUpdate',
    resumable,
    ...(handle !== undefined && { handle }),
    ...(lastConsumedIndex !== undefined && { lastConsumedIndex }),
  });
}
