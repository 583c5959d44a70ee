import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { PlaybackLedger } from './playback-ledger.ts';
import { PlaybackView } from './playback-view.ts';

const RATE = 24_000;
const BYTES_PER_MS = (RATE / 1000) * 2;

function ledgerWithEdges(): { clock: ManualClock; ledger: PlaybackLedger; edges: string[] } {
  const clock = new ManualClock();
  const edges: string[] = [];
  const ledger = new PlaybackLedger(
    { clock },
    {
      playbackStarted: () => edges.push(`started ${clock.nowMs()}`),
      playbackDrained: () => edges.push(`drained ${clock.nowMs()}`),
    },
  );
  return { clock, ledger, edges };
}

const play = (ledger: PlaybackLedger, ms: number, turn = 1, generation = 0): void =>
  ledger.onAudio(ms * BYTES_PER_MS, RATE, turn, generation);

describe('playbackActive', () => {
  test('begins with audio and ends by itself when the estimate ends', (context) => {
    verifies(context, 'voice:playback:active');
    const { clock, ledger, edges } = ledgerWithEdges();
    play(ledger, 400);
    clock.advance(100);
    play(ledger, 400);
    expect(ledger.playbackActive).toBe(true);
    clock.advance(699);
    expect([ledger.playbackActive, edges]).toEqual([true, ['started 0']]);
    clock.advance(1);
    expect([ledger.playbackActive, edges]).toEqual([false, ['started 0', 'drained 800']]);
    expect(clock.pending).toBe(0);
  });

  test('one timer runs while something plays, and none when nobody wants the edges', () => {
    const { clock, ledger } = ledgerWithEdges();
    for (let frame = 0; frame < 50; frame++) play(ledger, 20);
    expect(clock.pending).toBe(1);
    ledger.close();
    expect(clock.pending).toBe(0);
    const silent = new PlaybackLedger({ clock });
    play(silent, 20);
    expect([clock.pending, silent.playbackActive]).toEqual([0, true]);
    clock.advance(20);
    expect(silent.playbackActive).toBe(false);
  });

  test('the player says it is done earlier, or that it is not done yet', () => {
    const { clock, ledger, edges } = ledgerWithEdges();
    play(ledger, 1000);
    clock.advance(600);
    expect(ledger.drained()).toBe(true);
    expect(ledger.drained()).toBe(false);
    play(ledger, 1000, 2);
    clock.advance(1000);
    expect(edges).toEqual(['started 0', 'drained 600', 'started 600', 'drained 1600']);
    ledger.reported(700, 2);
    expect([ledger.playbackActive, ledger.remainingMs]).toEqual([true, 300]);
    clock.advance(300);
    expect(edges.slice(4)).toEqual(['started 1600', 'drained 1900']);
  });

  test('rounding never makes the timer spin', () => {
    const { clock, ledger, edges } = ledgerWithEdges();
    clock.advance(1e9 + 0.1);
    for (let frame = 0; frame < 333; frame++) ledger.onAudio(7, 44_100, 1, 0);
    clock.advance(1000);
    expect([edges.length, clock.pending]).toEqual([2, 0]);
  });

  test('a rate of nothing is no audio', () => {
    const { ledger, edges } = ledgerWithEdges();
    ledger.onAudio(960, 0, 1, 0);
    ledger.onAudio(0, RATE, 1, 0);
    expect([ledger.playbackActive, edges]).toEqual([false, []]);
  });

  test('an edge that sends more audio finds the ledger whole', () => {
    const clock = new ManualClock();
    const order: string[] = [];
    const ledger: PlaybackLedger = new PlaybackLedger(
      { clock },
      {
        playbackStarted: () => order.push('started'),
        playbackDrained: () => {
          order.push('drained');
          if (order.length < 4) play(ledger, 10, 2);
        },
      },
    );
    play(ledger, 10);
    clock.advance(100);
    expect(order).toEqual(['started', 'drained', 'started', 'drained']);
  });
});

describe('an interruption', () => {
  test('audio that came faster than real time was heard only as far as it could play', (context) => {
    verifies(context, 'voice:playback:heard');
    const { clock, ledger, edges } = ledgerWithEdges();
    for (let second = 0; second < 8; second++) play(ledger, 1000);
    clock.advance(2500);
    expect(ledger.interrupted(1)).toEqual({ turn: 1, heardMs: 2500, receivedMs: 8000 });
    expect(edges).toEqual(['started 0', 'drained 2500']);
    clock.advance(5000);
    expect([ledger.heardMs(1), ledger.receivedMs(1), ledger.remainingMs]).toEqual([2500, 8000, 0]);
  });

  test('audio of the interrupted generation counts no more', () => {
    const { clock, ledger } = ledgerWithEdges();
    play(ledger, 100, 1, 0);
    clock.advance(50);
    ledger.interrupted(1);
    play(ledger, 100, 1, 0);
    expect([ledger.receivedMs(1), ledger.playbackActive]).toEqual([100, false]);
    play(ledger, 100, 2, 1);
    expect(ledger.playbackActive).toBe(true);
  });

  test('names the turn that was being heard, even after its turnComplete', () => {
    const { clock, ledger } = ledgerWithEdges();
    play(ledger, 1000, 1);
    ledger.turnEnded(1, 'long ago');
    play(ledger, 1000, 2);
    clock.advance(400);
    expect(ledger.interrupted(1)).toEqual({ turn: 1, heardMs: 400, receivedMs: 1000 });
    expect(ledger.heardMs(2)).toBe(0);
    expect(ledger.interrupted(2)).toBeUndefined();
  });

  test('a late report of what was flushed changes nothing', () => {
    const { clock, ledger } = ledgerWithEdges();
    play(ledger, 1000);
    clock.advance(300);
    ledger.interrupted(1);
    ledger.reported(900, 1);
    expect([ledger.heardMs(1), ledger.playbackActive]).toEqual([300, false]);
  });
});

