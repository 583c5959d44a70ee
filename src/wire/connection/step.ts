/** The connection machine: a pure step from state and input to the next state and what to do (design §3). */
import { assertNever } from '../assert-never.ts';
import type { FrameItem } from '../codec/frame-item.ts';
import type { SocketClose } from '../transport/transport.ts';
import { WireError } from '../wire-error.ts';
import { classifyClose, localVerdict } from './close-reason.ts';
import { open, ready, setUp } from './connecting.ts';
import type { ConnectionInput, ConnectionOutput, ConnectionState } from './connection-state.ts';
import { converse, toolsAnswered, toolsTaken, userMarked } from './conversation.ts';
import { Draft } from './draft.ts';
import { end } from './ending.ts';
import { lose } from './recovery.ts';
import { askedToRotate, goingAway, lull, replace, rotationDue } from './rotation.ts';
import type { StepContext } from './step-context.ts';

export type { StepContext } from './step-context.ts';

export interface Step {
  readonly state: ConnectionState;
  readonly outputs: readonly ConnectionOutput[];
}

const CLOSE_TIMEOUT_MS = 2_000;

export function step(state: ConnectionState, input: ConnectionInput, context: StepContext): Step {
  const draft = new Draft(state);
  advance(draft, input, context);
  return { state: draft.state(), outputs: draft.outputs };
}

function advance(draft: Draft, input: ConnectionInput, context: StepContext): void {
  const { stage } = draft.link;
  if (stage === 'ended') return;
  switch (input.type) {
    case 'start':
      if (stage === 'idle') open(draft, context);
      return;
    case 'opened':
      if (draft.link.stage === 'opening') setUp(draft, context.clock.nowMs() - draft.link.sinceMs, context);
      return;
    case 'openFailed': {
      const recovery = input.error.retryable ? 'resumable' : 'fatal';
      return lose(draft, localVerdict(recovery, input.error), context);
    }
    case 'frame':
      return receive(draft, input.items, context);
    case 'mishap':
      draft.emit({ type: 'error', error: input.error });
      return;
    case 'closed':
      return closed(draft, input.close, input.words, context);
    case 'timer':
      return timerDue(draft, context);
    case 'toolsTaken':
      return toolsTaken(draft, input.unanswered);
    case 'toolResponse':
      return toolsAnswered(draft, input.responses);
    case 'userActivity':
      return userMarked(draft, input.active);
    case 'rotate':
      return askedToRotate(draft, input.cause, input.atOnce, context);
    case 'lull':
      return lull(draft, input.settled, context);
    case 'disconnect':
      return disconnect(draft, input.reason);
    case 'abort':
      draft.output({ type: 'dropSocket' });
      return end(draft, { reason: input.error.message, error: input.error });
    default:
      assertNever(input);
  }
}

function receive(draft: Draft, items: readonly FrameItem[], context: StepContext): void {
  for (const item of items) {
    const { link } = draft;
    if (link.stage === 'settingUp' && item.type === 'setupComplete') {
      ready(draft, link, item, context);
    } else if (link.stage === 'ready' || link.stage === 'rotating' || link.stage === 'closing') {
      converse(draft, item, context);
      if (item.type === 'goAway') goingAway(draft, item.timeLeftMs, context);
    } else {
      // Nothing may come before setupComplete: show it, so that it is not lost without a trace.
      draft.emit({ type: 'unknown', key: item.type, raw: item });
    }
  }
}

function closed(draft: Draft, close: SocketClose, words: string, context: StepContext): void {
  const { link, everReady } = draft;
  if (link.stage === 'closing') return end(draft, { reason: link.reason });
  if (link.stage === 'rotating') return replace(draft, context);
  if (link.stage === 'idle' || link.stage === 'waiting') return;
  const withHandle = link.stage === 'settingUp' && link.withHandle;
  const established = link.stage === 'ready';
  return lose(draft, classifyClose(close, { words, established, everReady, withHandle }), context);
}

function timerDue(draft: Draft, context: StepContext): void {
  const { link } = draft;
  switch (link.stage) {
    case 'opening': {
      const elapsedMs = context.settings.connectTimeoutMs;
      const text = `No connection within ${elapsedMs} ms: is the URL right, and the network up?`;
      const error = new WireError('connectTimeout', text, { retryable: true, elapsedMs });
      draft.output({ type: 'dropSocket' });
      return lose(draft, localVerdict('resumable', error), context);
    }
    case 'settingUp': {
      const elapsedMs = context.settings.setupTimeoutMs;
      const text = `The service did not answer the setup within ${elapsedMs} ms: some settings it does not support get no answer, so try with fewer.`;
      const retryable = draft.everReady || link.withHandle;
      const error = new WireError('setupTimeout', text, { retryable, elapsedMs });
      draft.output({ type: 'dropSocket' });
      // The service may answer a handle by silence: that counts against the handle.
      const verdict = localVerdict(retryable ? 'resumable' : 'fatal', error);
      return lose(draft, { ...verdict, byService: true }, context);
    }
    case 'waiting':
      return open(draft, context);
    case 'closing':
      draft.output({ type: 'dropSocket' });
      return end(draft, { reason: link.reason });
    case 'ready':
      return rotationDue(draft, link, context);
    case 'rotating':
      draft.output({ type: 'dropSocket' });
      return replace(draft, context);
    case 'idle':
    case 'ended':
      return;
  }
}

function disconnect(draft: Draft, reason: string): void {
  if (draft.link.stage === 'closing') return;
  if (draft.link.stage !== 'ready') {
    draft.output({ type: 'dropSocket' });
    return end(draft, { reason });
  }
  draft.link = { stage: 'closing', reason };
  if (draft.conversation.phase !== 'disconnecting') draft.enter('disconnecting');
  draft.output({ type: 'timer', delayMs: CLOSE_TIMEOUT_MS });
  draft.output({ type: 'closeSocket', reason });
}
