import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { SessionEvent, SessionEventBody } from '../../wire/index.ts';
import { SpeechEdges } from './speech-edges.ts';
import { ServerSpeech } from './speech-edges-server.ts';

const RETRYING: SessionEventBody = { type: 'connectionChanged', connection: { state: 'rotating' } };
const SPEAKING: SessionEventBody = { type: 'phaseChanged', phase: 'modelSpeaking', from: 'active' };
const SILENT: SessionEventBody = { type: 'phaseChanged', phase: 'active', from: 'modelSpeaking' };

function words(text: string): SessionEventBody {
  return { type: 'inputTranscription', text, interim: false };
}

/** Edges found in events, each at its time. */
function found(
  events: ReadonlyArray<readonly [number, SessionEventBody | 'ours']>,
  isMicrophoneOn = true,
): string[] {
  const told: string[] = [];
  let nowMs = 0;
  const edges = new SpeechEdges(({ type, atMs, source }) =>
    told.push(`${source} ${type === 'speechStarted' ? 'start' : 'end'} ${atMs}`),
  );
  const server = new ServerSpeech(edges, { nowMs: () => nowMs, isMicrophoneOn: () => isMicrophoneOn });
  for (const [atMs, body] of events) {
    nowMs = atMs;
    if (body === 'ours') server.ownWordsSent();
    else server.hear({ ...body, seq: 1, turn: 1, generation: 0 } as SessionEvent);
    edges.announce();
  }
  return told;
}

describe('Speech found in what the server sends', () => {
  test('is its voice activity, where it tells it', () => {
    expect(
      found([
        [10, { type: 'voiceActivityStart' }],
        [20, words('hi')],
        [90, { type: 'voiceActivityEnd' }],
        [95, SPEAKING],
      ]),
    ).toEqual(['server start 10', 'server end 90']);
  });

  test('is its transcription where it does not, until the last words before the reply', (context) => {
    verifies(context, 'voice:edges:fallback');
    expect(
      found([
        [100, words(' ')],
        [200, words('hello')],
        [600, words(' there')],
        [1100, SPEAKING],
      ]),
    ).toEqual(['transcript start 200', 'transcript end 600']);
  });

  test('is not what is written down late, while the model replies', (context) => {
    verifies(context, 'voice:edges:fallback');
    expect(
      found([
        [10, words('hi')],
        [50, SPEAKING],
        [60, words('there')],
        [90, SILENT],
        [99, { type: 'turnComplete' }],
      ]),
    ).toEqual(['transcript start 10', 'transcript end 10']);
  });

  test('begins with an interruption', (context) => {
    verifies(context, 'voice:edges:fallback');
    const cutIn: ReadonlyArray<readonly [number, SessionEventBody]> = [
      [10, SPEAKING],
      [2000, { type: 'interrupted' }],
      [2001, SILENT],
      [2500, words('stop')],
      [4000, SPEAKING],
    ];
    expect(found(cutIn)).toEqual(['transcript start 2000', 'transcript end 2500']);
  });

  test('does not begin with an interruption by our own words, or without a microphone', () => {
    expect(
      found([
        [10, SPEAKING],
        [900, 'ours'],
        [1000, { type: 'interrupted' }],
      ]),
    ).toEqual([]);
    expect(
      found(
        [
          [10, SPEAKING],
          [1000, { type: 'interrupted' }],
        ],
        false,
      ),
    ).toEqual([]);
  });

  test('ends with the reply of a server that lost its end, and with its connection', () => {
    const lost: ReadonlyArray<readonly [number, SessionEventBody]> = [
      [10, { type: 'voiceActivityStart' }],
      [20, { type: 'turnComplete' }],
      [50, SPEAKING],
      [90, { type: 'turnComplete' }],
    ];
    expect(found(lost)).toEqual(['server start 10', 'server end 90']);
    expect(
      found([
        [10, { type: 'voiceActivityStart' }],
        [50, RETRYING],
      ]),
    ).toEqual(['server start 10', 'server end 50']);
    expect(
      found([
        [10, words('hello')],
        [50, RETRYING],
      ]),
    ).toEqual(['transcript start 10', 'transcript end 10']);
  });
});
