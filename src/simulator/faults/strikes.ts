/** The mixed faults of a plan: what each strike does to a call, with its details left to chance. */
import type { Random } from '../../wire/platform/system-random.ts';
import type { Fault, Moment } from './fault.ts';
import { type CloseName, serviceCloses } from './service-closes.ts';

/** What happens at one time. */
export interface Strike {
  /** In the connection that is open then. */
  readonly faults: readonly Fault[];
  /** In the connection after it, from its setup on. */
  readonly next?: readonly Fault[];
}

/** Strikes by name. None of them has to cost a call: what ends one for good (quota, keys) is not among them. */
export type StrikeName =
  | 'reset'
  | 'close'
  | 'goAway'
  | 'goAwayUntold'
  | 'goAwaySilence'
  | 'goAwayIgnored'
  | 'silence'
  | 'deadAir'
  | 'emptyTurn'
  | 'staleHandle'
  | 'invalidHandle'
  | 'poisonedHandle'
  | 'laggingHandle'
  | 'laggingIndex'
  | 'lateHandle'
  | 'unresumable'
  | 'lingering'
  | 'setupUnanswered'
  | 'setupClosed'
  | 'setupSlow'
  | 'callReissued'
  | 'callDoubled'
  | 'frames'
  | 'interrupted'
  | 'late'
  | 'mute';

/** How often each strike is drawn, relative to the others; those left out are not. */
export type StrikeMix = Partial<Readonly<Record<StrikeName, number>>>;

/**
 * Every strike as often as any other, but for `laggingIndex`: only a transparent session is told what such a handle
 * leads to, so only that can make up for it.
 */
export const everyStrike: StrikeMix = {
  ...{ reset: 1, close: 1, goAway: 1, goAwayUntold: 1, goAwaySilence: 1, goAwayIgnored: 1, silence: 1 },
  ...{ deadAir: 1, emptyTurn: 1, staleHandle: 1, invalidHandle: 1, poisonedHandle: 1, laggingHandle: 1 },
  ...{ lateHandle: 1, unresumable: 1, lingering: 1, setupUnanswered: 1, setupClosed: 1, setupSlow: 1 },
  laggingIndex: 0,
  ...{ callReissued: 1, callDoubled: 1, frames: 1, interrupted: 1, late: 1, mute: 1 },
};

/** Closes after which the service takes a client back with its handle. */
const COME_BACK: readonly CloseName[] = [
  'internal',
  'internalOccurred',
  'unavailable',
  'threadCancelled',
  'deadlineExpired',
  'cancelled',
  'aborted',
];

/** Whatever waits for a moment happens after this long without it. */
const PATIENCE_MS = 15_000;
/** How long a fault of frames lasts. */
const SPELL_MS = 20_000;

