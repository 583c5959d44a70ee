/** A connection is lost, or was never there: what is tried next, and when (spec: wire §4, §5). */
import { backoffMs } from './backoff.ts';
import type { CloseVerdict } from './close-reason.ts';
import { cutOff, forgetSpeech, isStable, open } from './connecting.ts';
import type { Link } from './connection-state.ts';
import type { Draft } from './draft.ts';
import { end } from './ending.ts';
import type { StepContext } from './step-context.ts';

/** So many ends in a row by the service, and the handle is held to be their cause. */
const MAX_HANDLE_FAILURES = 2;
/**
 * So long the service may hold on to a connection that it did not end, and refuse another one to the same session: then a
 * handle is asked again, and not yet held to be the cause.
 */
const LINGER_MS = 3_000;
/** What an overlap is refused with. */
const OVERLAP_CODE = 1011;
/** Where the service is full, delays are this much longer. */
const SLOW_FACTOR = 10;

/** Waits and tries again, at once the first time; or gives up. */
export function lose(draft: Draft, verdict: CloseVerdict, context: StepContext): void {
  const { settings, clock } = context;
  const { retry } = settings;
  const { link } = draft;
  const nowMs = clock.nowMs();
  const wasReady = link.stage === 'ready';
  const stable = wasReady && isStable(link, draft.conversation.turn, nowMs);
  draft.failures = stable ? 1 : draft.failures + 1;
  const { resumeHandle } = draft;
  const lingersMs = link.stage === 'settingUp' && link.withHandle ? lingerMs(draft, verdict, nowMs) : 0;
  judgeHandle(draft, { link, stable, lingers: lingersMs > 0 }, verdict);
  const { error } = verdict;
  const limit = draft.everReady ? retry.maxReconnects : retry.maxAttempts;
  const diedFresh = link.stage === 'ready' && !link.resumed && draft.conversation.turn === link.firstTurn;
  const isRepeated = verdict.once && diedFresh && draft.failures > 1;
  const isHopeless = verdict.recovery === 'fatal' || isRepeated || draft.failures >= limit;
  cutOff(draft);
  if (isHopeless) return end(draft, { reason: error.message, error });
  if (draft.everReady)
    draft.gap ??= { cause: 'connectionLost', sinceMs: nowMs, byService: verdict.byService };
  const backoff = delayOf(draft, wasReady, verdict, context);
  // Without the handle that was refused it is a new beginning.
  const isGivenUp = resumeHandle !== undefined && draft.resumeHandle === undefined;
  const longestMs = isGivenUp ? retry.baseDelayMs : lingersMs;
  const delayMs = longestMs > 0 && verdict.pace !== 'slow' ? Math.min(backoff, longestMs) : backoff;
  draft.link = { stage: 'waiting' };
  forgetSpeech(draft);
  draft.enter('disconnected');
  draft.emit({ type: 'error', error });
  const { failures } = draft;
  const connection = { state: 'retrying', attempt: failures, delayMs, cause: error } as const;
  draft.emit({ type: 'connectionChanged', connection });
  if (delayMs === 0) open(draft, context);
  else draft.output({ type: 'timer', delayMs });
}

function delayOf(
  { failures, everReady }: Draft,
  wasReady: boolean,
  { pace }: CloseVerdict,
  { settings, random }: StepContext,
): number {
  const { baseDelayMs, maxDelayMs } = settings.retry;
  if (pace === 'slow') {
    // Half of the delay is certain: to come back early is to be refused again.
    const limits = { baseDelayMs: baseDelayMs * SLOW_FACTOR, maxDelayMs };
    const ceilingMs = backoffMs(failures, limits, () => 1);
    return Math.round(ceilingMs / 2 + backoffMs(failures, limits, random) / 2);
  }
  if (wasReady && failures === 1) return 0;
  return backoffMs(everReady ? Math.max(1, failures - 1) : failures, settings.retry, random);
}

interface Loss {
  readonly link: Link;
  readonly stable: boolean;
  /** The old connection may still be there. */
  readonly lingers: boolean;
}

/**
 * Counts what the service did to sessions resumed from this handle, and drops it when it leads nowhere: something in
 * it may end every session that it begins (spec: wire §4).
 */
function judgeHandle(draft: Draft, { link, stable, lingers }: Loss, verdict: CloseVerdict): void {
  const refused = link.stage === 'settingUp' && link.withHandle;
  const isUnproven = link.stage === 'ready' && link.resumed && !stable;
  // A service that is full says nothing of the handle.
  const isJudged = verdict.byService && verdict.pace !== 'slow';
  if (isJudged && lingers) draft.handleFailures = MAX_HANDLE_FAILURES - 1;
  else if (isJudged && (refused || isUnproven)) draft.handleFailures += 1;
  else if (link.stage === 'ready') draft.handleFailures = 0;
  if (verdict.recovery === 'fresh' || draft.handleFailures >= MAX_HANDLE_FAILURES) {
    draft.resumeHandle = undefined;
    draft.handleFailures = 0;
  }
}

/** How long the old connection may still be there for the service, which then refuses the new one (spec: wire §4). */
function lingerMs({ gap }: Draft, { error, pace }: CloseVerdict, nowMs: number): number {
  if (gap === undefined || gap.byService || error.closeCode !== OVERLAP_CODE || pace === 'slow') return 0;
  return Math.max(0, gap.sinceMs + LINGER_MS - nowMs);
}