describe('handle.playback', () => {
  test('shows the newest turn and takes the reports of a player', (context) => {
    verifies(context, 'voice:playback:reported');
    const { clock, ledger } = ledgerWithEdges();
    const said: string[] = [];
    const view = new PlaybackView(ledger, () => said.push(`drained, active ${ledger.playbackActive}`));
    expect([view.active, view.heardMs, view.queuedMs, view.remainingMs]).toEqual([false, 0, 0, 0]);
    view.report(10);
    play(ledger, 1000, 3);
    clock.advance(500);
    view.report(200);
    expect([view.active, view.heardMs, view.queuedMs, view.remainingMs]).toEqual([true, 200, 1000, 800]);
    clock.advance(100);
    expect(view.heardMs).toBe(300);
    view.drained();
    expect([view.active, view.heardMs, said]).toEqual([false, 1000, ['drained, active false']]);
    play(ledger, 500, 4);
    expect(view.flushed()).toEqual({ turn: 4, heardMs: 0, receivedMs: 500 });
  });

  test('a report that is not an amount is refused and changes nothing', () => {
    const { ledger } = ledgerWithEdges();
    const view = new PlaybackView(ledger, () => {});
    play(ledger, 100);
    for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(() => view.report(bad)).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
    }
    expect(() => view.report(5, Number.NaN)).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
    expect(view.remainingMs).toBe(100);
  });
});

/** A player that really plays, millisecond by millisecond, and may stall. */
class SimulatedPlayer {
  readonly heard = new Map<number, number>();
  #queue: number[] = [];

  queue(turn: number, ms: number): void {
    for (let i = 0; i < ms; i++) this.#queue.push(turn);
  }
  tick(): void {
    const turn = this.#queue.shift();
    if (turn !== undefined) this.heard.set(turn, (this.heard.get(turn) ?? 0) + 1);
  }
  flush(): void {
    this.#queue = [];
  }
  get nextTurn(): number | undefined {
    return this.#queue[0];
  }
  get remainingMs(): number {
    return this.#queue.length;
  }
}

type Step =
  | { readonly type: 'audio'; readonly ms: number; readonly stale: boolean }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'stall'; readonly ms: number }
  | { readonly type: 'turnComplete' }
  | { readonly type: 'interrupted' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('audio' as const),
    ms: fc.integer({ min: 1, max: 400 }),
    stale: fc.boolean(),
  }),
  fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ type: fc.constant('stall' as const), ms: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ type: fc.constant('turnComplete' as const) }),
  fc.record({ type: fc.constant('interrupted' as const) }),
);

test('agrees with a simulated player that reports after each stall, and tells each edge once', (context) => {
  verifies(context, 'voice:playback:oracle');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { clock, ledger, edges } = ledgerWithEdges();
      const player = new SimulatedPlayer();
      let turn = 1;
      let generation = 0;
      let told = 0;
      for (const now of steps) {
        if (now.type === 'audio') {
          const stale = now.stale && generation > 0;
          play(ledger, now.ms, turn, stale ? generation - 1 : generation);
          if (!stale) player.queue(turn, now.ms);
        } else if (now.type === 'wait') {
          for (let ms = 0; ms < now.ms; ms++) player.tick();
          clock.advance(now.ms);
        } else if (now.type === 'stall') {
          clock.advance(now.ms);
          const at = player.nextTurn;
          if (at !== undefined) ledger.reported(player.heard.get(at) ?? 0, at);
        } else if (now.type === 'turnComplete') {
          turn++;
        } else {
          player.flush();
          ledger.interrupted(++generation);
          turn++; // the session follows it with a turnComplete
        }
        expect(ledger.remainingMs).toBeCloseTo(player.remainingMs, 6);
        expect(ledger.playbackActive).toBe(player.remainingMs > 0);
        expect(ledger.heardMs(turn) ?? 0).toBeCloseTo(player.heard.get(turn) ?? 0, 6);
        const kinds = edges.slice(told).map((edge) => edge.split(' ')[0]);
        kinds.forEach((kind, i) => {
          expect(kind).toBe((told + i) % 2 === 0 ? 'started' : 'drained');
        });
        told = edges.length;
        expect(told % 2).toBe(player.remainingMs > 0 ? 1 : 0);
      }
    }),
    { numRuns: 500 },
  );
});
