import { describe, expectTypeOf, test } from 'vitest';
import { defineConversation } from './define-conversation.ts';

const frames = { party: { slots: [{ name: 'guests' }, { name: 'day' }] } } as const;

describe('A document in TypeScript', () => {
  test('keeps its names as types', () => {
    const document = defineConversation({
      name: 'table',
      frames,
      stages: [
        { id: 'ask', frame: 'party', collect: ['day'], next: [{ to: 'bye', when: 'always' }] },
        { id: 'bye', terminal: true, after: ['ask', { step: 'ask', when: 'always' }] },
      ],
      digressions: [
        { name: 'faq', trigger: { isTrue: 'intent:faq' }, stages: [{ id: 'answer', terminal: true }] },
      ],
      require: ['bye'],
      repair: { escalateTo: 'bye' },
    });
    expectTypeOf(document.stages[0].id).toEqualTypeOf<'ask'>();
    expectTypeOf(document.stages[1].id).toEqualTypeOf<'bye'>();
  });

  test('does not compile with a name that nobody has', () => {
    defineConversation({
      name: 'table',
      stages: [
        // @ts-expect-error no stage is called so
        { id: 'ask', next: ['by'] },
        { id: 'bye', terminal: true },
      ],
    });
    defineConversation({
      name: 'table',
      stages: [
        // @ts-expect-error no stage is called so
        { id: 'ask', next: [{ to: 'by', when: 'always' }] },
        // @ts-expect-error no stage is called so
        { id: 'bye', after: ['asks'], terminal: true },
      ],
      // @ts-expect-error no stage is called so
      require: ['by'],
    });
    defineConversation({
      name: 'table',
      frames,
      stages: [
        // @ts-expect-error no slot is called so
        { id: 'ask', collect: ['guest'] },
        // @ts-expect-error no frame is called so
        { id: 'bye', frame: 'parties' },
        // @ts-expect-error no stage is called so
        { id: 'out', repair: { escalateTo: 'desk' } },
      ],
    });
    defineConversation({
      name: 'table',
      stages: [{ id: 'ask', terminal: true }],
      digressions: [
        {
          name: 'faq',
          trigger: 'always',
          // @ts-expect-error no stage of the digressions is called so
          stages: [{ id: 'answer', next: ['ask'] }],
        },
      ],
    });
  });

  test('does not compile with a field of another type', () => {
    // @ts-expect-error a stage has an id
    defineConversation({ name: 'table', stages: [{ instruction: 'x' }] });
  });
});
