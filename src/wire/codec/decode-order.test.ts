import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framings, inSnakeCase, type Message } from '../../../tests/fixtures/server-frames.ts';
import { verifies } from '../../../tests/requirements.ts';
import { decodeServerFrame } from './decode.ts';
import type { FrameItem } from './frame-item.ts';

/** A key of the frame or of its `serverContent`, and the items that it alone stands for. */
interface Piece {
  readonly key: string;
  readonly inContent: boolean;
  readonly value: unknown;
  readonly items: readonly FrameItem[];
}

const top = (key: string, value: unknown, ...items: FrameItem[]): Piece => ({
  key,
  inContent: false,
  value,
  items,
});
const said = (key: string, value: unknown, ...items: FrameItem[]): Piece => ({
  key,
  inContent: true,
  value,
  items,
});

/** Every key there is, in the documented order of its items. */
const pieces: readonly Piece[] = [
  top('setupComplete', { sessionId: 's' }, { type: 'setupComplete', serverSessionId: 's' }),
  said(
    'modelTurn',
    { parts: [{ inlineData: { mimeType: 'audio/pcm', data: 'AAECAw==' } }, { text: 'a', thought: true }] },
    { type: 'audio', data: Uint8Array.of(0, 1, 2, 3), mimeType: 'audio/pcm', rateHz: 24_000 },
    { type: 'thought', text: 'a' },
  ),
  said('inputTranscription', { text: 'b' }, { type: 'inputTranscription', interim: false, text: 'b' }),
  said('interimInputTranscription', { text: 'c' }, { type: 'inputTranscription', interim: true, text: 'c' }),
  said('outputTranscription', { text: 'd' }, { type: 'outputTranscription', text: 'd' }),
  said('groundingMetadata', { a: 1 }, { type: 'grounding', groundingMetadata: { a: 1 } }),
  top('usageMetadata', { totalTokenCount: 1 }, { type: 'usage', usage: { totalTokenCount: 1 } }),
  top('voiceActivity', { type: 'ACTIVITY_START' }, { type: 'voiceActivity', active: true }),
  top(
    'voiceActivityDetectionSignal',
    { vadSignalType: 'VAD_SIGNAL_TYPE_EOS' },
    { type: 'voiceActivity', active: false },
  ),
  said('speechState', 'SPEECH', { type: 'voiceActivity', active: true }),
  top('interactionStatus', 'IN_PROGRESS', { type: 'interactionStatus', status: 'IN_PROGRESS' }),
  said('interactionStatus', 'IDLE', { type: 'interactionStatus', status: 'IDLE' }),
  said('waitingForInput', true, { type: 'waitingForInput' }),
  said('interrupted', true, { type: 'interrupted' }),
  said('generationComplete', true, { type: 'generationComplete' }),
  said('turnComplete', true, { type: 'turnComplete' }),
  top('toolCall', { functionCalls: [{ name: 'f' }] }, { type: 'toolCall', calls: [{ name: 'f', args: {} }] }),
  top('toolCallCancellation', { ids: ['x'] }, { type: 'toolCallCancellation', ids: ['x'] }),
  top('sessionResumptionUpdate', { newHandle: 'h' }, { type: 'resumption', handle: 'h', resumable: false }),
  top('goAway', { timeLeft: '1s' }, { type: 'goAway', timeLeftMs: 1000 }),
];
const odd = [
  top('someNewKey', 5, { type: 'unknown', key: 'someNewKey', raw: 5 }),
  said('anotherNewKey', [], { type: 'unknown', key: 'serverContent.anotherNewKey', raw: [] }),
];

/** A frame with these pieces, its keys in the given order. */
function compose(chosen: readonly Piece[]): Message {
  const content = chosen.filter(({ inContent }) => inContent).map(({ key, value }) => [key, value]);
  const entries: Array<[string, unknown]> = [];
  for (const { key, value, inContent } of chosen) {
    if (!inContent) entries.push([key, value]);
    else if (!entries.some(([name]) => name === 'serverContent')) {
      entries.push(['serverContent', Object.fromEntries(content)]);
    }
  }
  return Object.fromEntries(entries);
}

describe('a frame with several keys', () => {
  test('gives every key its items in the one documented order, whatever the order of its keys', (context) => {
    verifies(context, 'wire:codec:every-key', 'wire:codec:order');
    const all = [...pieces, ...odd];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all),
        fc.boolean(),
        fc.integer({ min: 0, max: 3 }),
        (chosen, snake, framing) => {
          const message = compose(chosen);
          const frame = framings(snake ? inSnakeCase(message) : message)[framing] ?? '';
          const decoded = decodeServerFrame(frame);
          const known = pieces.filter((piece) => chosen.includes(piece)).flatMap(({ items }) => items);
          expect(decoded.ok && decoded.items.slice(0, known.length)).toEqual(known);
          const unknown = decoded.ok ? decoded.items.slice(known.length) : [];
          const added = odd.filter((piece) => chosen.includes(piece)).flatMap(({ items }) => items);
          expect(unknown).toHaveLength(added.length);
          for (const item of added) {
            const key = item.type === 'unknown' ? item.key : '';
            expect(unknown.map((other) => other.type === 'unknown' && camel(other.key))).toContain(key);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('loses nothing when all come at once', (context) => {
    verifies(context, 'wire:codec:every-key');
    const decoded = decodeServerFrame(JSON.stringify(compose([...pieces].reverse())));
    expect(decoded).toEqual({ ok: true, items: pieces.flatMap(({ items }) => items) });
  });

  test('a wrong value under one key leaves every other as it is', (context) => {
    verifies(context, 'wire:codec:unknown');
    fc.assert(
      fc.property(
        fc.nat({ max: pieces.length - 1 }),
        fc.constantFrom<unknown>(7, -1.5, 'wrong', [], [null], Number.MAX_VALUE),
        (index, value) => {
          const victim = pieces[index];
          if (victim === undefined || typeof value === typeof victim.value) return;
          const message = compose(pieces.map((piece) => (piece === victim ? { ...piece, value } : piece)));
          const decoded = decodeServerFrame(JSON.stringify(message));
          const others = pieces.filter((piece) => piece !== victim).flatMap(({ items }) => items);
          const key = victim.inContent ? `serverContent.${victim.key}` : victim.key;
          expect(decoded).toEqual({ ok: true, items: [...others, { type: 'unknown', key, raw: value }] });
        },
      ),
      { numRuns: 300 },
    );
  });
});

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
