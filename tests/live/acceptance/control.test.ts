/** The acceptance tests of spec/control.md section 17 that concern phases, tools, steering and extraction. */
import { expect, test } from 'vitest';
import { PROMOTION_REASONS, tool, when } from '../../../src/live/index.ts';
import type { ClientFrame } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';
import { type CallOptions, CallUnderTest } from '../hostile/call-under-test.ts';
import { expectNoUnhandledRejections } from '../hostile/unhandled-rejections.ts';

expectNoUnhandledRejections();

/** From ask to pay, by a key; `pay` may run in the second phase only. */
function twoPhases(pay: ReturnType<typeof tool>, key = 'agreed'): CallOptions {
  return {
    instruction: 'Base.',
    tools: [tool({ name: 'look', description: 'Looks.', run: () => ({ ok: true }) }), pay],
    phases: {
      initial: 'ask',
      phases: [
        {
          name: 'ask',
          instruction: 'Ask.',
          tools: ['look'],
          needs: [key],
          transitions: [
            { to: 'pay', when: (state) => state.get(key) === true, description: `${key} is true` },
          ],
        },
        { name: 'pay', instruction: 'Take the money.', terminal: true },
      ],
    },
  };
}

const textOf = (frame: ClientFrame): string => JSON.stringify(frame);
const mentions = (call: CallUnderTest, words: string): number =>
  call.peer.received.slice(1).filter((frame) => textOf(frame).includes(words)).length;

test('2: a refusal names the condition and the tools there are, and says that nothing ran', async (context) => {
  verifies(context, 'acceptance:control:refusalText');
  let ran = 0;
  const pay = tool({
    name: 'pay',
    description: 'Pays.',
    run: () => {
      ran += 1;
      return {};
    },
  });
  const call = await CallUnderTest.open(twoPhases(pay));
  const id = await call.peer.calls('pay');
  const text = String((await call.peer.answerTo(id)).response?.error);
  expect(text).toMatch(/"pay" .* It did not run/);
  expect(text).toContain('agreed is true');
  expect(text).toContain('look');
  expect(ran).toBe(0);
  await call.end();
});

test('11: a tool that needs what the user has just said waits for its extractor, and runs', async (context) => {
  verifies(context, 'acceptance:control:sameBreath');
  let answer: (found: { readonly value: object }) => void = () => {};
  const pay = tool({ name: 'pay', description: 'Pays.', run: () => ({ paid: true }) });
  const options = twoPhases(pay);
  const call = await CallUnderTest.open({
    ...options,
    extractors: [
      {
        name: 'consent',
        extract: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
        promote: [{ field: 'agreed', stateKey: 'agreed', merge: 'trueOnly' }],
      },
    ],
  });
  await call.peer.hears('Yes, go on and pay.');
  const id = await call.peer.calls('pay');
  expect(call.peer.answersTo(id)).toEqual([]);
  await call.clock.advanceAsync(500);
  answer({ value: { agreed: true } });
  await call.clock.advanceAsync(500);
  expect((await call.peer.answerTo(id)).response).toEqual({ paid: true });
  expect(call.handle.conversationPhase).toBe('pay');
  await call.end();
});

test('12: a barge-in cancels an inline read: no response, no advance, toolCancelled', async (context) => {
  verifies(context, 'acceptance:control:bargeInInline');
  let aborted: unknown;
  const slow = tool({
    name: 'pay',
    description: 'Slow.',
    policy: { kind: 'read' },
    run: async (_args, { signal, state }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = signal.reason;
      state.set('agreed', true);
      return {};
    },
  });
  const options = twoPhases(slow);
  const call = await CallUnderTest.open({
    ...options,
    phases: {
      initial: 'ask',
      phases: (options.phases?.phases ?? []).map(({ tools: _, ...phase }) => phase),
    },
  });
  const id = await call.peer.calls('pay');
  await call.peer.interrupts();
  await call.clock.advanceAsync(60_000);
  expect(call.peer.answersTo(id)).toEqual([]);
  expect(call.log.of('toolCancelled').map(({ ids }) => ids)).toEqual([[id]]);
  expect(call.log.of('toolExecution')).toEqual([]);
  expect(aborted).toBe('bargeIn');
  expect(call.handle.state().has('agreed')).toBe(false);
  expect(call.handle.conversationPhase).toBe('ask');
  await call.end();
});

