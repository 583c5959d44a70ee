import { expect, it } from 'vitest';
import type { SessionEvent, SessionEventBody } from '../../wire/index.ts';
import { ConversationLog } from './conversation-log.ts';

function recorded(playedAtMs: () => number = () => 0) {
  const lines: unknown[] = [];
  const log = new ConversationLog({
    onLine: (line) => lines.push(line),
    spokeAtMs: () => 1000,
    playedAtMs,
  });
  const at = (nowMs: number, body: SessionEventBody): void => {
    log.event({ ...body, seq: 1, turn: 1, generation: 0 } as SessionEvent, nowMs);
  };
  return { lines, log, at };
}

const sound: SessionEventBody = {
  type: 'audioData',
  data: new Uint8Array(2),
  mimeType: 'audio/pcm',
  rateHz: 24_000,
};

it('joins deltas into a line for each speaker and tells the latency of an answer', () => {
  const { lines, at } = recorded();
  at(900, { type: 'inputTranscription', interim: true, text: 'A tab' });
  at(1000, { type: 'inputTranscription', interim: false, text: 'A table' });
  at(1010, { type: 'inputTranscription', interim: false, text: ' for two' });
  at(1640, sound);
  at(1650, { type: 'outputTranscription', text: 'Of' });
  at(1700, { type: 'outputTranscription', text: ' course.' });
  at(3000, { type: 'turnComplete' });
  expect(lines).toEqual([
    { who: 'user', text: 'A table for two' },
    { who: 'latency', latencyMs: 640 },
    { who: 'agent', text: 'Of course.', cut: false },
  ]);
});

it('cuts what the agent says to what was heard when the user cuts in', () => {
  let playedAtMs = 0;
  const { lines, log, at } = recorded(() => playedAtMs);
  for (const [index, text] of ['One', ' two', ' three', ' four'].entries()) {
    playedAtMs = 1000 + index * 500;
    at(1000, { type: 'outputTranscription', text });
  }
  expect(log.open(1600).agent).toBe('One two');
  at(2100, { type: 'interrupted' });
  expect(lines).toEqual([{ who: 'agent', text: 'One two three', cut: true }]);
});

it('shows the text of an answer that makes no sound, and no reasoning beside speech', () => {
  const { lines, at } = recorded();
  at(1, { type: 'textComplete', text: 'Only text' });
  at(2, { type: 'turnComplete' });
  at(3, sound);
  at(4, { type: 'outputTranscription', text: 'Spoken' });
  at(5, { type: 'textComplete', text: 'Thinking about it' });
  at(6, { type: 'turnComplete' });
  expect(lines.filter((line) => (line as { who: string }).who === 'agent')).toEqual([
    { who: 'agent', text: 'Only text', cut: false },
    { who: 'agent', text: 'Spoken', cut: false },
  ]);
});
