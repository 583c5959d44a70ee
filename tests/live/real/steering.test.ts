/** What the server of each model really receives when a conversation moves from phase to phase. */
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type LiveOptions, tool } from '../../../src/live/index.ts';
import { type Brain, type BrainTurn, calls } from '../../../src/simulator/index.ts';
import type { Tool } from '../../../src/wire/index.ts';
import { verifies } from '../../requirements.ts';
import { EVERY_PLACE, PLACES, type PlaceName, RealCall, startSimulator } from './real-call.ts';

vi.setConfig({ maxConcurrency: 25 });

const PHASES: NonNullable<LiveOptions['phases']> = {
  initial: 'ask',
  phases: [
    {
      name: 'ask',
      instruction: 'Ask for the day.',
      tools: ['book'],
      transitions: [{ to: 'done', when: (state) => state.has('day'), description: 'the day is known' }],
    },
    { name: 'done', instruction: 'Say goodbye, and no more.', tools: ['survey'], terminal: true },
  ],
};

const brain: Brain = ({ input, text }) => {
  if (input.type === 'toolResults') return 'Booked';
  return text.includes('friday') ? calls('book', { day: 'friday' }) : 'Bye';
};

function tools(): NonNullable<LiveOptions['tools']> {
  return [
    tool({
      name: 'book',
      description: 'Books.',
      input: z.object({ day: z.string() }),
      run: ({ day }, { state }) => {
        state.set('day', day);
        return { ok: true };
      },
    }),
    tool({ name: 'survey', description: 'Asks how it was.', run: () => ({ ok: true }) }),
  ];
}

const TASK = '[Your task now, in place of any earlier one]';
const ADVISORY = '[Tools available now: survey. Calls of others would be refused.]';
const UPDATED = [
  'clientContent(user: on friday; true)',
  'toolResponse',
  'contextUpdate(You work at Mamma Mia.||Say goodbye, and no more.; survey)',
  'clientContent(user: thank you; true)',
];

/** What came after the setup, as kinds with what matters of them. */
function steps(call: RealCall): readonly string[] {
  return call.peer.received.slice(1).flatMap((message) => {
    if ('contextUpdate' in message) {
      const { systemInstruction, tools: list } = message.contextUpdate;
      const names = list?.tools?.flatMap(({ functionDeclarations = [] }) =>
        functionDeclarations.map(({ name }) => name),
      );
      const text = (systemInstruction?.parts ?? []).map((part) => part.text).join();
      return [`contextUpdate(${text.replaceAll('\n', '|')}; ${names?.join() ?? 'same tools'})`];
    }
    if ('clientContent' in message) {
      const { turns = [], turnComplete } = message.clientContent;
      const said = turns.map(({ role, parts = [] }) => `${role ?? 'plain'}: ${parts[0]?.text ?? ''}`);
      return [`clientContent(${said.join(' & ').replaceAll('\n', '|')}; ${turnComplete === true})`];
    }
    if ('toolResponse' in message) return ['toolResponse'];
    return 'realtimeInput' in message && 'text' in message.realtimeInput
      ? [`realtimeText(${message.realtimeInput.text.replaceAll('\n', '|')})`]
      : [];
  });
}

/** What the model of each place is given, after its setup, in the whole call. */
const GIVEN: Readonly<Record<PlaceName, readonly string[]>> = {
  '2.5 on Google AI': [
    'clientContent(user: on friday; true)',
    'toolResponse',
    `clientContent(model: ${ADVISORY} & plain: ${TASK}|Say goodbye, and no more.; false)`,
    'clientContent(user: thank you; true)',
  ],
  '2.5 on Vertex': [
    'clientContent(user: on friday; true)',
    'toolResponse',
    `clientContent(model: ${ADVISORY} & model: ${TASK}|Say goodbye, and no more.; false)`,
    'clientContent(user: thank you; true)',
  ],
  '3.1 on Google AI': [
    'realtimeText(on friday)',
    'toolResponse',
    `realtimeText(${ADVISORY}|${TASK}|Say goodbye, and no more.||thank you)`,
  ],
  '3.8 on Google AI': UPDATED,
  '3.8 on Vertex': UPDATED,
};

