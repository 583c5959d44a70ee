import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ORDER } from '../../../src/runtime/lanes/order.ts';
import { STEPS } from '../../../src/runtime/lanes/steps/run-input.ts';
import { verifies } from '../../requirements.ts';
import { ROWS } from './rows.ts';

const PAGE = new URL('../../../docs/guide/runtime.md', import.meta.url);

/** The rows of the guide: a heading with a name, and a numbered list of `step`: sentence. */
function rowsOf(page: string): ReadonlyMap<string, ReadonlyArray<readonly [string, string]>> {
  const rows = new Map<string, Array<readonly [string, string]>>();
  let row: Array<readonly [string, string]> = [];
  for (const line of page.split('\n')) {
    const heading = /^### `(\w+)`$/.exec(line)?.[1];
    if (heading !== undefined) {
      row = [];
      rows.set(heading, row);
    }
    const [, number, step = '', sentence = ''] = /^(\d+)\. `(\w+)`: (.+)$/.exec(line) ?? [];
    if (number === undefined) continue;
    row.push([step, sentence]);
    expect(Number(number), `${step} is numbered in order`).toBe(row.length);
  }
  return rows;
}

describe('The table of the control lane', () => {
  test('every row is proven by one file of tests', (context) => {
    verifies(context, 'live:order');
    const proven = Object.values(ROWS).flat();
    expect([...proven].sort()).toEqual(Object.keys(ORDER).sort());
    for (const file of Object.keys(ROWS)) {
      const path = fileURLToPath(new URL(file, import.meta.url));
      expect(existsSync(path) && readFileSync(path, 'utf8').includes(`followRows('${file}')`), file).toBe(
        true,
      );
    }
  });

  test('every step stands in some row, and no row has a step twice', () => {
    const standing = new Set<string>(Object.values(ORDER).flat());
    expect(Object.keys(STEPS).filter((name) => !standing.has(name))).toEqual([]);
    for (const [row, steps] of Object.entries(ORDER)) expect(new Set(steps).size, row).toBe(steps.length);
  });

  test('the guide prints every row as it is, with a sentence for each step', (context) => {
    verifies(context, 'live:order');
    const printed = rowsOf(readFileSync(PAGE, 'utf8'));
    expect([...printed.keys()].sort()).toEqual(Object.keys(ORDER).sort());
    for (const [row, steps] of Object.entries(ORDER)) {
      expect(
        printed.get(row)?.map(([step]) => step),
        row,
      ).toEqual(steps);
      for (const [step, sentence] of printed.get(row) ?? []) expect(sentence, step).toMatch(/\w.*\.$/);
    }
  });
});
