import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { RuntimeError } from '../runtime-error.ts';
import {
  MARKING_VOICE_RULES,
  QUIET_VOICE,
  react,
  type VoiceEffect,
  type VoiceEvent,
  type VoiceRule,
  type VoiceRuntimeState,
} from './reactor.ts';
import { ReactorRunner } from './reactor-runner.ts';

const STARTED: VoiceEvent = { type: 'userSpeechStarted', atMs: 500 };
const ENDED: VoiceEvent = { type: 'userSpeechEnded', armed: false };
const DRAINED: VoiceEvent = { type: 'playbackDrained', armed: false, atMs: 900 };
const ARMED: VoiceEvent = { type: 'promptArmed' };
const PLAYING: VoiceEvent = { type: 'playbackStarted' };
const DISCONNECTED: VoiceEvent = {
  type: 'live',
  event: { type: 'disconnected', seq: 1, turn: 1, generation: 0 },
};

function after(...events: VoiceEvent[]): { state: VoiceRuntimeState; effects: readonly VoiceEffect[] } {
  return events.reduce<{ state: VoiceRuntimeState; effects: readonly VoiceEffect[] }>(
    ({ state }, event) => react(state, event),
    { state: QUIET_VOICE, effects: [] },
  );
}

/** A reactor that on a tick tells something first, which has `consequence`, and then prompts. */
function emittingThenPrompting(consequence: () => void): { done: VoiceEffect[]; runner: ReactorRunner } {
  const done: VoiceEffect[] = [];
  const perform = (effect: VoiceEffect): void => {
    done.push(effect);
    if (effect.type === 'emit') consequence();
  };
  const rules: VoiceRule[] = [
    ({ event }) =>
      event.type === 'timerTick' ? { type: 'emit', body: { type: 'turnComplete' } } : undefined,
    ({ event, state }) =>
      event.type === 'timerTick' ? { type: 'promptModel', epoch: state.promptEpoch } : undefined,
  ];
  return { done, runner: new ReactorRunner({ report: () => {}, perform }, rules) };
}

describe('The reactor', () => {
  test.for<[string, VoiceEvent[], readonly VoiceEffect[], Partial<VoiceRuntimeState>]>([
    [
      'a drain without an armed prompt does nothing',
      [PLAYING, DRAINED],
      [],
      { lastPlaybackDrainedAtMs: 900 },
    ],
    [
      'a prompt armed in silence goes at once',
      [ARMED],
      [{ type: 'promptModel', epoch: 1 }],
      { promptPending: false },
    ],
    ['a prompt armed while the model is heard waits', [PLAYING, ARMED], [], { promptPending: true }],
    [
      'and goes when playback has drained',
      [PLAYING, ARMED, DRAINED],
      [{ type: 'promptModel', epoch: 1 }],
      {},
    ],
    [
      'a drain while the user speaks arms and does not prompt',
      [STARTED, { ...DRAINED, armed: true }],
      [],
      { promptPending: true },
    ],
    [
      'the end of speech after such a drain prompts',
      [STARTED, { ...DRAINED, armed: true }, ENDED],
      [{ type: 'promptModel', epoch: 2 }],
      {},
    ],
    [
      'the end of speech while the model is heard does not',
      [PLAYING, STARTED, ARMED, ENDED],
      [],
      { promptPending: true },
    ],
    [
      'a start of speech cancels what waits',
      [PLAYING, ARMED, STARTED],
      [{ type: 'cancelDeferredPrompt', reason: 'userSpoke' }],
      { promptPending: false },
    ],
    [
      'a start of speech wins over an earlier drain',
      [PLAYING, ARMED, STARTED, DRAINED],
      [],
      { promptPending: false },
    ],
    [
      'the end of the session cancels what waits',
      [PLAYING, ARMED, DISCONNECTED],
      [{ type: 'cancelDeferredPrompt', reason: 'sessionEnded' }],
      { promptPending: false },
    ],
    [
      'an end of speech that brings a prompt prompts',
      [STARTED, { ...ENDED, armed: true }],
      [{ type: 'promptModel', epoch: 2 }],
      {},
    ],
    [
      'ticks, soft turns and changes of state do nothing',
      [{ type: 'timerTick' }, { type: 'softTurnComplete' }, { type: 'stateChanged', key: 'x' }],
      [],
      QUIET_VOICE,
    ],
    [
      'speech into playback is a barge-in',
      [PLAYING, STARTED],
      [],
      { lastBargeInAtMs: 500, playbackActive: true },
    ],
    ['speech in silence is none', [STARTED], [], { lastBargeInAtMs: undefined, userSpeaking: true }],
  ])('%s', ([, events, effects, state], context) => {
    verifies(context, 'voice:reactor:rules');
    const outcome = after(...events);
    expect(outcome.effects).toEqual(effects);
    expect(outcome.state).toMatchObject(state);
  });

  test('marks each change of speech once when nobody else does', () => {
    const first = react(QUIET_VOICE, STARTED, MARKING_VOICE_RULES);
    expect(first.effects).toEqual([{ type: 'signalActivityStart' }]);
    expect(react(first.state, STARTED, MARKING_VOICE_RULES).effects).toEqual([]);
    expect(react(first.state, ENDED, MARKING_VOICE_RULES).effects).toEqual([{ type: 'signalActivityEnd' }]);
  });

  test('lets no rule prompt over somebody, nor twice', (context) => {
    verifies(context, 'voice:reactor:custom');
    const eager: VoiceRule = ({ state }) => ({ type: 'promptModel', epoch: state.promptEpoch });
    expect(react(QUIET_VOICE, STARTED, [eager]).effects).toEqual([]);
    expect(react(QUIET_VOICE, { type: 'timerTick' }, [eager, eager]).effects).toHaveLength(1);
  });
});

describe('A running reactor', () => {
  test('cancels a prompt that the user overtakes while another effect is carried out', (context) => {
    verifies(context, 'voice:reactor:stale');
    const { done, runner } = emittingThenPrompting(() => runner.feed(STARTED));
    runner.feed({ type: 'timerTick' });
    expect(done).toEqual([
      { type: 'emit', body: { type: 'turnComplete' } },
      { type: 'cancelDeferredPrompt', reason: 'userSpoke' },
    ]);
  });

  test('lets a prompt wait when playback begins while another effect is carried out', () => {
    const { done, runner } = emittingThenPrompting(() => runner.feed(PLAYING));
    runner.feed({ type: 'timerTick' });
    expect(done.map(({ type }) => type)).toEqual(['emit']);
    runner.feed(DRAINED);
    expect(done.map(({ type }) => type)).toEqual(['emit', 'promptModel']);
  });

  test('reports a rule and an effect that throw, and runs the others', (context) => {
    verifies(context, 'voice:reactor:custom');
    const errors: RuntimeError[] = [];
    const done: string[] = [];
    const rules: VoiceRule[] = [
      () => {
        throw new Error('a bad rule');
      },
      () => ({ type: 'updateInstruction', instruction: 'bad' }),
      () => ({ type: 'updateInstruction', instruction: 'good' }),
    ];
    const runner = new ReactorRunner(
      {
        report: (error) => errors.push(error),
        perform: (effect) => {
          if (effect.type !== 'updateInstruction') return;
          if (effect.instruction === 'bad') throw new Error('a bad effect');
          done.push(effect.instruction);
        },
      },
      rules,
    );
    runner.feed({ type: 'timerTick' });
    expect(done).toEqual(['good']);
    expect(errors.map(({ code }) => code)).toEqual(['hookFailed', 'internal']);
    expect(errors.every((error) => error instanceof RuntimeError)).toBe(true);
  });
});
