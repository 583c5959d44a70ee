/** The connection machine: a pure step from state and input to the next state and what to do (design §3). */
import { assertNever } from '../assert-never.ts';
import type { Clock } from '../clock.ts';
import type { FrameItem } from '../codec/frame-item.ts';
import type { RetryOptions } from '../config/session-config.ts';
import type { Random } from '../platform/system-random.ts';
import type { SocketClose } from '../transport/transport.ts';
import { WireError } from '../wire-error.ts';
import { backoffMs } from './backoff.ts';
import { type CloseVerdict, classifyClose } from './close-reason.ts';
import {
  type ConnectionInput,
  type ConnectionOutput,
  type ConnectionState,
  type Link,
  NO_CALLS,
  type SessionEnd,
} from './connection-state.ts';
import { converse, toolsAnswered, toolsTaken, userActivity } from './conversation.ts';
import { Draft } from './draft.ts';

/** What the machine must know besides its state. */
export interface StepContext {
  readonly settings: {
    readonly connectTimeoutMs: number;
    readonly setupTimeoutMs: number;
    readonly retry: Readonly<Required<RetryOptions>>;
  };
  readonly random: Random;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface Step {
  readonly state: ConnectionState;
  readonly outputs: readonly ConnectionOutput[];
}

/** Losing a connection that held this long is a first failure, whatever came before. */
const STABLE_MS = 60_000;
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
      if (stage === 'opening') setUp(draft, context);
      return;
    case 'openFailed': {
      const recovery = input.error.retryable ? 'resumable' : 'fatal';
      return lose(draft, { recovery, error: input.error }, context);
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
      return userActivity(draft, input.active);
    case 'disconnect':
      return disconnect(draft, input.reason);
    case 'abort':
      draft.output({ type: 'dropSocket' });
      return end(draft, { reason: input.error.message, error: input.error });
    default:
      assertNever(input);
  }
}

function open(draft: Draft, { settings }: StepContext): void {
  draft.link = { stage: 'opening' };
  draft.enter('connecting');
  draft.emit({ type: 'connectionChanged', connection: { state: 'connecting' } });
  draft.output({ type: 'timer', delayMs: settings.connectTimeoutMs });
  draft.output({ type: 'open' });
}

function setUp(draft: Draft, { settings }: StepContext): void {
  const handle = draft.resumeHandle;
  draft.link = { stage: 'settingUp', withHandle: handle !== undefined };
  draft.enter('setupSent');
  draft.output({ type: 'timer', delayMs: settings.setupTimeoutMs });
  draft.output({ type: 'sendSetup', handle });
}

function receive(draft: Draft, items: readonly FrameItem[], context: StepContext): void {
  for (const item of items) {
    if (draft.link.stage === 'settingUp' && item.type === 'setupComplete') {
      ready(draft, item, draft.link.withHandle, context);
    } else if (draft.link.stage === 'ready' || draft.link.stage === 'closing') {
      converse(draft, item);
    } else {
      // Nothing may come before setupComplete: show it, so that it is not lost without a trace.
      draft.emit({ type: 'unknown', key: item.type, raw: item });
    }
  }
}

function ready(
  draft: Draft,
  { type: _type, ...facts }: Extract<FrameItem, { readonly type: 'setupComplete' }>,
  resumed: boolean,
  { clock }: StepContext,
): void {
  draft.link = { stage: 'ready', sinceMs: clock.nowMs() };
  draft.everReady = true;
  // A fresh session knows nothing of the calls and the turn of the one before it.
  if (!resumed) draft.change({ openCalls: NO_CALLS, text: '' });
  draft.output({ type: 'timer', delayMs: undefined });
  draft.output({ type: 'flush' });
  draft.enter('active');
  draft.emit({ type: 'connectionChanged', connection: { state: 'open' } });
  draft.emit({ type: 'connected', resumed, ...facts });
  // A mark that waited for the connection has just gone out with the rest.
  userActivity(draft, draft.conversation.userActive);
}

function closed(draft: Draft, close: SocketClose, words: string, context: StepContext): void {
  const { link } = draft;
  if (link.stage === 'closing') return end(draft, { reason: link.reason });
  if (link.stage === 'idle' || link.stage === 'waiting') return;
  const withHandle = link.stage === 'settingUp' && link.withHandle;
  return lose(
    draft,
    classifyClose(close, { words, established: link.stage === 'ready', withHandle }),
    context,
  );
}

function timerDue(draft: Draft, context: StepContext): void {
  const { link } = draft;
  switch (link.stage) {
    case 'opening': {
      const elapsedMs = context.settings.connectTimeoutMs;
      const text = `No connection within ${elapsedMs} ms: is the URL right, and the network up?`;
      const error = new WireError('connectTimeout', text, { retryable: true, elapsedMs });
      draft.output({ type: 'dropSocket' });
      return lose(draft, { recovery: 'resumable', error }, context);
    }
    case 'settingUp': {
      const elapsedMs = context.settings.setupTimeoutMs;
      const text = `The service did not answer the setup within ${elapsedMs} ms: some settings it does not support get no answer, so try with fewer.`;
      const error = new WireError('setupTimeout', text, { retryable: draft.everReady, elapsedMs });
      draft.output({ type: 'dropSocket' });
      return lose(draft, { recovery: draft.everReady ? 'resumable' : 'fatal', error }, context);
    }
    case 'waiting':
      return open(draft, context);
    case 'closing':
      draft.output({ type: 'dropSocket' });
      return end(draft, { reason: link.reason });
    case 'idle':
    case 'ready':
    case 'ended':
      return;
  }
}

/** The connection is gone, or was never there: wait and try again, or give up. */
function lose(draft: Draft, { recovery, error }: CloseVerdict, context: StepContext): void {
  const { settings, random, clock } = context;
  const { retry } = settings;
  const { link } = draft;
  const stable = link.stage === 'ready' && clock.nowMs() - link.sinceMs >= STABLE_MS;
  draft.failures = stable ? 1 : draft.failures + 1;
  if (recovery === 'fatal') return end(draft, { reason: error.message, error });
  if (draft.failures >= retry.maxAttempts) return end(draft, { reason: error.message, error });
  if (recovery === 'fresh' || isPoisoned(link, draft.failures)) draft.resumeHandle = undefined;
  const delayMs = backoffMs(draft.failures, retry, random);
  draft.link = { stage: 'waiting' };
  draft.change({ userActive: false });
  draft.enter('disconnected');
  draft.emit({ type: 'error', error });
  draft.emit({
    type: 'connectionChanged',
    connection: { state: 'retrying', attempt: draft.failures, delayMs, cause: error },
  });
  draft.output({ type: 'timer', delayMs });
}

/** A setup that failed twice with a handle goes without it from then on (spec: wire §4). */
function isPoisoned(link: Link, failures: number): boolean {
  return link.stage === 'settingUp' && link.withHandle && failures >= 2;
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

function end(draft: Draft, end: SessionEnd): void {
  draft.link = { stage: 'ended', end };
  draft.output({ type: 'timer', delayMs: undefined });
  draft.enter('disconnected');
  draft.emit({ type: 'connectionChanged', connection: { state: 'closed', reason: end.reason } });
  draft.emit({ type: 'disconnected', ...end });
  draft.output({ type: 'ended', end });
}