test.concurrent.for(EVERY_PLACE)('%s is steered by its own legal path', async (place, context) => {
  verifies(context, 'real:steering');
  const heard: BrainTurn[] = [];
  const simulator = await startSimulator(context, {
    brain: (turn) => {
      heard.push(turn);
      return brain(turn);
    },
  });
  const call = await RealCall.open(context, simulator, {
    ...PLACES[place],
    instruction: 'You work at Mamma Mia.',
    tools: tools(),
    phases: PHASES,
  });
  await call.handle.sendText('on friday');
  await call.until('turnRecord', ({ record }) => record.said === 'Booked');
  await call.handle.sendText('thank you');
  await call.until('turnRecord', ({ record }) => record.said === 'Bye');
  expect(steps(call)).toEqual(GIVEN[place]);
  const updates = place.startsWith('3.8');
  // The first phase is in the setup: nothing has to be sent before the first word.
  expect(textOf(call.peer.setup?.systemInstruction)).toContain('Ask for the day.');
  expect(namesOf(call.peer.setup?.tools)).toEqual(updates ? ['book'] : ['book', 'survey']);
  expect(heard.at(-1)?.systemInstruction.includes('Say goodbye')).toBe(updates);
  expect(heard.at(-1)?.tools.map(({ name }) => name)).toEqual(updates ? ['survey'] : ['book', 'survey']);
  expect(call.of('phaseTransition')).toMatchObject([
    { from: '', to: 'ask' },
    { from: 'ask', to: 'done', reason: expect.stringContaining('the day is known') },
  ]);
  expect(call.handle.turns.at(-1)?.phase).toBe('done');
  expect(call.errors).toEqual([]);
});

test.concurrent.for(EVERY_PLACE)('%s speaks first in a phase that asks it to', async (place, context) => {
  verifies(context, 'real:steering');
  const simulator = await startSimulator(context, {
    brain: ({ text, sequence }) => (sequence === 1 ? 'Your name, please?' : `Prompted by ${text}`),
  });
  const call = await RealCall.open(context, simulator, {
    ...PLACES[place],
    greeting: 'Greet the caller.',
    phases: {
      initial: 'name',
      phases: [
        { name: 'name', transitions: [{ to: 'order', when: (state) => state.has('app:name') }] },
        { name: 'order', enterContext: () => ['The caller is Ada.'], promptOnEnter: true },
      ],
    },
  });
  await call.until('turnRecord', ({ record }) => record.said === 'Your name, please?');
  call.handle.state().set('app:name', 'Ada');
  call.handle.goToPhase('order', 'a test');
  const { record } = await call.until('turnRecord', ({ record: { said } }) => said.startsWith('Prompted'));
  expect(record.phase).toBe('order');
  expect(JSON.stringify(call.peer.received.slice(2))).toContain('The caller is Ada.');
  expect(call.errors).toEqual([]);
});

test.concurrent.for(EVERY_PLACE)('%s survives every wish of how to steer', async (place, context) => {
  verifies(context, 'real:steering');
  const simulator = await startSimulator(context, { brain });
  for (const mode of ['instructionUpdate', 'hybrid', 'contextInjection', 'contextUpdate'] as const) {
    const call = await RealCall.open(context, simulator, {
      ...PLACES[place],
      instruction: 'You work at Mamma Mia.',
      tools: tools(),
      phases: PHASES,
      steering: { mode },
    });
    await call.handle.sendText('on friday');
    await call.until('turnRecord', ({ record }) => record.said === 'Booked');
    await call.handle.sendText('thank you');
    await call.until('turnRecord', ({ record }) => record.said === 'Bye');
    expect(JSON.stringify(call.peer.received)).toContain('Say goodbye');
    const isLegal = place.startsWith('3.8') || mode === 'contextInjection';
    const replaced = place.startsWith('3.1') || mode === 'contextUpdate';
    expect(call.errors).toHaveLength(!isLegal && replaced ? 1 : 0);
    expect(call.peer.phase).toBe('active');
    await call.handle.disconnect();
  }
});

function textOf(content: { readonly parts?: readonly { readonly text?: string }[] } | undefined): string {
  return (content?.parts ?? []).map(({ text }) => text).join();
}

function namesOf(list: readonly Tool[] | undefined): readonly string[] {
  return (list ?? []).flatMap(({ functionDeclarations = [] }) =>
    functionDeclarations.map(({ name }) => name),
  );
}
