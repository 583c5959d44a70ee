import { expect, it } from 'vitest';
import { meter } from './meter.ts';

it('is empty at -60 dBFS and below, full at 0 and above, and always as wide', () => {
  expect(meter(-96, 8)).toBe('        ');
  expect(meter(-60, 8)).toBe('        ');
  expect(meter(0, 8)).toBe('████████');
  expect(meter(6, 8)).toBe('████████');
  for (let dbfs = -96; dbfs <= 6; dbfs += 0.7) expect([...meter(dbfs, 8)]).toHaveLength(8);
});

it('grows by eighths of a cell', () => {
  expect(meter(-30, 8)).toBe('████    ');
  expect(meter(-60 + 60 / 64, 8)).toBe('▏       ');
});
