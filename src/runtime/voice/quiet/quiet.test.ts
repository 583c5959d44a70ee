import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { PlaybackLedger } from '../playback/playback-ledger.ts';
import { Quiet, type QuietOptions } from './quiet.ts';

interface Scene {
  readonly clock: ManualClock;
  readonly ledger: PlaybackLedger;
  readonly quiet: Quiet;
  /** What came out, short: `reprompt hello?`, `reprompted 3000`, `deadAir noReply nudge 5000`, … */
  readonly said: string[];
  /** The model says this much audio, all at once. */
  readonly speak: (ms: number) => void;
  readonly interrupt: () => void;
}

function scene(options: QuietOptions = {}): Scene {
  const clock = new ManualClock();
  const ledger = new PlaybackLedger({ clock });
  const said: string[] = [];
  let generation = 0;
  const quiet = new Quiet(
    {
      clock,
      ledger,
      emit: (event) => {
        if (event.type === 'reprompted') said.push(`reprompted ${event.silenceMs}`);
        if (event.type === 'deadAir') said.push(`deadAir ${event.cause} ${event.action} ${event.silentMs}`);
      },
      reprompt: (text) => said.push(`reprompt ${text}`),
      nudge: (text, cause) => said.push(`nudge ${cause}: ${text}`),
      rotate: () => said.push('rotate'),
      softTurn: () => said.push(`soft turn at ${clock.nowMs()}`),
      turnAbandoned: () => said.push('abandoned'),
    },
    options,
  );
  return {
    clock,
    ledger,
    quiet,
    said,
    speak: (ms) => {
      ledger.onAudio(ms * 48, 24_000, 1, generation);
      quiet.modelOutput();
    },
    interrupt: () => quiet.interrupted(ledger.interrupted(++generation)),
  };
}

describe('silence', () => {
  test('counts from the end of speech, output or playback, whichever is latest', (context) => {
    verifies(context, 'voice:silence');
    const { clock, quiet, speak } = scene();
    clock.advance(700);
    expect(quiet.silenceMs).toBe(700);
    quiet.userSpeechStarted('local');
    clock.advance(9000);
    expect(quiet.silenceMs).toBe(0);
    quiet.userSpeechEnded();
    clock.advance(300);
    expect(quiet.silenceMs).toBe(300);
    speak(2000);
    clock.advance(1999);
    expect(quiet.silenceMs).toBe(0);
    clock.advance(501);
    expect(quiet.silenceMs).toBe(500);
    quiet.userTranscript();
    expect(quiet.silenceMs).toBe(0);
  });
});

describe('a reprompt', () => {
  test('comes once per silence of the length that the stage allows', (context) => {
    verifies(context, 'voice:reprompt:once');
    const { clock, quiet, said, speak } = scene();
    quiet.stage({ afterMs: 3000, text: 'hello?' });
    clock.advance(2999);
    expect(said).toEqual([]);
    clock.advance(60_000);
    expect(said).toEqual(['reprompt hello?', 'reprompted 3000']);
    speak(1000);
    quiet.turnComplete();
    clock.advance(3999);
    expect(said.length).toBe(2);
    clock.advance(1);
    expect(said.slice(2)).toEqual(['reprompt hello?', 'reprompted 3000']);
  });

  test('never comes while the user speaks, the model is in its turn, a tool runs or something plays', (context) => {
    verifies(context, 'voice:reprompt:floor');
    const { clock, quiet, said, speak } = scene();
    quiet.stage({ afterMs: 1000, text: 'hello?' });
    quiet.userSpeechStarted('server');
    clock.advance(5000);
    quiet.userSpeechEnded();
    quiet.toolCall();
    clock.advance(5000);
    quiet.toolsAnswered(true);
    clock.advance(900);
    speak(3000);
    clock.advance(3500);
    quiet.turnComplete();
    clock.advance(499);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said).toEqual(['reprompt hello?', 'reprompted 1000']);
  });

  test('an empty turn in the same silence does not make it come again', () => {
    const { clock, quiet, said } = scene();
    quiet.stage({ afterMs: 1000, text: 'hello?' });
    clock.advance(1500);
    quiet.turnComplete();
    clock.advance(5000);
    expect(said.length).toBe(2);
  });

  test('follows the stage: another length, or none; and a stage that asks for none costs nothing', () => {
    const { clock, quiet, said } = scene();
    quiet.stage(undefined);
    quiet.stage({ afterMs: 9000, text: 'slow' });
    clock.advance(1000);
    quiet.stage({ afterMs: 2000, text: 'fast' });
    clock.advance(1000);
    expect(said).toEqual(['reprompt fast', 'reprompted 2000']);
    quiet.stage(undefined);
    expect(clock.pending).toBe(0);
    quiet.userText();
    clock.advance(60_000);
    expect(said.length).toBe(2);
  });

  test('is not asked a fourth time of a user who does not say a word', () => {
    const { clock, quiet, said, speak } = scene();
    quiet.stage({ afterMs: 1000, text: 'hello?' });
    for (let i = 0; i < 6; i++) {
      clock.advance(2000);
      speak(100);
      quiet.turnComplete();
    }
    expect(said.filter((line) => line === 'reprompt hello?').length).toBe(3);
    quiet.userSpeechStarted('local');
    quiet.userSpeechEnded();
    clock.advance(1100);
    expect(said.filter((line) => line === 'reprompt hello?').length).toBe(4);
  });
});

