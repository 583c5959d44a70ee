/** From nothing to an established connection: open, set up, ready. */
import type { FrameItem } from '../codec/frame-item.ts';
import type { Content } from '../protocol/content.ts';
import { toWireError } from '../wire-error.ts';
import { type Link, NO_CALLS, NO_SEED, type Ready } from './connection-state.ts';
import { userActivity } from './conversation.ts';
import type { Draft } from './draft.ts';
import type { StepContext } from './step-context.ts';

/** A thousand sessions that began together do not come back together. */
const SPREAD_MS = 30_000;
/** Timers from here on differ by whole seconds: those of the same length share a list in Node. */
const LONG_MS = 60_000;
/** Nothing is ordered more closely than this between two busy processes. */
const MIN_CROSS_MS = 50;
const MAX_CROSS_MS = 1_000;

const STABLE_MS = 60_000;
/** A turn that is over sooner was cut off by what was sent again, and proves nothing. */
const TURN_MS = 1_000;

/** Losing a connection that held for a minute, or on which a turn was completed, is a first failure whatever came before. */
export function isStable(link: Ready, turn: number, nowMs: number): boolean {
  const heldMs = nowMs - link.sinceMs;
  return heldMs >= STABLE_MS || (turn > link.firstTurn && heldMs >= TURN_MS);
}

/** Opens a socket, and says so; the first attempt of a rotation is told by `rotating`. */
export function open(draft: Draft, { settings, clock }: StepContext, isRotating = false): void {
  draft.link = { stage: 'opening', sinceMs: clock.nowMs() };
  draft.enter('connecting');
  if (!isRotating) draft.emit({ type: 'connectionChanged', connection: { state: 'connecting' } });
  draft.output({ type: 'timer', delayMs: settings.connectTimeoutMs });
  draft.output({ type: 'open' });
}

/** Sends the setup on the socket that has opened. */
export function setUp(draft: Draft, openedInMs: number, context: StepContext): void {
  const handle = usableHandle(draft, context);
  const seed = handle === undefined ? historyOf(draft, context) : NO_SEED;
  const sinceMs = context.clock.nowMs();
  draft.link = { stage: 'settingUp', withHandle: handle !== undefined, seed, sinceMs, openedInMs };
  draft.enter('setupSent');
  draft.output({ type: 'timer', delayMs: context.settings.setupTimeoutMs });
  draft.output({ type: 'sendSetup', handle, seeded: seed.length > 0 });
}

/** A handle of the config is used whatever the mode; a newer one by itself in `auto` only. */
function usableHandle(draft: Draft, { settings }: StepContext): string | undefined {
  const isAsked = draft.gap?.cause === 'application' || draft.gap?.cause === 'deadAir';
  const isUsed = settings.resume === 'auto' || (settings.resume === 'manual' && isAsked) || !draft.everReady;
  return isUsed ? draft.resumeHandle : undefined;
}

/** A history that cannot be had is reported, and the session starts without it. */
function historyOf(draft: Draft, { settings }: StepContext): readonly Content[] {
  try {
    return settings.history?.() ?? NO_SEED;
  } catch (thrown) {
    const error = toWireError(
      thrown,
      'internal',
      'The history for the new session threw: see the cause. The session starts without it.',
    );
    draft.emit({ type: 'error', error });
    return NO_SEED;
  }
}

/** The setup is complete: what waits may go out. */
export function ready(
  draft: Draft,
  link: Extract<Link, { readonly stage: 'settingUp' }>,
  { type: _type, ...facts }: Extract<FrameItem, { readonly type: 'setupComplete' }>,
  context: StepContext,
): void {
  const { withHandle: resumed, seed } = link;
  const nowMs = context.clock.nowMs();
  const { turn, openCalls, unsavedCalls } = draft.conversation;
  // What was sent within a round trip of an update may have crossed it: both spans below hold at least one.
  const roundTripMs = Math.min(link.openedInMs, nowMs - link.sinceMs);
  const crossMs = Math.min(MAX_CROSS_MS, Math.max(MIN_CROSS_MS, 2 * roundTripMs));
  draft.link = { stage: 'ready', sinceMs: nowMs, resumed, firstTurn: turn, rotation: undefined };
  draft.everReady = true;
  // A fresh session knows nothing of the calls and the turn of the one before it.
  const lostCalls = resumed ? unsavedCalls : [...new Set([...openCalls, ...unsavedCalls])];
  const known = openCalls.length === 0 ? NO_CALLS : openCalls.filter((key) => !lostCalls.includes(key));
  const { backgroundCalls: atWork } = draft.conversation;
  const backgroundCalls = known.length === 0 ? NO_CALLS : atWork.filter((key) => known.includes(key));
  draft.change({ openCalls: known, carriedCalls: known, backgroundCalls, unsavedCalls: NO_CALLS });
  draft.change({ inProgress: false });
  if (!resumed) {
    draft.change({ text: '', unsaved: true, savedCalls: NO_CALLS });
    draft.resumeHandle = undefined;
    draft.handleFailures = 0;
  }
  draft.output({ type: 'timer', delayMs: rotationTimerMs(context) });
  const lostOpen = openCalls.filter((key) => lostCalls.includes(key));
  draft.output({ type: 'flush', resumed, crossMs, seed, lostCalls, openCalls: lostOpen });
  draft.enter('active');
  draft.emit({ type: 'connectionChanged', connection: { state: 'open' } });
  const reseeded = seed.length > 0;
  draft.emit({ type: 'connected', resumed, ...(reseeded && { reseeded }), ...facts });
  tellGap(draft, { resumed, reseeded }, nowMs);
  // A mark that waited for the connection has just gone out with the rest.
  userActivity(draft, draft.conversation.userActive);
}

function tellGap(
  draft: Draft,
  how: { readonly resumed: boolean; readonly reseeded: boolean },
  nowMs: number,
): void {
  const { gap } = draft;
  if (gap === undefined) return;
  const { turn, generation } = draft.conversation;
  draft.output({
    type: 'tellRotated',
    cause: gap.cause,
    gapMs: nowMs - gap.sinceMs,
    ...how,
    turn,
    generation,
  });
  draft.gap = undefined;
}

/** When the connection is to be replaced without being told to, from now; undefined when it has no known limit. */
function rotationTimerMs({ settings, random }: StepContext): number | undefined {
  const { resume, rotateAfterMs } = settings;
  if (resume !== 'auto' || !Number.isFinite(rotateAfterMs)) return undefined;
  const earlierMs = random() * Math.min(SPREAD_MS, rotateAfterMs / 20);
  const stepMs = rotateAfterMs >= LONG_MS ? 1_000 : 1;
  return Math.round(rotateAfterMs) - Math.floor(earlierMs / stepMs) * stepMs;
}

/** What the server said of the user's speech ended with its session; what this side says of it stands. */
export function forgetSpeech(draft: Draft): void {
  draft.change({ userActive: draft.conversation.userMarked });
}

/** The connection is gone in the middle of the model's turn: that turn is over, and is told of. */
export function cutOff(draft: Draft): void {
  const { turnOpen, turn, openCalls } = draft.conversation;
  if (!turnOpen) return;
  draft.emit({ type: 'turnCutOff', openCalls });
  draft.change({ turn: turn + 1, text: '', turnOpen: false });
}
