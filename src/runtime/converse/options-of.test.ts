import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import type {
  CompiledConversation,
  CompiledSlot,
  CompiledTool,
} from '../../flow/conversation/compiled-conversation.ts';
import type { ConversationDocument, RecogniserSpec } from '../../flow/conversation/conversation-document.ts';
import type { Question } from '../../flow/definition/flow-definition.ts';
import { scriptedTextModel } from '../extract/model/scripted-text-model.ts';
import { redactionProblems } from '../record/redaction-options.ts';
import { Redactor } from '../record/redactor.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { conversationOptions, prepareState } from './options-of.ts';

function conversationOf(
  more: Partial<CompiledConversation> = {},
  document: Partial<ConversationDocument> = {},
  decisions: readonly Question[] = [],
): CompiledConversation {
  const steps = [{ id: 'a', done: { isSet: 'x' }, allow: ['look', 'hangUp'] }];
  const compiled = compileFlow({ name: 'test', steps, decisions });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return {
    name: 'test',
    document: { name: 'test', stages: [], ...document },
    flow: compiled.flow,
    slots: [],
    extractors: [],
    tools: [],
    state: {},
    redact: [],
    scenarios: [],
    ...more,
  };
}

function slotOf(recogniser: RecogniserSpec, pii = true): CompiledSlot {
  return {
    name: 'number',
    stateKey: 'user:number',
    confirm: 'never',
    correctable: true,
    heard: 'anytime',
    stages: [],
    pii,
    recogniser,
  };
}

const look: CompiledTool = { name: 'look', description: 'Looks.', kind: 'read', mock: { response: 'seen' } };
const run = (): string => 'ok';

describe('The options of a conversation', () => {
  test('are what its document says of the session', () => {
    const textModel = scriptedTextModel('');
    const extractors = [
      { name: 'e', prompt: 'p', schema: { type: 'object', properties: { a: { type: 'string' } } } },
    ];
    const conversation = conversationOf(
      { tools: [look], extractors },
      {
        instruction: 'Be kind.',
        greeting: 'Hello.',
        voice: 'Kore',
        language: 'en-GB',
        temperature: 0.2,
      },
    );
    const hangUp = { name: 'hangUp', description: 'Ends.', run };
    const { options, problems } = conversationOptions(conversation, { textModel, tools: [hangUp] });
    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      instruction: 'Be kind.',
      greeting: 'Hello.',
      voice: 'Kore',
      speechConfig: { languageCode: 'en-GB' },
      temperature: 0.2,
      tools: [{ name: 'look' }, { name: 'hangUp' }],
      extractors: [{ name: 'e' }],
      flow: { flow: conversation.flow, decisions: { model: textModel } },
    });
    const bare = conversationOptions(conversationOf({ tools: [look] }), { tools: [hangUp] });
    expect(Object.keys(bare.options)).toEqual(['tools', 'extractors', 'flow']);
  });

  test('have the tool of the application in the place of its own', () => {
    const mine = { name: 'look', description: 'Mine.', run };
    const broken: CompiledTool = { ...look, http: { url: 'nowhere' } };
    const raw = { functionDeclarations: [{ name: 'hangUp', description: 'By hand.' }] };
    const { options, problems } = conversationOptions(conversationOf({ tools: [broken] }), {
      tools: [mine, raw, { googleSearch: {} }],
    });
    expect(problems).toEqual([]);
    expect(options.tools).toEqual([{ ...mine, policy: { kind: 'read' } }, raw, { googleSearch: {} }]);
  });

  test('come with everything that keeps it from running', () => {
    const question: Question = { id: 'q', ask: 'Really?', type: 'boolean' };
    const extractors = [{ name: 'e', prompt: '', schema: {} }];
    const tools: CompiledTool[] = [{ ...look, saves: { 'flow:x': 'y' } }];
    const { problems } = conversationOptions(conversationOf({ tools, extractors }, {}, [question]));
    expect(problems.map(({ path }) => path)).toEqual([
      'tools.look.saves.flow:x',
      'tools.hangUp',
      'extractors',
    ]);
  });
});

describe('Private slots', () => {
  test.each([
    ['digits', 'it is 4155 0277', 'it is [digits]'],
    [{ digits: { min: 6 } }, 'in 2026 it is 415502', 'in 2026 it is [digits]'],
    ['phone', 'call 0171 555 0199 in 2026', 'call [digits] in 2026'],
    ['email', 'write to ann.lee@example.co.uk please', 'write to [email] please'],
    [{ pattern: '[A-Z]{2}\\d{6}', flags: 'gi' }, 'passport ab123456', 'passport [redacted]'],
  ] as const)('found as %j do not show in transcripts', (recogniser, words, shown) => {
    const { options } = conversationOptions(conversationOf({ slots: [slotOf(recogniser)] }));
    expect(redactionProblems(options.redaction ?? {}, '')).toEqual([]);
    expect(new Redactor(new State(), options.redaction).text(words)).toBe(shown);
    const open = conversationOptions(conversationOf({ slots: [slotOf(recogniser, false)] }));
    expect(open.options.redaction).toBeUndefined();
  });

  test('that no scrubber can find in words are masked in state alone', () => {
    for (const recogniser of ['yesNo', 'money', { pattern: '(?<=x)y' }, { oneOf: ['a'] }] as const) {
      const { options } = conversationOptions(conversationOf({ slots: [slotOf(recogniser)] }));
      expect(options.redaction).toBeUndefined();
    }
  });
});

test('A state is made ready once: what it knows already stays', () => {
  const state = new State();
  const conversation = conversationOf({
    slots: [slotOf('digits')],
    redact: ['user:number', 'secret'],
    state: { 'app:tries': 0, plan: { months: 3 }, 'flow:done': ['a'] },
  });
  state.set('app:tries', 2);
  runtimeWriter(state).set('flow:active', ['a']);
  prepareState(state, conversation);
  expect(state.snapshot().values).toEqual({ 'app:tries': 2, 'flow:active': ['a'], plan: { months: 3 } });
  expect(['user:number', 'number', 'secret', 'plan'].map((key) => state.isRedacted(key))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
