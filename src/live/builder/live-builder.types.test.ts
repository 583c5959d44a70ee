import { expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { when } from '../../flow/phases/index.ts';
import { integer } from '../../flow/recognise/integer.ts';
import { scriptedTextModel } from '../../runtime/extract/model/scripted-text-model.ts';
import { modelExtractor, type Stated } from '../../runtime/extract/model-extractor.ts';
import { ruleExtractor } from '../../runtime/extract/rule-extractor.ts';
import type { LiveHandle } from '../../runtime/live-handle.ts';
import type { HookContext } from '../../runtime/live-options.ts';
import type { State } from '../../runtime/state/state.ts';
import { stateKey } from '../../runtime/state/state-key.ts';
import type { JsonValue } from '../index.ts';
import { live } from '../live.ts';
import { tool } from '../tool.ts';
import { Live } from './live-builder.ts';

const model = scriptedTextModel('{}');
const mood = z.object({ mood: z.enum(['calm', 'angry']), reason: z.string() });
type Mood = Stated<z.infer<typeof mood>>;
const quantity = stateKey('quantity', z.number());

/** The type of the handle that an agent's calls have; nothing is connected. */
declare function handleOf<Extracted extends object>(agent: {
  connect(): Promise<LiveHandle<Extracted>>;
}): LiveHandle<Extracted>;

test('The handle knows the extractors of a builder', (context) => {
  verifies(context, 'builder:inference');
  const builder = Live.builder()
    .model('gemini-3.8-live')
    .extractTurns({ name: 'mood', schema: mood, model })
    .instruction('Be brief.')
    .extractRecord({ name: 'order', fields: { quantity: integer() } })
    .phase('ask')
    .done()
    .watch('x')
    .then(() => {});
  const agent = builder.build();
  const check = (): void => {
    const handle = handleOf(agent);
    expectTypeOf(handle.extracted('mood')).toEqualTypeOf<Mood | undefined>();
    expectTypeOf(handle.extracted('order')).toEqualTypeOf<{ readonly quantity?: number } | undefined>();
    // @ts-expect-error nobody extracts this
    handle.extracted('moood');
    expectTypeOf(builder.connect()).toEqualTypeOf<Promise<typeof handle>>();
    expectTypeOf(builder.connectGoogleAi('key')).toEqualTypeOf<Promise<typeof handle>>();
    // @ts-expect-error there are no extractors here
    handleOf(Live.builder().build()).extracted('mood');
  };
  expect(check).toBeTypeOf('function');
});

test('The handle knows the extractors of a plain object', () => {
  const agent = live({
    instruction: 'Be brief.',
    extractors: [
      modelExtractor({ name: 'mood', schema: mood, model }),
      ruleExtractor({ name: 'order', fields: { quantity: integer() } }),
    ],
  });
  const check = (): void => {
    const handle = handleOf(agent);
    expectTypeOf(handle.extracted('mood')).toEqualTypeOf<Mood | undefined>();
    expectTypeOf(handle.extracted('order')).toEqualTypeOf<{ readonly quantity?: number } | undefined>();
    // @ts-expect-error nobody extracts this
    handle.extracted('moood');
    // @ts-expect-error it is called instruction
    live({ instrucion: 'Be brief.' });
  };
  expect(check).toBeTypeOf('function');
});

test('Rules of promotion know the fields and their types', () => {
  Live.builder().extractTurns({
    name: 'mood',
    schema: mood,
    model,
    promote: [
      {
        field: 'mood',
        stateKey: 'mood',
        when: (value) => {
          expectTypeOf(value).toEqualTypeOf<'calm' | 'angry'>();
          return true;
        },
      },
      // @ts-expect-error the schema has no such field
      { field: 'x', stateKey: 'x' },
    ],
    onComplete: (found) => {
      expectTypeOf(found).toEqualTypeOf<Mood>();
    },
  });
  expect(Object.keys(mood.shape)).toEqual(['mood', 'reason']);
});

test('Guards and texts of phases read typed keys, step by step and as an object', () => {
  const builder = Live.builder();
  builder
    .phaseDefaults((all) => all.when((state) => (state.get(quantity) ?? 0) > 3, 'It is a lot.'))
    .phase('ask')
    .instruction((state) => {
      expectTypeOf(state.get(quantity)).toEqualTypeOf<number | undefined>();
      expectTypeOf(state.get('anything')).toEqualTypeOf<JsonValue | undefined>();
      return '';
    })
    .needs(quantity)
    .transition('bye', (state) => {
      expectTypeOf(state.get(quantity)).toEqualTypeOf<number | undefined>();
      // @ts-expect-error guards read only
      state.set(quantity, 3);
      return true;
    })
    .onEnter((context) => expectTypeOf(context).toEqualTypeOf<HookContext>());
  const agent = live({
    phases: {
      initial: 'ask',
      phases: [
        {
          name: 'ask',
          guard: (state) => state.get(quantity) === 3,
          modifiers: [when((state) => (state.get(quantity) ?? 0) > 3, 'It is a lot.')],
          transitions: [{ to: 'bye', when: (state) => (state.get(quantity) ?? 0) > 3 }],
        },
      ],
    },
    steering: { amendment: (state) => `${state.get(quantity)?.toFixed(1)}` },
  });
  expect([builder.options.phases?.initial, agent.options.phases?.initial]).toEqual([undefined, 'ask']);
});

test('Watchers, tools and callbacks have their types', () => {
  const builder = Live.builder()
    .watch(quantity)
    .crossedAbove(3)
    .then((old, value, state) => {
      expectTypeOf(old).toEqualTypeOf<JsonValue>();
      expectTypeOf(value).toEqualTypeOf<JsonValue>();
      expectTypeOf(state).toEqualTypeOf<State>();
    })
    .tool(
      tool({
        name: 'book',
        description: 'Books.',
        input: z.object({ day: z.string() }),
        run: ({ day }) => expectTypeOf(day).toEqualTypeOf<string>(),
      }),
    )
    .agentTool({
      name: 'expert',
      description: 'Knows wine.',
      input: z.object({ wine: z.string() }),
      agent: { ask: async ({ wine }) => wine },
    })
    .agentTool({ name: 'other', description: 'Knows cheese.', agent: { ask: async (request) => request } })
    .onAudio((data) => expectTypeOf(data).toEqualTypeOf<Uint8Array>())
    .on('goAway', ({ timeLeftMs }) => expectTypeOf(timeLeftMs).toEqualTypeOf<number>())
    // @ts-expect-error there is no such event
    .on('gone', () => {});
  expect(builder.options.tools?.map((made) => 'name' in made && made.name)).toEqual([
    'book',
    'expert',
    'other',
  ]);
});
