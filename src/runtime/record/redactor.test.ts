import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { State } from '../state/state.ts';
import { Redactor } from './redactor.ts';

const CARD = '4242 4242 4242 4242';
const MASK = '[card ending 4242]';

describe('A redactor', () => {
  test('scrubs each stream as a text of its own, whatever comes between', (context) => {
    verifies(context, 'record:redaction:boundary');
    const redactor = new Redactor(new State(), { cards: true });
    const streams = ['userWords', 'modelWords', 'text', 'thought'] as const;
    const shown = new Map(streams.map((stream) => [stream, '']));
    for (const piece of ['so ', '4242 42', '42 42', '42 4242', ' then']) {
      for (const stream of streams) shown.set(stream, shown.get(stream) + redactor.push(stream, piece));
    }
    for (const stream of streams) {
      expect(shown.get(stream) + redactor.flush(stream)).toBe(`so ${MASK} then`);
    }
  });

  test('drops what nobody heard', () => {
    const redactor = new Redactor(new State(), { cards: true });
    expect(redactor.push('modelWords', 'It is 4242 4')).toBe('It is ');
    redactor.discard('modelWords');
    expect(redactor.push('modelWords', 'Sorry?') + redactor.flush('modelWords')).toBe('Sorry?');
  });

  test('leaves the end of an interim text out when a secret may begin there', () => {
    const redactor = new Redactor(new State(), { cards: true });
    expect(redactor.interim('my card is 4242 4242 42')).toBe('my card is ');
    expect(redactor.interim(`my card is ${CARD}, yes`)).toBe(`my card is ${MASK}, yes`);
  });

  test('masks arguments and results in any depth, names and numbers too', (context) => {
    verifies(context, 'record:redaction:boundary');
    const state = new State();
    state.redact('ssn');
    const redactor = new Redactor(state, { cards: true, patterns: ['Acme'] });
    const shown = redactor.json({
      cards: [{ number: CARD }, 4242424242424242],
      [CARD]: { ssn: { any: 'thing' }, firm: 'ACME', count: 3, ok: true, none: null },
    });
    expect(shown).toEqual({
      cards: [{ number: MASK }, MASK],
      [MASK]: { ssn: '[redacted]', firm: '[redacted]', count: 3, ok: true, none: null },
    });
  });

  test('masks state values and extractions by their marks, under any prefix, and by their words', (context) => {
    verifies(context, 'record:redaction:boundary');
    const state = new State();
    state.redact('ssn');
    const redactor = new Redactor(state, { cards: true });
    expect(redactor.stateValue('user:ssn', '123')).toBe('[redacted]');
    expect(redactor.stateValue('user:note', `pays with ${CARD}`)).toBe(`pays with ${MASK}`);
    expect(redactor.extraction('person', { name: 'Ann', ssn: '123' })).toEqual({
      name: 'Ann',
      ssn: '[redacted]',
    });
    expect(redactor.extraction('person.ssn', '123')).toBe('[redacted]');
    expect(redactor.extraction('ssn.digits', '123')).toBe('[redacted]');
    expect(redactor.extraction('person.name', 'Ann')).toBe('Ann');
  });

  test('passes everything as it is when there is nothing to redact', (context) => {
    verifies(context, 'record:redaction:off');
    const redactor = new Redactor(new State());
    const value = { card: CARD, list: [4242424242424242] };
    expect(redactor.scrubsWords).toBe(false);
    expect(redactor.push('text', CARD) + redactor.flush('text')).toBe(CARD);
    expect(redactor.text(CARD)).toBe(CARD);
    expect(redactor.interim(CARD)).toBe(CARD);
    expect(redactor.cutLength(CARD, 7)).toBe(7);
    expect(redactor.json(value)).toBe(value);
    expect(redactor.stateValue('user:card', value)).toBe(value);
  });

  test('passes the same value when nothing in it is secret', (context) => {
    verifies(context, 'record:redaction:off');
    const redactor = new Redactor(new State(), { cards: true });
    const value = { items: ['tea', 2, { more: [null] }] };
    expect(redactor.json(value)).toBe(value);
  });
});
