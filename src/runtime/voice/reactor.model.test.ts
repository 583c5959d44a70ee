/** The reactor against a reference model, in any order of events (spec: voice §17). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import {
  MARKING_VOICE_RULES,
  QUIET_VOICE,
  react,
  type VoiceEvent,
  type VoiceRuntimeState,
} from './reactor.ts';

/** What must be true, in the simplest words: who makes a sound, what is owed, what was paid. */
interface Model {
  user: boolean;
  playback: boolean;
  owed: boolean;
  armed: number;
}

class Real {
  state: VoiceRuntimeState = QUIET_VOICE;
  openMarks = 0;
  prompts = 0;
  cancelled: string[] = [];

  /** Carries an event out, and checks each effect at the moment it happens. */
  feed(event: VoiceEvent): void {
    const { state, effects } = react(this.state, event, MARKING_VOICE_RULES);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'signalActivityStart') expect(++this.openMarks).toBe(1);
      if (effect.type === 'signalActivityEnd') expect(--this.openMarks).toBe(0);
      if (effect.type === 'cancelDeferredPrompt') this.cancelled.push(effect.reason);
      if (effect.type === 'promptModel') {
        expect(effect.epoch).toBe(state.promptEpoch);
        expect(state.userSpeaking || state.playbackActive).toBe(false);
        this.prompts++;
      }
    }
  }
}

class Feed implements fc.Command<Model, Real> {
  readonly event: VoiceEvent;

  constructor(event: VoiceEvent) {
    this.event = event;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    const { event } = this;
    const before = { prompts: real.prompts, cancelled: real.cancelled.length };
    const arms = event.type === 'promptArmed' || ('armed' in event && event.armed);
    const isCancelled = model.owed && event.type === 'userSpeechStarted';
    if (event.type === 'userSpeechStarted') model.user = true;
    if (event.type === 'userSpeechEnded') model.user = false;
    if (event.type === 'playbackStarted') model.playback = true;
    if (event.type === 'playbackDrained') model.playback = false;
    if (isCancelled) model.owed = false;
    if (arms && !model.owed) {
      model.owed = true;
      model.armed++;
    }
    const isPaid = model.owed && !model.user && !model.playback;
    if (isPaid) model.owed = false;
    real.feed(event);
    expect(real.prompts - before.prompts).toBe(isPaid ? 1 : 0);
    expect(real.cancelled.slice(before.cancelled)).toEqual(isCancelled ? ['userSpoke'] : []);
    expect(real.state).toMatchObject({
      userSpeaking: model.user,
      playbackActive: model.playback,
      promptPending: model.owed,
    });
    expect(real.openMarks).toBe(model.user ? 1 : 0);
  }

  toString(): string {
    return JSON.stringify(this.event);
  }
}

const armed = fc.boolean();
const commands: fc.Arbitrary<VoiceEvent>[] = [
  fc.constant({ type: 'playbackStarted' }),
  armed.map((isArmed) => ({ type: 'playbackDrained', armed: isArmed, atMs: 1 })),
  fc.constant({ type: 'userSpeechStarted', atMs: 1 }),
  armed.map((isArmed) => ({ type: 'userSpeechEnded', armed: isArmed })),
  fc.constant({ type: 'promptArmed' }),
  fc.constantFrom<VoiceEvent>({ type: 'timerTick' }, { type: 'softTurnComplete' }),
];

test('marks come in pairs, prompts talk over nobody, and each is sent or cancelled', (context) => {
  verifies(context, 'voice:reactor:model');
  fc.assert(
    fc.property(
      fc.commands(
        commands.map((events) => events.map((event) => new Feed(event))),
        { size: '+1', maxCommands: 60 },
      ),
      fc.constantFrom('silence', 'end'),
      (sequence, ending) => {
        const model: Model = { user: false, playback: false, owed: false, armed: 0 };
        const real = new Real();
        fc.modelRun(() => ({ model, real }), sequence);
        if (ending === 'silence') {
          real.feed({ type: 'userSpeechEnded', armed: false });
          real.feed({ type: 'playbackDrained', armed: false, atMs: 2 });
        } else {
          const event = { type: 'disconnected', seq: 1, turn: 1, generation: 0 } as const;
          real.feed({ type: 'live', event });
        }
        expect(real.prompts + real.cancelled.length).toBe(model.armed);
      },
    ),
    { numRuns: 500 },
  );
});