describe('a soft turn', () => {
  test('is speech that ended and got no response in time, once', (context) => {
    verifies(context, 'voice:softTurn');
    const { clock, quiet, said } = scene({ softTurnMs: 2000 });
    quiet.userSpeechStarted('local');
    quiet.userSpeechEnded();
    clock.advance(60_000);
    expect(said).toEqual(['soft turn at 2000']);
  });

  test.each([
    ['output', (s: Scene) => s.speak(10)],
    ['turnComplete', (s: Scene) => s.quiet.turnComplete()],
    ['a tool call', (s: Scene) => s.quiet.toolCall()],
    ['new speech', (s: Scene) => s.quiet.userSpeechStarted('local')],
    ['the end', (s: Scene) => s.quiet.close()],
  ])('is none after %s', (_, happens) => {
    const it = scene({ softTurnMs: 2000 });
    it.quiet.userSpeechEnded();
    it.clock.advance(1999);
    happens(it);
    it.clock.advance(10_000);
    expect(it.said).toEqual([]);
  });
});

describe('dead air', () => {
  const nudge = 'nudge noReply: The user waits for an answer.';

  test('no reply to the user: nudged twice, with more patience, then left alone', (context) => {
    verifies(context, 'voice:deadAir:noReply');
    const { clock, quiet, said } = scene({ deadAir: {} });
    quiet.userSpeechStarted('local');
    clock.advance(1000);
    quiet.userSpeechEnded();
    clock.advance(4999);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said).toEqual(['deadAir noReply nudge 5000', nudge]);
    clock.advance(9999);
    expect(said.length).toBe(2);
    clock.advance(600_000);
    expect(said.slice(2)).toEqual(['deadAir noReply nudge 15000', nudge]);
    expect(clock.pending).toBe(0);
    quiet.userText();
    clock.advance(5000);
    expect(said.length).toBe(6);
  });

  test('a reply is due after tools were answered, unless they are silent', () => {
    const { clock, quiet, said } = scene({ deadAir: {} });
    quiet.userText();
    quiet.toolCall();
    clock.advance(30_000);
    quiet.toolsAnswered(false);
    clock.advance(30_000);
    expect(said).toEqual([]);
    quiet.toolCall();
    quiet.toolsAnswered(true);
    clock.advance(5000);
    expect(said).toEqual(['deadAir noReply nudge 5000', nudge]);
  });

  test('what waits for the floor cut off the reply to a tool that the model gives in a turn of its own', () => {
    for (const repliesInOwnTurn of [true, false]) {
      const { quiet, speak } = scene({ repliesInOwnTurn });
      const inTurn: boolean[] = [];
      const then = (step: () => void): void => {
        step();
        inTurn.push(quiet.modelInTurn);
      };
      quiet.userText();
      quiet.toolCall();
      then(() => quiet.toolsAnswered(true));
      then(() => quiet.turnComplete());
      then(() => speak(100));
      then(() => quiet.turnComplete());
      expect(inTurn).toEqual([true, repliesInOwnTurn, true, false]);
      quiet.toolCall();
      then(() => quiet.toolsAnswered(false));
      quiet.toolCall();
      then(() => quiet.toolsCancelled());
      quiet.toolCall();
      quiet.toolsAnswered(true);
      then(() => quiet.userText());
      expect(inTurn.slice(4)).toEqual([false, false, false]);
    }
  });

  test('a model that stopped without ending its turn: counted from the end of playback', (context) => {
    verifies(context, 'voice:deadAir:missingTurnComplete');
    const { clock, quiet, said, speak } = scene({ deadAir: {} });
    speak(8000);
    clock.advance(12_999);
    expect([said, quiet.modelInTurn]).toEqual([[], true]);
    clock.advance(1);
    expect(said).toEqual(['abandoned', 'deadAir missingTurnComplete none 5000']);
    expect([quiet.modelInTurn, clock.pending]).toEqual([false, 0]);
  });

  test('an interruption by nobody', (context) => {
    verifies(context, 'voice:deadAir:phantomInterruption');
    const { clock, quiet, said, speak, interrupt } = scene({ deadAir: {} });
    quiet.userSpeechStarted('local');
    quiet.userSpeechEnded();
    speak(8000);
    clock.advance(3000);
    interrupt();
    quiet.turnComplete();
    clock.advance(2499);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said[0]).toBe('deadAir phantomInterruption nudge 2500');
    expect(said[1]).toMatch(/^nudge phantomInterruption: You were cut off/);
  });

  test('is none when the user cut in, before or after, or the model goes on', () => {
    const begin = (): Scene => {
      const it = scene({ deadAir: {} });
      it.quiet.userSpeechStarted('local');
      it.quiet.userSpeechEnded();
      it.speak(8000);
      it.clock.advance(3000);
      return it;
    };
    const before = begin();
    before.quiet.userSpeechStarted('local');
    before.interrupt();
    const after = begin();
    after.interrupt();
    after.clock.advance(800);
    after.quiet.userSpeechStarted('local');
    const onward = begin();
    onward.interrupt();
    onward.speak(500);
    onward.quiet.turnComplete();
    for (const it of [before, after, onward]) {
      it.clock.advance(60_000);
      expect(it.said).toEqual([]);
    }
  });

  test('an interruption is not judged in a session where nobody can hear the user, and later where transcripts must do', () => {
    const { clock, quiet, said, speak, interrupt } = scene({ deadAir: {} });
    speak(8000);
    interrupt();
    clock.advance(60_000);
    expect(said).toEqual([]);
    quiet.userTranscript();
    speak(8000);
    clock.advance(3000);
    interrupt();
    clock.advance(7499);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said[0]).toBe('deadAir phantomInterruption nudge 7500');
  });

  test('words whose end nobody marks are owed a reply behind the last: a service that fell silent was never noticed', () => {
    const { clock, quiet, said } = scene({ deadAir: {} });
    quiet.userSpeechStarted('transcript');
    quiet.userTranscript();
    clock.advance(4000);
    quiet.userTranscript();
    clock.advance(4999);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said[0]).toBe('deadAir noReply nudge 5000');
  });

  test('an interruption of our own making is no phantom, but its answer is due', () => {
    const { clock, quiet, said, speak, interrupt } = scene({ deadAir: {} });
    quiet.userSpeechStarted('local');
    quiet.userSpeechEnded();
    speak(8000);
    clock.advance(3000);
    quiet.prompted();
    interrupt();
    clock.advance(4999);
    expect(said).toEqual([]);
    clock.advance(1);
    expect(said[0]).toBe('deadAir noReply nudge 5000');
  });

  test('policies and words are options; what is not a nudge only tells', () => {
    const { clock, quiet, said } = scene({
      deadAir: { noReplyMs: 1000, maxActions: 3, policy: { noReply: 'filler' } },
    });
    quiet.userText();
    clock.advance(60_000);
    expect(said).toEqual([
      'deadAir noReply filler 1000',
      'deadAir noReply filler 3000',
      'deadAir noReply filler 7000',
    ]);
  });

  test('a fresh connection owes nothing, and a model that waits for input neither', () => {
    const { clock, quiet, said, speak } = scene({ deadAir: {} });
    quiet.userText();
    quiet.connected();
    quiet.userText();
    quiet.waitingForInput();
    speak(100);
    quiet.connected();
    clock.advance(60_000);
    expect([said, clock.pending, quiet.modelInTurn]).toEqual([[], 0, false]);
  });

  test('a connection may be replaced instead; what was asked is asked again, and waited for', (context) => {
    verifies(context, 'voice:deadAir:noReply');
    const { clock, quiet, said } = scene({ deadAir: { policy: { noReply: 'rotate' } } });
    quiet.userText();
    clock.advance(5000);
    expect(said).toEqual(['deadAir noReply rotate 5000', 'rotate']);
    clock.advance(100);
    quiet.connected();
    clock.advance(9999);
    expect(said).toHaveLength(2);
    clock.advance(1);
    expect(said.slice(2)).toEqual(['deadAir noReply rotate 15100', 'rotate']);
    quiet.connected();
    clock.advance(60_000);
    expect(said).toHaveLength(4);
  });

  test('a reprompt and a nudge do not speak at the same time', () => {
    const { clock, quiet, said } = scene({ deadAir: {} });
    quiet.stage({ afterMs: 5000, text: 'hello?' });
    quiet.userText();
    clock.advance(5000);
    expect(said.length).toBe(2);
    clock.advance(4999);
    expect(said.length).toBe(2);
  });
});
