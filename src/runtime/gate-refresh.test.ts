import { expect, test } from 'vitest';
import { yesNo } from '../flow/recognise/yes-no.ts';
import { ScriptedPeer } from '../testing/index.ts';
import { connectLive } from './connect-live.ts';
import { ruleExtractor } from './extract/rule-extractor.ts';
import type { LiveOptions } from './live-options.ts';

const options: LiveOptions = {
  apiKey: 'x',
  tools: [{ name: 'book', description: 'Books.', run: () => ({ reference: 'P42' }) }],
  extractors: [
    ruleExtractor({
      name: 'answer',
      fields: { yes: yesNo() },
      promote: [{ field: 'yes', stateKey: 'confirmed', merge: 'overwrite' }],
    }),
  ],
  phases: {
    initial: 'confirm',
    phases: [
      {
        name: 'confirm',
        needs: ['confirmed'],
        tools: [],
        transitions: [{ to: 'book', when: (state) => state.get('confirmed') === true }],
      },
      { name: 'book', tools: ['book'], terminal: true },
    ],
  },
};

test.for([
  ['Yes, please.', { reference: 'P42' }, 'book'],
  ['Well, who knows.', { error: expect.stringContaining('not permitted in the phase "confirm"') }, 'confirm'],
] as const)('a call in the turn of "%s" is admitted by what that says', async ([words, response, phase]) => {
  const peer = new ScriptedPeer();
  const { transport, clock } = peer;
  const handle = await connectLive(options, { transport, clock, environment: {} });
  await peer.hears(words);
  const id = await peer.calls('book');
  expect(await peer.answerTo(id)).toMatchObject({ response });
  expect(handle.conversationPhase).toBe(phase);
  await handle.disconnect();
});
