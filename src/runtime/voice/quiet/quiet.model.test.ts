import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import type { LiveEventBody } from '../../live-event.ts';
import { PlaybackLedger } from '../playback/playback-ledger.ts';
import { Quiet, type QuietOptions } from './quiet.ts';

/** The parts on a clock, beside a plain account of who was heard when. */
class Conversation {
  readonly clock = new ManualClock();
  readonly ledger: PlaybackLedger;
  readonly quiet: Quiet;
  readonly events: LiveEventBody[] = [];
  userSpeaking = false;
  modelInTurn = false;
  toolsRun = false;
  playsUntilMs = 0;
  heardAtMs = 0;
  #turn = 1;
  #generation = 0;

  constructor(options: QuietOptions, onEvent: (event: LiveEventBody, told: Conversation) => void = () => {}) {
    this.ledger = new PlaybackLedger({ clock: this.clock });
    this.quiet = new Quiet(
      {
        clock: this.clock,
        ledger: this.ledger,
        emit: (event) => {
          this.events.push(event);
          onEvent(event, this);
        },
        reprompt: () => {},
        nudge: () => this.quiet.prompted(),
        rotate: () => {},
        softTurn: () => {},
        turnAbandoned: () => {
          this.modelInTurn = false;
        },
      },
      options,
    );
  }

