import { describe, expect, test } from 'vitest';
import type { Extractor } from '../../../src/live/index.ts';
import { integer, ruleExtractor, scriptedTextModel, yesNo } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import type { OrderedCall } from '../order/ordered-call.ts';
import { answerOf, type Flow, governed, Ran, turn } from './governed-call.ts';

const SENDS = '{"ok":true}';
const REFUSES = 'did not run';

const transfer = (until: object): Flow => ({
  steps: [
    { id: 'ask', done: { isSet: 'euros' } },
    { id: 'send', after: ['ask'], allow: ['send'], done: { calledOk: 'send' } },
    { id: 'end', after: ['send'], terminal: true },
  ],
  constraints: [{ commit: { tool: 'send', until: until as { isTrue: string }, binds: { euros: 'euros' } } }],
});

const QUESTION = {
  id: 'agrees',
  ask: 'Does the user agree to what was read back?',
  type: 'boolean',
} as const;

/** Finds an amount, and a yes, in what the user says in the turn that is read. */
const heard = ruleExtractor({
  name: 'heard',
  fields: { agreed: yesNo(), euros: integer({ anchors: ['euros'] }) },
  promote: [
    { field: 'agreed', stateKey: 'agreed', merge: 'overwrite' },
    { field: 'euros', stateKey: 'euros', merge: 'overwrite' },
  ],
});

/** Takes everything for a yes, as a model may. */
const credulous: Extractor = {
  name: 'credulous',
  promote: [{ field: 'agreed', stateKey: 'agreed', merge: 'overwrite' }],
  extract: () => ({ value: { agreed: true } }),
};

async function extracting(extractors: readonly Extractor[]): Promise<OrderedCall> {
  return governed(transfer({ isTrue: 'agreed' }), { tools: [new Ran().tool('send')], extractors });
}

/** A model that always answers with yes. */
async function judged(): Promise<OrderedCall> {
  const yes = scriptedTextModel(() => JSON.stringify({ q1: { outcome: 'yes', confidence: 0.99 } }));
  const asking = { ...transfer({ decided: { agrees: true } }), decisions: [QUESTION] };
  return governed(asking, {
    tools: [new Ran().tool('send')],
    extractors: [heard],
    flow: { decisions: { model: yes } },
  });
}

const sends = (call: OrderedCall, euros: number): Promise<string> => answerOf(call, 'send', { euros });

describe('A yes that an extractor finds', () => {
  test('before anything was asked is no consent (regression: "Yes, hello, send 40 euros" sent it)', async (context) => {
    verifies(context, 'govern:live:foundYes');
    const call = await extracting([heard]);
    await call.peer.hears('Yes, hello, send 40 euros.');
    expect(await sends(call, 40)).toContain(REFUSES);
    await call.peer.says('40 euros. Shall I?', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(3_000);
    expect(call.state('euros')).toBe(40);
    expect(call.state('agreed')).toBeUndefined();
    await call.peer.hears('Yes, please.');
    expect(await sends(call, 40)).toBe(SENDS);
    await call.handle.disconnect();
  });

  test('beside a question is none, whatever found it (regression: "okay, what is the fee" sent it)', async (context) => {
    verifies(context, 'govern:live:foundYes');
    const call = await extracting([heard, credulous]);
    await turn(call, 'Send 40 euros.', 'Shall I?');
    await call.peer.hears('Okay, what is the fee?');
    expect(await sends(call, 40)).toContain(REFUSES);
    await call.peer.says('There is none. Shall I?', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(3_000);
    expect(
      call.of('statePromotion').filter(({ stateKey, accepted }) => stateKey === 'agreed' && accepted),
    ).toEqual([]);
    await call.peer.hears('Yes.');
    expect(await sends(call, 40)).toBe(SENDS);
    await call.handle.disconnect();
  });

  test('is not to what changed in the same breath (regression: 50 euros were sent that nobody had read back)', async (context) => {
    verifies(context, 'govern:live:foundYes');
    const call = await extracting([heard]);
    await turn(call, 'Send 40 euros.', '40. Shall I?');
    await call.peer.hears('Yes, 50 euros.');
    expect(await sends(call, 50)).toContain(REFUSES);
    await call.peer.says('50. Shall I?', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(3_000);
    await call.peer.hears('Yes, 50 euros.');
    expect(await sends(call, 50)).toBe(SENDS);
    await call.handle.disconnect();
  });

  test('in words of another language is what the extractor takes it for, once it was asked for', async (context) => {
    verifies(context, 'govern:live:foundYes');
    const call = await extracting([heard, credulous]);
    await call.peer.hears('Bitte sende 40 euros.');
    expect(await sends(call, 40)).toContain(REFUSES);
    await call.peer.says('40. Ja?', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(3_000);
    await call.peer.hears('Ja, bitte.');
    expect(await sends(call, 40)).toBe(SENDS);
    await call.handle.disconnect();
  });
});

describe('A yes that a question finds', () => {
  test('before anything was asked is unsure (regression: the model was asked too early, and it was sent)', async (context) => {
    verifies(context, 'govern:live:foundYes');
    const call = await judged();
    await call.peer.hears('Yes, hello, send 40 euros.');
    expect(await sends(call, 40)).toContain(REFUSES);
    expect(call.state('decision:agrees')).toMatchObject({ outcome: 'unsure' });
    await call.peer.says('40. Shall I?', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(3_000);
    await call.peer.hears('That would be wonderful.');
    expect(await sends(call, 40)).toBe(SENDS);
    await call.handle.disconnect();
  });

  test('in a plain no is unsure (regression: a model that takes "no, don\'t" for a yes sent it)', async (context) => {
    verifies(context, 'govern:live:foundYes');
    const call = await judged();
    await turn(call, 'Send 40 euros.', '40. Shall I?');
    await call.peer.hears("No, don't.");
    expect(await sends(call, 40)).toContain(REFUSES);
    await call.handle.disconnect();
  });
});
