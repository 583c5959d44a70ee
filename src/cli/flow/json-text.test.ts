import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookAtJson, placeOf, placesOf } from './json-text.ts';

describe('A look at a JSON text', () => {
  it('finds a fault exactly where JSON.parse does not get through', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0041 \n-1.5etruefalsnl'), maxLength: 12 });
    const texts = fc.oneof(
      noise,
      fc.json(),
      fc
        .tuple(fc.json(), fc.nat(), noise)
        .map(([json, at, more]) => json.slice(0, at % json.length) + more + json.slice(at % json.length)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        expect(lookAtJson(text).fault === undefined).toBe(parses);
      }),
      { numRuns: 3000 },
    );
  });

  it('says what should stand where the fault is', () => {
    const told = (text: string): string => {
      const { fault } = lookAtJson(text);
      const { line, column } = placeOf(text, fault?.offset ?? 0);
      return `${line}:${column} ${fault?.message}`;
    };
    expect(told('{\n "a": }')).toBe('2:7 there is "}" where a value should be');
    expect(told('{"a": 1')).toBe('1:8 the file ends where a comma or } should be');
    expect(told('{"a": 1,}')).toBe('1:9 there is "}" where a name in double quotes should be');
    expect(told('[1 2]')).toBe('1:4 there is "2" where a comma or ] should be');
    expect(told('{a: 1}')).toBe('1:2 there is "a" where a name in double quotes should be');
    expect(told('{} x')).toBe('1:4 there is "x" where the end should be');
    expect(told('')).toBe('1:1 the file ends where a value should be');
  });

  it('tells the depth, however deep', () => {
    expect(lookAtJson('{"a": [[]]}').depth).toBe(3);
    expect(lookAtJson('['.repeat(200_000)).depth).toBe(200_000);
  });

  it('knows where a path stands, or what would hold it', () => {
    const text = '{\n  "steps": [\n    {"id": "a"},\n    {"id": "b"}\n  ]\n}';
    const places = placesOf(text, ['steps[1].id', 'steps[1].done', 'other', 'steps[7]', '']);
    expect([...places.values()].map(({ line, column }) => `${line}:${column}`)).toEqual([
      '4:12',
      '4:5',
      '1:1',
      '2:12',
      '1:1',
    ]);
  });
});
