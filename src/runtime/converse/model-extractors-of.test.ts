import { describe, expect, test } from 'vitest';
import type { CompiledSlot } from '../../flow/conversation/compiled-conversation.ts';
import type { ExtractorSpec } from '../../flow/conversation/conversation-document.ts';
import { applyExtraction } from '../extract/apply-extraction.ts';
import { checkExtractors } from '../extract/check-extractors.ts';
import { scriptedTextModel, type TextScript } from '../extract/model/scripted-text-model.ts';
import type { LiveEventBody } from '../live-event.ts';
import { State } from '../state/state.ts';
import { modelExtractorsOf } from './model-extractors-of.ts';

const spec: ExtractorSpec = {
  name: 'caller',
  prompt: 'A bank.',
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2, description: 'Family name.' },
      visits: { type: 'integer', minimum: 0 },
      mood: { type: 'string', enum: ['calm', 'angry'] },
      wants: { type: 'array', items: { type: 'string' } },
    },
    required: ['name'],
  },
  promote: [
    { field: 'name', stateKey: 'user:name' },
    { field: 'mood', merge: 'overwrite' },
  ],
};

const slot: CompiledSlot = {
  name: 'familyName',
  stateKey: 'user:name',
  confirm: 'never',
  correctable: true,
  heard: 'anytime',
  stages: ['ask'],
  validator: { maxLength: 8 },
};

/** Applies what a model says of one turn after the other, and gives the state and what was told. */
async function hear(script: TextScript, turns: readonly string[], slots: readonly CompiledSlot[] = []) {
  const state = new State();
  const events: LiveEventBody[] = [];
  const model = scriptedTextModel(script);
  const [extractor] = modelExtractorsOf({ extractors: [spec], slots }, model);
  if (extractor === undefined) throw new Error('no extractor');
  const host = {
    state,
    emit: (event: LiveEventBody) => events.push(event),
    report: () => {},
    promotions: new Map(),
  };
  for (const [index, user] of turns.entries()) {
    const turn = { number: index + 1, user, model: '', tools: [], interrupted: false, startedMs: 0 };
    const window = { turns: [turn], turn: turn.number, trigger: 'everyTurn' } as const;
    expect(extractor.shouldExtract?.(window)).toBe(true);
    const { signal } = new AbortController();
    const found = await extractor.extract({ window, state, signal, nowMs: () => 0 });
    const read = { revision: state.revision, heard: `${index} ${user}`, words: user };
    applyExtraction(host, extractor, found, read);
  }
  const reasons = events.flatMap((event) => (event.type === 'statePromotion' ? [event.reason] : []));
  return { state, events, model, reasons };
}

describe('An extractor of a document', () => {
  test('asks its model for the fields of its schema, and promotes those that it says', async () => {
    const { state, model } = await hear(
      { json: { name: 'Ann', visits: 2, mood: 'calm', wants: null, other: 1 } },
      ['Ann'],
    );
    const values = { name: 'Ann', visits: 2, mood: 'calm', wants: null };
    expect(state.get('caller')).toEqual(values);
    expect(state.get('user:name')).toBe('Ann');
    expect(state.get('mood')).toBe('calm');
    expect(state.has('visits')).toBe(false);
    expect(model.requests[0]?.system).toContain('A bank.');
    expect(model.requests[0]?.json).toMatchObject({
      properties: { name: { type: ['string', 'null'], description: 'Family name.' } },
      required: ['name', 'visits', 'mood', 'wants'],
    });
  });

  test('drops a field that its schema refuses, and says nothing of its value', async () => {
    const { state, events } = await hear(
      { json: { name: 'B', visits: 1.5, mood: 'furious', wants: ['tea', 7] } },
      ['whatever it is'],
    );
    expect(state.get('caller')).toEqual({ name: null, visits: null, mood: null, wants: null });
    const errors = events.flatMap((event) => (event.type === 'extractionError' ? [event] : []));
    expect(errors.map(({ name }) => name)).toEqual([
      'caller.name',
      'caller.visits',
      'caller.mood',
      'caller.wants',
    ]);
    expect(JSON.stringify(errors)).not.toContain('furious');
  });

  test('keeps what is known; where it fills a slot, as the slot says', async () => {
    const script = ['Ann', 'Bob', 'Christopherson'].map((name) => ({ json: { name } }));
    const plain = await hear(script, ['Ann', 'Bob', 'Christopherson']);
    expect(plain.state.get('user:name')).toBe('Ann');
    const slotted = await hear(script, ['Ann', 'Bob', 'Christopherson'], [slot]);
    expect(slotted.state.get('user:name')).toBe('Bob');
    expect(slotted.reasons.filter((reason) => reason.includes('predicate'))).toHaveLength(1);
    const fixed = await hear(script, ['Ann', 'Bob'], [{ ...slot, correctable: false }]);
    expect(fixed.state.get('user:name')).toBe('Ann');
  });

  test.each([
    [{ type: 'object' }, 'schema'],
    [{ type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'object' }] } } }, 'schema'],
    [{ type: 'object', properties: { a: true } }, 'schema'],
    [{ type: 'array', items: { type: 'string' } }, 'schema'],
  ])('with the schema %j is refused when a session is made', (schema, path) => {
    const found = modelExtractorsOf(
      { extractors: [{ name: 'x', prompt: '', schema }], slots: [] },
      scriptedTextModel(''),
    );
    const [problem] = checkExtractors(found);
    expect(problem?.path).toContain(`extractors[0].${path}`);
  });

  test('that promotes a field it does not have, or a key of the runtime, is refused', () => {
    const promote = [{ field: 'nmae' }, { field: 'name', stateKey: 'flow:done' }];
    const found = modelExtractorsOf({ extractors: [{ ...spec, promote }], slots: [] }, scriptedTextModel(''));
    expect(checkExtractors(found).map(({ path }) => path)).toEqual([
      'extractors[0].promote[0].field',
      'extractors[0].promote[1].stateKey',
    ]);
  });
});
