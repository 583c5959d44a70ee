import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { Projection } from '../../flow/index.ts';
import type { Content, Tool } from '../../wire/index.ts';
import { type DeliveryInput, type DeliveryPlan, planDelivery, type Standing } from './plan-delivery.ts';
import type { SteeringChoice, SteeringMode } from './steering-choice.ts';

const TOOLS: readonly Tool[] = [
  { functionDeclarations: [{ name: 'look' }, { name: 'book' }] },
  { googleSearch: {} },
];
const NOTHING: Standing = {
  instruction: 'Base.',
  known: new Set(),
  wanted: new Set(),
  entry: [],
  advisory: '',
  tools: ['look', 'book'],
};
const choice = (mode: SteeringMode): SteeringChoice => ({ mode, turns: 'anytime', instructionRole: 'model' });
const project = (parts: Partial<Projection> = {}): Projection => ({
  instruction: undefined,
  modifiers: [],
  context: [],
  offeredTools: null,
  faults: [],
  ...parts,
});

function plan(input: Partial<DeliveryInput>): { readonly plan: DeliveryPlan; readonly standing: Standing } {
  return planDelivery({
    choice: choice('contextInjection'),
    base: 'Base.',
    tools: TOOLS,
    projection: project(),
    advise: true,
    standing: NOTHING,
    waiting: false,
    ...input,
  });
}

const texts = ({ turns }: DeliveryPlan): string[] => turns.map(({ parts }) => parts[0]?.text ?? '*');
const task = (text: string): string => `[Your task now, in place of any earlier one]\n${text}`;

describe('A boundary', () => {
  test('is one batch in a fixed order', (context) => {
    verifies(context, 'steer:batchOrder');
    const image: Content = { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] };
    const { plan: planned } = plan({
      projection: project({
        instruction: 'Sell.',
        modifiers: ['[a: 1]', '[b: 2]'],
        context: ['posture', 'ground', 'unmet'],
        offeredTools: ['book'],
      }),
      entry: { context: ['welcome', image], prompt: true },
      nudge: { text: 'ask again', prompt: false },
      amendment: 'Smile.',
    });
    expect(texts(planned)).toEqual([
      '[Tools available now: book. Calls of others would be refused.]',
      'ask again',
      '[a: 1]',
      '[b: 2]',
      'posture',
      'ground',
      'unmet',
      task('Sell.\n\nSmile.'),
      'welcome',
      '*',
    ]);
    expect(planned.prompt).toBe(true);
    expect(planned.turns[0]?.role).toBe('model');
    expect(planned).not.toHaveProperty('instruction');
  });

  test('without anything new is empty', () => {
    expect(plan({}).plan).toEqual({ turns: [], prompt: false });
  });

  test('takes its prompt from the nudge as well', () => {
    expect(plan({ nudge: { text: 'ask', prompt: true } }).plan.prompt).toBe(true);
  });
});

describe('By mode', () => {
  const projection = project({ instruction: 'Sell.', modifiers: ['[a: 1]'], context: ['ground'] });

  test('a modifier is in the instruction or in a turn, never in both', (context) => {
    verifies(context, 'steer:modifiersOnce');
    for (const mode of ['instructionUpdate', 'contextInjection', 'hybrid', 'contextUpdate'] as const) {
      for (const entry of [undefined, { context: [], prompt: false }]) {
        const { plan: planned } = plan({ choice: choice(mode), projection, entry });
        const everything = [planned.instruction ?? '', ...texts(planned)].join('\n');
        expect(everything.split('[a: 1]'), mode).toHaveLength(2);
        expect(planned.instruction?.includes('[a: 1]') ?? false).toBe(mode === 'instructionUpdate');
      }
    }
  });

  test('the instruction is replaced, or injected as a turn', () => {
    expect(plan({ choice: choice('instructionUpdate'), projection }).plan).toMatchObject({
      instruction: 'Base.\n\nSell.\n\n[a: 1]',
      turns: [{ parts: [{ text: 'ground' }] }],
    });
    for (const mode of ['hybrid', 'contextUpdate'] as const) {
      const { plan: planned } = plan({ choice: choice(mode), projection });
      expect([planned.instruction, texts(planned)]).toEqual(['Base.\n\nSell.', ['[a: 1]', 'ground']]);
    }
    const { plan: planned } = plan({ projection });
    expect([planned.instruction, texts(planned)]).toEqual([undefined, ['[a: 1]', 'ground', task('Sell.')]]);
  });

  test('a template replaces the whole instruction, an amendment is appended', () => {
    const parts = { projection: project({ instruction: 'Sell.' }), amendment: 'Smile.' };
    expect(plan({ choice: choice('hybrid'), ...parts }).plan.instruction).toBe('Base.\n\nSell.\n\nSmile.');
    expect(plan({ choice: choice('hybrid'), ...parts, template: 'Only this.' }).plan.instruction).toBe(
      'Only this.',
    );
    expect(texts(plan({ ...parts, template: 'Only this.' }).plan)).toEqual([task('Only this.')]);
  });

  test('an instruction that is gone is replaced by a neutral one: the service takes no empty text', () => {
    const input = { choice: choice('hybrid'), base: undefined };
    const gone = plan(input);
    expect(gone.plan.instruction).toBe('Continue the conversation.');
    expect(plan({ ...input, standing: gone.standing }).plan).not.toHaveProperty('instruction');
  });

  test('tools are declared anew with contextUpdate, else named when a place is entered', (context) => {
    verifies(context, 'steer:redeclare');
    const projection = project({ offeredTools: ['book', 'unknown'] });
    const entry = { context: [], prompt: false };
    const updated = plan({ choice: choice('contextUpdate'), projection, entry });
    expect(updated.plan).toEqual({
      tools: [{ functionDeclarations: [{ name: 'book' }] }, { googleSearch: {} }],
      turns: [],
      prompt: false,
    });
    expect(plan({ choice: choice('contextUpdate'), projection, standing: updated.standing }).plan).toEqual({
      turns: [],
      prompt: false,
    });
    const none = plan({ choice: choice('contextUpdate'), projection: project({ offeredTools: [] }), entry });
    expect(none.plan.tools).toEqual([{ googleSearch: {} }]);

    expect(texts(plan({ projection, entry }).plan)).toHaveLength(1);
    expect(texts(plan({ projection, entry, advise: false }).plan)).toEqual([]);
    expect(texts(plan({ projection }).plan)).toEqual([]);
    expect(texts(plan({ projection: project({ offeredTools: ['book', 'look'] }), entry }).plan)).toEqual([]);
    expect(texts(plan({ projection: project({ offeredTools: [] }), entry }).plan)).toEqual([
      '[No tool is available now: a call would be refused.]',
    ]);
  });
});

