import { afterEach, beforeEach, expect } from 'vitest';
import { settle } from '../../../src/testing/index.ts';

/** For a whole file: no test of it may leave a rejection that nobody handles. */
export function expectNoUnhandledRejections(): void {
  let unhandled: unknown[] = [];
  const keep = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => {
    unhandled = [];
    process.on('unhandledRejection', keep);
  });
  afterEach(async () => {
    await settle();
    await settle();
    process.off('unhandledRejection', keep);
    expect(unhandled, 'rejections that nobody handled').toEqual([]);
  });
}
