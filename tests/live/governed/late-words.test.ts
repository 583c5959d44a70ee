import { describe, expect, test } from 'vitest';
import { live } from '../../../src/live/index.ts';
import { ScriptedPeer } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';

const document = {
  name: 'desk',
  frames: { order: { slots: [{ name: 'cups', recogniser: { integer: { anchors: ['cups'] } } }] } },
  stages: [
    { id: 'ask', collect: ['cups'], next: ['close'] },
    { id: 'close', instruction: 'Say goodbye.', terminal: true },
  ],
} as const;

describe('Words that are transcribed after the end of their turn', () => {
  test('fill a slot and move the flow, once (regression: they reached neither)', async (context) => {
    verifies(context, 'govern:document:hear');
    const peer = new ScriptedPeer();
    const call = await live({ apiKey: 'test', conversation: { document } }).connect({
      transport: peer.transport,
      clock: peer.clock,
    });
    const accepted: string[] = [];
    call.on('statePromotion', (told) => {
      if (told.accepted) accepted.push(told.field);
    });
    const moves: string[] = [];
    call.on('phaseTransition', ({ from }) => {
      moves.push(from);
    });
    await call.userSpeechStarted();
    await call.userSpeechEnded();
    await peer.says('Two cups, then.', { thenCompletes: true });
    expect(call.state().get('cups')).toBeUndefined();
    await peer.hears('Two cups, please.');
    expect(call.state().get('cups')).toBe(2);
    expect(call.state().get('flow:done')).toContain('ask');
    await peer.says('Goodbye.', { thenCompletes: true });
    expect(accepted).toEqual(['cups']);
    expect(moves).toEqual(['', 'ask']);
    await call.disconnect();
  });
});