describe('Suppression', () => {
  const wish = (...context: string[]): Partial<DeliveryInput> => ({ projection: project({ context }) });

  test('drops what stands from the last boundary, and says again what comes back', (context) => {
    verifies(context, 'steer:suppression');
    const first = plan(wish('A', 'A', 'B'));
    expect(texts(first.plan)).toEqual(['A', 'B']);
    const second = plan({ ...wish('B', 'C'), standing: first.standing });
    expect(texts(second.plan)).toEqual(['C']);
    // B was not sent in the second, but it stands.
    const third = plan({ ...wish('B'), standing: second.standing });
    expect(texts(third.plan)).toEqual([]);
    const fourth = plan({ ...wish('A', 'B'), standing: third.standing });
    expect(texts(fourth.plan)).toEqual(['A']);
  });

  test('tells turns of different roles apart, and never drops what is more than text', () => {
    const entry = (content: Content): Partial<DeliveryInput> => ({
      entry: { context: [content], prompt: false },
    });
    const image: Content = {
      role: 'user',
      parts: [{ text: 'x' }, { inlineData: { mimeType: 'a/b', data: '' } }],
    };
    for (const [content, sent] of [
      [{ role: 'user', parts: [{ text: 'x' }] }, 0],
      [{ role: 'model', parts: [{ text: 'x' }] }, 1],
      [image, 1],
    ] as const) {
      const standing = plan(entry({ role: 'user', parts: [{ text: 'x' }] })).standing;
      const before = content === image ? plan({ ...entry(image), standing }).standing : standing;
      expect(plan({ ...entry(content), standing: before }).plan.turns).toHaveLength(sent);
    }
  });

  test('counts on nothing that still waits: the new batch takes its place', () => {
    const heard = plan(wish('A')).standing;
    const move = { entry: { context: ['welcome'], prompt: true } };
    const waits = plan({ ...wish('B'), ...move, standing: heard });
    expect(texts(waits.plan)).toEqual(['B', 'welcome']);
    const again = plan({ ...wish('A', 'C'), standing: waits.standing, waiting: true });
    expect([texts(again.plan), again.plan.prompt]).toEqual([['C', 'welcome'], false]);
    const delivered = plan({ ...wish('A', 'C'), standing: again.standing });
    expect(texts(delivered.plan)).toEqual([]);
  });

  test('leaves the model with exactly what the last boundary wanted, whatever waited', () => {
    const boundary = fc.record({
      lines: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D')),
      delivers: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(boundary, { minLength: 1, maxLength: 20 }), (boundaries) => {
        let standing = NOTHING;
        let waiting: readonly string[] = [];
        let isWaiting = false;
        // What was said last of each line: of this boundary, or stale.
        let fresh = new Set<string>();
        for (const { lines, delivers } of boundaries) {
          const next = plan({ ...wish(...lines), standing, waiting: isWaiting });
          standing = next.standing;
          waiting = texts(next.plan);
          isWaiting = true;
          if (!delivers) continue;
          const said = new Set([...fresh, ...waiting]);
          for (const line of lines) expect(said).toContain(line);
          // Nothing is said twice while it stands.
          for (const line of waiting) expect(fresh).not.toContain(line);
          fresh = new Set(lines);
          isWaiting = false;
        }
      }),
    );
  });

  test('sends an instruction once per change', (context) => {
    verifies(context, 'steer:onceAChange');
    fc.assert(
      fc.property(fc.array(fc.constantFrom('Sell.', 'Serve.', undefined)), (instructions) => {
        let standing = NOTHING;
        let current = 'Base.';
        for (const instruction of instructions) {
          const next = plan({ choice: choice('hybrid'), projection: project({ instruction }), standing });
          const wanted = instruction === undefined ? 'Base.' : `Base.\n\n${instruction}`;
          expect(next.plan.instruction).toBe(wanted === current ? undefined : wanted);
          standing = next.standing;
          current = wanted;
        }
      }),
    );
  });
});
