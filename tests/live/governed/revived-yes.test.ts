import { describe, expect, test } from 'vitest';
import { flow } from '../../../src/flow/index.ts';
import { integer, live, ruleExtractor, tool, yesNo } from '../../../src/live/index.ts';
import { ScriptedPeer } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';

/** Calls the tool as the model would, and gives what it is answered. */
async function answer(peer: ScriptedPeer, name: string, args: Record<string, unknown>): Promise<string> {
  return JSON.stringify((await peer.answerTo(await peer.calls(name, args))).response);
}

describe('A yes that a correction took back', () => {
  test('is not heard again at the end of its turn, nor in the next (regression: it booked)', async (context) => {
    verifies(context, 'govern:document:hear');
    const document = {
      name: 'desk',
      frames: {
        visit: {
          slots: [
            { name: 'slot', recogniser: 'dateTime' },
            { name: 'agreed', recogniser: 'yesNo' },
          ],
        },
      },
      stages: [
        { id: 'ask', collect: ['slot'], next: ['confirm'] },
        {
          id: 'confirm',
          collect: ['agreed', 'slot'],
          allow: ['book'],
          commit: { tool: 'book', until: { isTrue: 'agreed' }, binds: { slot: 'slot' } },
          next: ['close'],
        },
        { id: 'close', terminal: true },
      ],
      tools: [
        {
          name: 'book',
          description: 'Books.',
          parameters: { type: 'object', properties: { slot: { type: 'string' } }, required: ['slot'] },
          mock: { response: { reference: 'P42' } },
        },
      ],
    } as const;
    const peer = new ScriptedPeer();
    const call = await live({
      apiKey: 'test',
      conversation: { document, now: () => Date.UTC(2026, 0, 1) },
    }).connect({ transport: peer.transport, clock: peer.clock });
    await peer.hears('Tomorrow at nine am.');
    await peer.says('Nine. Shall I?', { thenCompletes: true });
    await peer.hears('Yes, tomorrow at ten am.');
    expect(await answer(peer, 'book', { slot: '2026-01-02T10:00' })).toContain('did not run');
    await peer.says('Ten then. Shall I?', { thenCompletes: true });
    expect(call.state().get('agreed')).toBeUndefined();
    await peer.hears('Hm.');
    expect(await answer(peer, 'book', { slot: '2026-01-02T10:00' })).toContain('did not run');
    await peer.says('Shall I?', { thenCompletes: true });
    await peer.hears('Yes, please.');
    expect(await answer(peer, 'book', { slot: '2026-01-02T10:00' })).toContain('P42');
    await call.disconnect();
  });

  test('is not promoted again from the same words, by a second call or at the end of the turn (regression: it was sent)', async (context) => {
    verifies(context, 'acceptance:control:correction');
    const definition = flow('transfer', { tools: ['send'], keys: ['euros', 'agreed'] })
      .step('ask', (s) => s.done((g) => g.isSet('euros')))
      .step('send', (s) => s.after('ask').done((g) => g.calledOk('send')))
      .step('close', (s) => s.after('send').terminal())
      .commit('send', {
        until: (g) => g.all(g.isSet('euros'), g.isTrue('agreed')),
        binds: { euros: 'euros' },
      })
      .correction('euros', { clears: ['agreed'], reopens: ['send'] })
      .build();
    const heard = ruleExtractor({
      name: 'heard',
      fields: { euros: integer({ anchors: ['euros'] }), agreed: yesNo() },
      promote: [
        { field: 'euros', stateKey: 'euros', merge: 'overwrite' },
        { field: 'agreed', stateKey: 'agreed', merge: 'overwrite' },
      ],
    });
    const peer = new ScriptedPeer();
    const call = await live({
      apiKey: 'test',
      tools: [tool({ name: 'send', description: 'Sends.', run: () => 'sent' })],
      extractors: [heard],
      flow: { flow: definition },
    }).connect({ transport: peer.transport, clock: peer.clock });
    await peer.hears('Send 40 euros.');
    await peer.says('40?', { thenCompletes: true });
    await peer.hears('Yes, 50 euros.');
    for (let i = 0; i < 3; i++) expect(await answer(peer, 'send', { euros: 50 })).toContain('did not run');
    await peer.says('50 then?', { thenCompletes: true });
    expect(call.state().get('agreed')).toBeUndefined();
    await peer.hears('Yes.');
    expect(await answer(peer, 'send', { euros: 50 })).toContain('sent');
    await call.disconnect();
  });
});