test('13: the completion of a background tool advances once, whatever comes twice', async (context) => {
  verifies(context, 'acceptance:control:backgroundOnce');
  let finish: (result: object) => void = () => {};
  const background = tool({
    name: 'look',
    description: 'Looks.',
    policy: { background: true },
    run: (_args, { state }) =>
      new Promise<object>((resolve) => {
        finish = (result) => {
          state.set('agreed', true);
          resolve(result);
        };
      }),
  });
  const options = twoPhases(tool({ name: 'pay', description: 'Pays.', run: () => ({}) }));
  const call = await CallUnderTest.open({
    ...options,
    tools: [background, ...(options.tools?.slice(1) ?? [])],
  });
  const id = await call.peer.calls('look', {}, 'bg');
  await call.peer.calls('look', {}, 'bg');
  finish({ found: 1 });
  finish({ found: 2 });
  await call.clock.advanceAsync(0);
  await call.peer.calls('look', {}, 'bg');
  await call.peer.completes();
  await call.clock.advanceAsync(1_000);
  const answers = call.peer.answersTo(id);
  expect(answers.map(({ response }) => response?.status)).toEqual(['running', 'completed']);
  expect(call.log.of('phaseTransition').map(({ to }) => to)).toEqual(['ask', 'pay']);
  const records = call.log.of('turnRecord').flatMap(({ record }) => record.tools);
  expect(records.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(1);
  await call.end();
});

test('14: a tool that was vetoed advances nothing', async (context) => {
  verifies(context, 'acceptance:control:vetoNeverAdvances');
  let failures = 0;
  const look = tool({
    name: 'look',
    description: 'Looks.',
    run: (_args, { state }) => {
      state.set('agreed', true);
      return {};
    },
  });
  const options = twoPhases(tool({ name: 'pay', description: 'Pays.', run: () => ({}) }));
  const call = await CallUnderTest.open({
    ...options,
    tools: [look, ...(options.tools?.slice(1) ?? [])],
    toolSettings: { middleware: [{ before: () => ({ veto: 'the till is closed' }) }] },
    patterns: [
      {
        name: 'fails',
        when: { type: 'toolFailures', tool: 'look', count: 1 },
        action: () => (failures += 1),
      },
    ],
  });
  const id = await call.peer.calls('look');
  expect(String((await call.peer.answerTo(id)).response?.error)).toMatch(/did not run.*till is closed/);
  await call.peer.completes();
  await call.clock.advanceAsync(1_000);
  expect(call.handle.conversationPhase).toBe('ask');
  expect(failures).toBe(0);
  const [told] = call.log.of('turnRecord');
  expect(told?.record.tools.map(({ outcome }) => outcome)).toEqual(['refused']);
  await call.end();
});

test('15: tools that a result changes are declared anew before the response is sent', async (context) => {
  verifies(context, 'acceptance:control:toolsBeforeResponse');
  const look = tool({
    name: 'look',
    description: 'Looks.',
    run: (_args, { state }) => {
      state.set('agreed', true);
      return { ok: true };
    },
  });
  const pay = tool({ name: 'pay', description: 'Pays.', run: () => ({}) });
  const options = twoPhases(pay);
  const call = await CallUnderTest.open({ ...options, tools: [look, pay] });
  const { tools: declared } = (await call.peer.expectSetup()) as { readonly tools?: unknown };
  expect(JSON.stringify(declared)).not.toContain('"pay"');
  await call.peer.calls('look');
  await call.peer.completes();
  await call.clock.advanceAsync(1_000);
  expect(call.handle.conversationPhase).toBe('pay');
  // In the new phase a call finds its tool declared before its answer.
  const id = await call.peer.calls('pay');
  const at = (frame: (candidate: ClientFrame) => boolean): number => call.peer.received.findIndex(frame);
  const redeclared = at(
    (frame) =>
      'setup' in frame === false &&
      textOf(frame).includes('"name":"pay"') &&
      textOf(frame).includes('functionDeclarations'),
  );
  const answered = at((frame) => textOf(frame).includes('functionResponses') && textOf(frame).includes(id));
  expect(redeclared).toBeGreaterThan(0);
  expect(answered).toBeGreaterThan(redeclared);
  await call.end();
});

test('15: what a result changes in the instruction is said before its response', async (context) => {
  verifies(context, 'acceptance:control:toolsBeforeResponse');
  const look = tool({
    name: 'look',
    description: 'Looks.',
    run: (_args, { state }) => {
      state.set('stock', 'none');
      return { ok: true };
    },
  });
  const call = await CallUnderTest.open({
    instruction: 'Base.',
    tools: [look],
    phases: {
      initial: 'ask',
      phases: [{ name: 'ask', instruction: (state) => `Stock: ${String(state.get('stock') ?? 'unknown')}.` }],
    },
  });
  const id = await call.peer.calls('look');
  await call.peer.answerTo(id);
  const frames = call.peer.received.map(textOf);
  const said = frames.findIndex((frame) => frame.includes('Stock: none.'));
  const answered = frames.findIndex((frame) => frame.includes('functionResponses'));
  expect(said).toBeGreaterThan(0);
  expect(answered).toBeGreaterThan(said);
  await call.end();
});

test('16: steering that says the same again is not sent; one that goes back and forth is', async (context) => {
  verifies(context, 'acceptance:control:steeringSuppressed');
  const call = await CallUnderTest.open({
    instruction: 'Base.',
    phases: {
      initial: 'ask',
      phases: [
        {
          name: 'ask',
          instruction: 'Ask.',
          modifiers: [when((state) => state.get('vip') === true, 'The guest is a VIP.')],
        },
      ],
    },
  });
  const state = call.handle.state();
  state.set('vip', true);
  for (let at = 0; at < 3; at++) await call.turn();
  expect(mentions(call, 'The guest is a VIP.')).toBe(1);
  state.set('vip', false);
  await call.turn();
  state.set('vip', true);
  await call.turn();
  expect(mentions(call, 'The guest is a VIP.')).toBe(2);
  await call.end();
});

test('17: an instruction is sent once for each change of it', async (context) => {
  verifies(context, 'acceptance:control:instructionOnce');
  const call = await CallUnderTest.open({
    instruction: 'Base.',
    phases: {
      initial: 'ask',
      phases: [{ name: 'ask', instruction: (state) => `Round ${String(state.get('round') ?? 0)}.` }],
    },
  });
  const state = call.handle.state();
  for (const round of [0, 1, 1, 1, 2, 1]) {
    state.set('round', round);
    await call.turn();
  }
  expect([0, 1, 2].map((round) => mentions(call, `Round ${round}.`))).toEqual([0, 2, 1]);
  await call.end();
});

test('18: each promotion is told with one of the five reasons of the table', async (context) => {
  verifies(context, 'acceptance:control:promotionReasons');
  const found = { none: null, same: 'Ann', refused: 3, kept: 'new', fresh: 7 };
  const call = await CallUnderTest.open({
    extractors: [
      {
        name: 'facts',
        extract: () => ({ value: found }),
        promote: [
          { field: 'none', stateKey: 'none' },
          { field: 'same', stateKey: 'same' },
          { field: 'refused', stateKey: 'refused', when: () => false },
          { field: 'kept', stateKey: 'kept', merge: 'keepKnown' },
          { field: 'fresh', stateKey: 'fresh' },
        ],
      },
    ],
  });
  call.handle.state().set('same', 'Ann');
  call.handle.state().set('kept', 'old');
  await call.turn();
  const told = call.log.of('statePromotion').map(({ field, accepted, reason }) => [field, accepted, reason]);
  expect(told).toEqual([
    ['none', false, PROMOTION_REASONS.null],
    ['same', false, PROMOTION_REASONS.equivalent],
    ['refused', false, PROMOTION_REASONS.predicate],
    ['kept', false, PROMOTION_REASONS.kept],
    ['fresh', true, PROMOTION_REASONS.accepted],
  ]);
  expect(call.handle.state().get('fresh')).toBe(7);
  expect(call.handle.state().get('kept')).toBe('old');
  await call.end();
});

test('19: without promotion rules there is no statePromotion', async (context) => {
  verifies(context, 'acceptance:control:noRules');
  const call = await CallUnderTest.open({
    extractors: [{ name: 'facts', extract: () => ({ value: { size: 'large' } }) }],
  });
  await call.turn();
  expect(call.log.of('extraction').map(({ name }) => name)).toEqual(['facts']);
  expect(call.log.of('statePromotion')).toEqual([]);
  expect(call.handle.state().has('size')).toBe(false);
  await call.end();
});

test('22: the greeting is no turn that counts towards repair', async (context) => {
  verifies(context, 'acceptance:control:greetingRepair');
  const call = await CallUnderTest.open({
    greeting: 'Greet the caller.',
    phases: {
      initial: 'ask',
      phases: [{ name: 'ask', instruction: 'Ask.', needs: ['day'] }],
      repair: { nudgeAfter: 2, escalateAfter: 3 },
    },
  });
  const escalated = (): unknown => call.handle.state().get('repair:escalation');
  await call.peer.says('Good day! Which day?', { thenCompletes: true });
  await call.clock.advanceAsync(5_000);
  for (let at = 0; at < 2; at++) {
    await call.turn('Hm.', 'Which day?');
    await call.clock.advanceAsync(5_000);
  }
  expect(escalated()).not.toBe(true);
  await call.turn('Hm.', 'Which day?');
  expect(escalated()).toBe(true);
  await call.end();
});
