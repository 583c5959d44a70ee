/** Replacing a connection on purpose: why, and when it disturbs nobody (design §3). */
import { cutOff, forgetSpeech, isStable, open } from './connecting.ts';
import type { Ready, Rotation } from './connection-state.ts';
import type { Draft } from './draft.ts';
import type { RotationCause } from './rotation-cause.ts';
import type { StepContext } from './step-context.ts';

/** What a GoAway without `timeLeft` leaves. */
const GO_AWAY_MS = 60_000;
/** How long before the announced end the connection is replaced at the latest; at most a tenth of what is left. */
const MARGIN_MS = 1_000;
/** How long a rotation that the application asks for may wait for a good moment. */
const ASKED_MS = 60_000;
/** How long a connection lives at least, whatever the server says. */
const MIN_LIFE_MS = 1_000;
/** A handle follows the end of a turn by so much, at most. */
const HANDLE_GRACE_MS = 300;
/** The answer to a close takes one round trip; a server that is silent gets no longer. */
const OLD_SOCKET_MS = 500;
/** The server announced its close. */
export function goingAway(draft: Draft, timeLeftMs: number | undefined, context: StepContext): void {
  if (context.settings.resume === 'auto') want(draft, 'goAway', timeLeftMs ?? GO_AWAY_MS, context);
}

/** The application asks; in a session that is just being connected there is nothing to do. */
export function askedToRotate(
  draft: Draft,
  cause: 'application' | 'deadAir',
  atOnce: boolean,
  context: StepContext,
): void {
  if (draft.link.stage !== 'ready') return;
  if (atOnce) rotate(draft, cause, context);
  else want(draft, cause, ASKED_MS, context);
}

/** The timer of an established connection is due. */
export function rotationDue(draft: Draft, link: Ready, context: StepContext): void {
  const { rotation } = link;
  if (rotation === undefined) return want(draft, 'connectionLimit', context.settings.rotateBeforeMs, context);
  if (context.clock.nowMs() >= rotation.deadlineMs) return rotate(draft, rotation.cause, context);
  lull(draft, false, context);
  const { link: after } = draft;
  if (after.stage === 'ready' && after.rotation !== undefined)
    schedule(draft, after, after.rotation, context);
}

/** Rotates if one waits and this is the moment for it. */
export function lull(draft: Draft, settled: boolean, context: StepContext): void {
  const { link, conversation } = draft;
  if (link.stage !== 'ready' || link.rotation === undefined) return;
  const { phase, userActive, openCalls, turnOpen, inProgress, unsaved } = conversation;
  const isPause = phase === 'active' && !userActive && openCalls.length === 0 && !turnOpen && !inProgress;
  if (!isPause) return unpaused(draft, link, link.rotation, context);
  const { rotation } = link;
  const nowMs = context.clock.nowMs();
  if (nowMs < rotation.notBeforeMs) return;
  const losesNothing = settled && !unsaved && draft.resumeHandle !== undefined;
  const { pausedMs = nowMs } = rotation;
  const isImpatient = nowMs >= rotation.patientUntilMs;
  if (losesNothing || (isImpatient && nowMs >= pausedMs + HANDLE_GRACE_MS)) {
    rotate(draft, rotation.cause, context);
  } else if (isImpatient && rotation.pausedMs === undefined)
    schedule(draft, link, { ...rotation, pausedMs }, context);
}

function want(draft: Draft, cause: RotationCause, leftMs: number, context: StepContext): void {
  const { link } = draft;
  if (link.stage !== 'ready') return;
  const nowMs = context.clock.nowMs();
  const usableMs = Math.max(0, leftMs - Math.min(MARGIN_MS, leftMs / 10));
  const notBeforeMs = cause === 'goAway' ? Math.max(nowMs, link.sinceMs + MIN_LIFE_MS) : nowMs;
  const deadlineMs = Math.max(nowMs + usableMs, notBeforeMs);
  if (link.rotation !== undefined && link.rotation.deadlineMs <= deadlineMs) return;
  const patientUntilMs = nowMs + usableMs / 2;
  schedule(draft, link, { cause, notBeforeMs, deadlineMs, patientUntilMs, pausedMs: undefined }, context);
}

function unpaused(draft: Draft, link: Ready, rotation: Rotation, context: StepContext): void {
  if (rotation.pausedMs !== undefined) schedule(draft, link, { ...rotation, pausedMs: undefined }, context);
}

/** Sets the timer to when the rotation is to be looked at again. */
function schedule(draft: Draft, link: Ready, rotation: Rotation, { clock }: StepContext): void {
  const { notBeforeMs, patientUntilMs, pausedMs, deadlineMs } = rotation;
  const nowMs = clock.nowMs();
  const graceMs = pausedMs === undefined ? deadlineMs : pausedMs + HANDLE_GRACE_MS;
  const lateMs = nowMs < patientUntilMs ? patientUntilMs : Math.min(graceMs, deadlineMs);
  const nextMs = nowMs < notBeforeMs ? notBeforeMs : lateMs;
  draft.link = { ...link, rotation };
  // Whole milliseconds: a timer that is a rounding error early would be set again for no time, over and over.
  draft.output({ type: 'timer', delayMs: Math.ceil(Math.max(0, nextMs - nowMs)) });
}

/** Closes the old socket first, because the service refuses two at a time; `replace` comes with its end. */
function rotate(draft: Draft, cause: RotationCause, context: StepContext): void {
  const nowMs = context.clock.nowMs();
  if (draft.link.stage === 'ready' && isStable(draft.link, draft.conversation.turn, nowMs)) {
    draft.failures = 0;
    draft.handleFailures = 0;
  }
  draft.link = { stage: 'rotating' };
  draft.gap = { cause, sinceMs: nowMs, byService: false };
  draft.emit({ type: 'connectionChanged', connection: { state: 'rotating' } });
  if (context.settings.profile.overlap) {
    draft.output({ type: 'releaseSocket' });
    return replace(draft, context);
  }
  draft.output({ type: 'timer', delayMs: OLD_SOCKET_MS });
  draft.output({ type: 'closeSocket', reason: '' });
}

/** The old socket is gone: opens the new one. */
export function replace(draft: Draft, context: StepContext): void {
  cutOff(draft);
  forgetSpeech(draft);
  draft.enter('disconnected');
  open(draft, context, true);
}