  get silentSinceMs(): number {
    return Math.max(this.heardAtMs, this.playsUntilMs);
  }
  wait(ms: number): void {
    this.clock.advance(ms);
  }
  userStarts(): void {
    this.userSpeaking = true;
    this.quiet.userSpeechStarted('local');
  }
  userEnds(): void {
    this.userSpeaking = false;
    this.#heard();
    this.quiet.userSpeechEnded();
  }
  transcript(): void {
    this.#heard();
    this.quiet.userTranscript();
  }
  text(): void {
    this.#heard();
    this.quiet.userText();
  }
  audio(ms: number): void {
    this.#heard();
    this.modelInTurn = true;
    this.playsUntilMs = Math.max(this.playsUntilMs, this.clock.nowMs()) + ms;
    this.ledger.onAudio(ms * 48, 24_000, this.#turn, this.#generation);
    this.quiet.modelOutput();
  }
  turnComplete(): void {
    this.modelInTurn = false;
    this.#turn++;
    this.quiet.turnComplete();
  }
  interrupted(): void {
    this.modelInTurn = false;
    this.playsUntilMs = Math.min(this.playsUntilMs, this.clock.nowMs());
    this.quiet.interrupted(this.ledger.interrupted(++this.#generation));
  }
  toolCall(): void {
    this.#heard();
    this.toolsRun = true;
    this.modelInTurn = false;
    this.quiet.toolCall();
  }
  toolsAnswered(): void {
    if (!this.toolsRun) return;
    this.#heard();
    this.toolsRun = false;
    this.quiet.toolsAnswered(true);
  }
  #heard(): void {
    this.heardAtMs = this.clock.nowMs();
  }
}

type Act = (told: Conversation) => void;

const anything: fc.Arbitrary<Act> = fc
  .tuple(
    fc.constantFrom(
      ...(['wait', 'wait', 'wait', 'audio', 'userStarts', 'userEnds', 'transcript', 'text'] as const),
      ...(['turnComplete', 'turnComplete', 'interrupted', 'toolCall', 'toolsAnswered'] as const),
    ),
    fc.integer({ min: 1, max: 9000 }),
  )
  .map(([what, ms]) => {
    const act: Act = (told) => (what === 'wait' || what === 'audio' ? told[what](ms) : told[what]());
    return Object.assign(act, { toString: () => `${what} ${ms}` });
  });

test('a silence holds at most one reprompt, nobody is talked over, and a free floor always gets it', (context) => {
  verifies(context, 'voice:reprompt:model');
  const afterMs = 3000;
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 50 }), (acts) => {
      const askedIn = new Set<number>();
      let inARow = 0;
      const told = new Conversation({}, (event, { clock, ledger, ...now }) => {
        if (event.type !== 'reprompted') throw new Error(`unexpected ${event.type}`);
        const { userSpeaking, modelInTurn, toolsRun } = now;
        expect({ userSpeaking, modelInTurn, toolsRun }).toEqual({
          userSpeaking: false,
          modelInTurn: false,
          toolsRun: false,
        });
        expect(ledger.playbackActive).toBe(false);
        expect(event.silenceMs).toBe(clock.nowMs() - told.silentSinceMs);
        expect(event.silenceMs).toBeGreaterThanOrEqual(afterMs);
        expect(askedIn.has(told.silentSinceMs)).toBe(false);
        askedIn.add(told.silentSinceMs);
        expect(++inARow).toBeLessThanOrEqual(3);
      });
      told.quiet.stage({ afterMs, text: 'hello?' });
      for (const act of acts) {
        act(told);
        if (!/^(wait|audio|turnComplete|interrupted|tool)/.test(String(act))) inARow = 0;
        expect(told.clock.pending).toBeLessThanOrEqual(1);
        expect(told.quiet.silenceMs).toBe(
          told.userSpeaking ? 0 : Math.max(0, told.clock.nowMs() - told.silentSinceMs),
        );
      }
      inARow = 0;
      told.userEnds();
      told.toolsAnswered();
      told.turnComplete();
      told.wait(60_000);
      expect(askedIn.has(told.silentSinceMs)).toBe(true);
      told.quiet.close();
      expect(told.clock.pending).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

test('the watchdog acts at most twice between two signs of the user, never over anybody, and stops', (context) => {
  verifies(context, 'voice:deadAir:bounded');
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 50 }), (acts) => {
      let actions = 0;
      const told: Conversation = new Conversation({ deadAir: {} }, (event, { ledger, userSpeaking }) => {
        if (event.type !== 'deadAir') throw new Error(`unexpected ${event.type}`);
        expect(++actions).toBeLessThanOrEqual(2);
        expect([userSpeaking, ledger.playbackActive]).toEqual([false, false]);
        expect(event.silentMs).toBeGreaterThan(0);
      });
      for (const act of acts) {
        if (/^(userStarts|transcript|text)/.test(String(act))) actions = 0;
        act(told);
        expect(told.clock.pending).toBeLessThanOrEqual(1);
      }
      if (told.userSpeaking) told.userEnds();
      told.wait(3_600_000);
      expect(told.clock.pending).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

/** One exchange as good sessions have them: times in ms. */
const exchange = fc.record({
  thinkMs: fc.integer({ min: 0, max: 120_000 }),
  speakMs: fc.integer({ min: 100, max: 20_000 }),
  typed: fc.boolean(),
  replyMs: fc.integer({ min: 0, max: 4900 }),
  bursts: fc.array(fc.integer({ min: 100, max: 4000 }), { minLength: 1, maxLength: 8 }),
  toolMs: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
  lateMs: fc.integer({ min: 0, max: 4000 }),
  bargeInMs: fc.option(fc.integer({ min: 1, max: 8000 }), { nil: undefined }),
  edgeLagMs: fc.integer({ min: 0, max: 1500 }),
});

test('the watchdog is silent in a healthy conversation', (context) => {
  verifies(context, 'voice:deadAir:healthy');
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 12 }), (exchanges) => {
      const told = new Conversation({ deadAir: {}, softTurnMs: 2000 });
      for (const {
        thinkMs,
        speakMs,
        typed,
        replyMs,
        bursts,
        toolMs,
        lateMs,
        bargeInMs,
        edgeLagMs,
      } of exchanges) {
        told.wait(thinkMs);
        if (typed) told.text();
        else {
          if (!told.userSpeaking) told.userStarts();
          told.wait(speakMs);
          told.userEnds();
          told.transcript();
        }
        told.wait(replyMs);
        if (toolMs !== undefined) {
          told.audio(200);
          told.toolCall();
          told.wait(toolMs);
          told.toolsAnswered();
          told.turnComplete();
          told.wait(replyMs);
        }
        for (const ms of bursts) {
          told.audio(ms);
          told.wait(ms / 4);
        }
        const leftMs = Math.ceil(told.ledger.remainingMs);
        if (bargeInMs !== undefined && bargeInMs < leftMs) {
          told.wait(bargeInMs);
          told.interrupted();
          told.turnComplete();
          told.wait(edgeLagMs);
          told.userStarts();
        } else {
          told.wait(leftMs + lateMs);
          told.turnComplete();
        }
      }
      if (told.userSpeaking) told.wait(60_000);
      expect(told.events).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