/** Makes a strike. */
export function makeStrike(name: StrikeName, random: Random): Strike {
  const moment = (): Moment => drawMoment(random);
  const cut = (): readonly Fault[] => soon(moment(), (at) => ({ type: 'reset', at }));
  const spell = { forMs: SPELL_MS };
  switch (name) {
    case 'reset':
      return { faults: cut() };
    case 'close':
      return {
        faults: soon(moment(), (at) => ({ type: 'close', at, ...serviceCloses[pick(COME_BACK, random)] })),
      };
    case 'goAway':
      return { faults: [{ type: 'goAway', at: NOW, timeLeftMs: between(2000, 50_000, random) }] };
    case 'goAwayUntold':
      return { faults: [{ type: 'goAway', at: NOW, timeLeftMs: 10_000, untold: true, close: 'cancelled' }] };
    case 'goAwaySilence':
      return {
        faults: [
          {
            type: 'goAway',
            at: NOW,
            timeLeftMs: 10_000,
            followedBy: 'silenceThenClose',
            close: 'deadlineExpired',
          },
        ],
      };
    case 'goAwayIgnored':
      return { faults: [{ type: 'goAway', at: moment(), timeLeftMs: 0 }] };
    case 'silence':
      return { faults: soon(moment(), (at) => ({ type: 'silence', at })) };
    case 'deadAir':
      return { faults: [{ type: 'deadAir', at: NOW }] };
    case 'emptyTurn':
      return { faults: [{ type: 'deadAir', at: NOW, as: random() < 0.5 ? 'emptyTurn' : 'rejected' }] };
    case 'staleHandle':
      return { faults: [{ type: 'staleHandles' }, ...cut()] };
    case 'invalidHandle':
      return { faults: [{ type: 'staleHandles', close: 'invalidArgument' }, ...cut()] };
    case 'poisonedHandle':
      return { faults: [{ type: 'poisonedHandles', close: pick(COME_BACK, random) }, ...cut()] };
    case 'laggingHandle':
      return {
        faults: [
          { type: 'unresumable', while: 'always' },
          { type: 'reset', at: { afterMs: between(10_000, 60_000, random) } },
        ],
      };
    case 'laggingIndex':
      return { faults: [{ type: 'laggingHandles', by: 1 + Math.floor(random() * 2) }, ...cut()] };
    case 'lateHandle':
      return { faults: [{ type: 'lateHandles', delayMs: between(100, 3000, random), ...spell }, ...cut()] };
    case 'unresumable':
      return { faults: [{ type: 'unresumable', while: random() < 0.5 ? 'always' : 'generating' }, ...cut()] };
    case 'lingering':
      return { faults: [{ type: 'lingeringConnection', forMs: between(100, 1500, random) }, ...cut()] };
    case 'setupUnanswered':
      return { faults: cut(), next: [{ type: 'missingSetupComplete' }] };
    case 'setupClosed': {
      const close = serviceCloses[pick(COME_BACK, random)];
      return { faults: cut(), next: [{ type: 'close', at: { on: 'setupComplete' }, ...close }] };
    }
    case 'setupSlow':
      return {
        faults: cut(),
        next: [{ type: 'lateFrames', delayMs: between(200, 3000, random), forMs: 3000 }],
      };
    case 'callReissued':
      return {
        faults: soon({ on: 'toolCall', delayMs: between(0, 200, random) }, (at) => ({ type: 'reset', at })),
        next: [{ type: 'reissuedCalls' }],
      };
    case 'callDoubled':
      return { faults: [{ type: 'duplicateToolCalls', ...spell }] };
    case 'frames':
      return { faults: frameTrouble(random).map((fault) => ({ ...fault, ...spell })) };
    case 'interrupted':
      return {
        faults: [
          { type: 'duplicateInterrupted', ...spell },
          { type: 'lateInterrupted', delayMs: 300, ...spell },
        ],
      };
    case 'late':
      return { faults: [{ type: 'lateFrames', delayMs: between(50, 1500, random), ...spell }] };
    case 'mute':
      return { faults: [{ type: 'muteAudio', ...spell }] };
  }
}

/** Draws a name by weight. */
export function drawStrike(mix: StrikeMix, random: Random): StrikeName | undefined {
  const names = Object.entries(mix) as [StrikeName, number][];
  const total = names.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [name, weight] of names) {
    left -= weight;
    if (left < 0) return name;
  }
  return undefined;
}

const NOW: Moment = { afterMs: 0 };

/** At a moment, or when that does not come. */
function soon(moment: Moment, make: (at: Moment) => Fault): readonly Fault[] {
  return 'on' in moment ? [make(moment), make({ afterMs: PATIENCE_MS })] : [make(moment)];
}

function drawMoment(random: Random): Moment {
  const moments: readonly Moment[] = [
    NOW,
    { on: 'audio', nth: 1 + Math.floor(random() * 6) },
    { on: 'userTurn', delayMs: between(0, 300, random) },
    { on: 'toolCall', delayMs: between(0, 100, random) },
    { on: 'toolResponse', delayMs: between(0, 50, random) },
    { on: 'generationComplete' },
    { on: 'turnComplete', delayMs: between(0, 2000, random) },
  ];
  return pick(moments, random);
}

function frameTrouble(random: Random): readonly Fault[] {
  const at: Moment = { on: 'audio' };
  const troubles: readonly (readonly Fault[])[] = [
    [{ type: 'bundledFrames', frames: 1 + Math.floor(random() * 6) }],
    [{ type: 'emptyServerContent' }, { type: 'unknownKeys' }],
    [{ type: 'missingGenerationComplete' }],
    [{ type: 'malformedFrame', at }],
    [{ type: 'truncatedTranscription' }],
  ];
  return pick(troubles, random);
}

function pick<T>(list: readonly [T, ...T[]] | readonly T[], random: Random): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new RangeError('nothing to pick from');
  return chosen;
}

function between(from: number, to: number, random: Random): number {
  return Math.round(from + random() * (to - from));
}
