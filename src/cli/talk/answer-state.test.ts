import { describe, expect, it } from 'vitest';
import type { SessionEvent, SessionEventBody } from '../../wire/index.ts';
import { ANSWER_START, type AnswerInput, type AnswerState, transitionAnswer } from './answer-state.ts';

function event(body: SessionEventBody): AnswerInput {
  return { type: 'event', event: { ...body, seq: 1, turn: 1, generation: 0 } as SessionEvent };
}

const sound = event({ type: 'audioData', data: new Uint8Array(2), mimeType: 'audio/pcm', rateHz: 24_000 });
const complete = event({ type: 'turnComplete' });
const interrupted = event({ type: 'interrupted' });
const lastWord: AnswerInput = { type: 'lastWordSent' };
const sent: AnswerInput = { type: 'inputSent' };

function having(...inputs: readonly AnswerInput[]): AnswerState {
  return inputs.reduce(transitionAnswer, ANSWER_START);
}

describe('the answer to an input', () => {
  it('is complete with the turnComplete of what began after the last word', () => {
    expect(having(lastWord, sent, sound, complete)).toEqual({ kind: 'done' });
  });

  it('is not the answer to an earlier phrase, which began before the last word', () => {
    const early = having(sound, lastWord, sent, complete);
    expect(early).toMatchObject({ kind: 'waiting', earlier: true });
    expect([sound, complete].reduce(transitionAnswer, early)).toEqual({ kind: 'done' });
  });

  it('is not the turnComplete that closes an interrupted turn', () => {
    const cut = having(sound, interrupted, complete, lastWord, sent, complete);
    expect(cut).toMatchObject({ kind: 'waiting', earlier: false });
    expect([sound, complete].reduce(transitionAnswer, cut)).toEqual({ kind: 'done' });
  });

  it('waits again when the tail of the input interrupts it', () => {
    expect(having(lastWord, sound, interrupted, complete, sent)).toMatchObject({ kind: 'waiting' });
  });

  it('may be complete before trailing silence is sent, and is done when it is', () => {
    const answered = having(lastWord, sound, complete);
    expect(answered).toEqual({ kind: 'answered', sent: 'spoken' });
    expect(transitionAnswer(answered, sent)).toEqual({ kind: 'done' });
  });

  it('includes a second answer that began in the trailing silence', () => {
    expect(having(lastWord, sound, complete, sound, sent)).toMatchObject({ kind: 'answering', final: true });
    expect(having(lastWord, sound, complete, sound, sent, complete)).toEqual({ kind: 'done' });
  });

  it('begins with a tool call', () => {
    const call = event({ type: 'toolCall', calls: [{ name: 'check_table' }] });
    expect(having(lastWord, sent, call, sound, complete)).toEqual({ kind: 'done' });
  });
});
