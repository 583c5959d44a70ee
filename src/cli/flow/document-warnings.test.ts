import { describe, expect, it } from 'vitest';
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import { compileConversation } from '../../flow/conversation/compile-conversation.ts';
import type { FlowDefinition, StepDefinition } from '../../flow/definition/flow-definition.ts';
import { documentWarnings } from './document-warnings.ts';

const END: StepDefinition = { id: 'end', after: ['ask'], terminal: true };
const ASK: StepDefinition = { id: 'ask', done: { isSet: 'answer' } };

describe('Steps that nothing leads to', () => {
  const warned = (
    steps: readonly StepDefinition[],
    more: Partial<FlowDefinition> = {},
  ): readonly string[] => {
    const result = compileFlow({ name: 'order', steps, ...more });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return documentWarnings(result.flow).map(({ path }) => path);
  };
  const beside: StepDefinition = { id: 'beside', done: { isSet: 'other' } };

  it('are told, but for the one that the flow begins with, wherever it stands', () => {
    expect(warned([END, ASK])).toEqual([]);
    expect(warned([ASK, END, beside])).toEqual(['steps[2]']);
  });

  it('are not told where it is said that nothing comes before, or something else than an edge decides', () => {
    expect(warned([ASK, END, { ...beside, after: [] }])).toEqual([]);
    expect(warned([ASK, END, { ...beside, gate: { isTrue: 'wanted' } }])).toEqual([]);
    expect(warned([ASK, END, beside], { constraints: [{ before: ['ask', 'beside'] }] })).toEqual([]);
  });

  it('are not those that an escalation leads to', () => {
    expect(warned([{ ...ASK, repair: { escalateTo: 'beside' } }, END, beside])).toEqual([]);
  });

  it('are told of digressions, too', () => {
    const flow = { steps: [{ id: 'answer', terminal: true }, beside] };
    const digressions = [{ name: 'faq', trigger: { isTrue: 'asked' }, flow }];
    expect(warned([ASK, END], { digressions })).toEqual(['digressions[0].flow.steps[1]']);
  });
});

describe('Keys in the grounds of stages', () => {
  const warned = (ground: string): readonly unknown[] => {
    const result = compileConversation({
      name: 'table',
      inputs: ['guest:*', 'venue'],
      state: { opening: '18:00' },
      frames: { when: { slots: [{ name: 'day', recogniser: 'dateTime', confirm: 'always' }] } },
      tools: [{ name: 'book', description: 'Books.', parameters: {}, saves: { reference: 'id' } }],
      stages: [
        { id: 'ask', frame: 'when', ground, next: ['end'] },
        { id: 'end', terminal: true, instruction: 'Say goodbye.' },
      ],
    });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return documentWarnings(result.conversation).map(({ path, hint }) => [path, hint]);
  };

  it('are known when slots, tools, the document, its inputs or the runtime write them', () => {
    expect(
      warned(
        '{day} {day:confirmed?a:b} {guest:name} {venue?yes} {opening} {reference} {session:turn} {ask:result}',
      ),
    ).toEqual([]);
  });

  it('are told once each with what was perhaps meant; braces that belong to nothing are text', () => {
    expect(warned('{dey} {dey?a:b} { {} and }{')).toEqual([['stages[0].ground', 'Did you mean "day"?']]);
  });
});
