import { expect, test } from 'vitest';
import { compileConversation } from './compile-conversation.ts';

const good = { name: 'x', stages: [{ id: 'end', terminal: true }] };

test('A document that cannot be read is a problem, not an error', () => {
  const throws = (): never => {
    throw new Error('no');
  };
  const circle: Record<string, unknown> = { ...good };
  circle.state = { a: circle };
  const hostile: readonly unknown[] = [
    Object.defineProperty({ ...good }, 'stages', { enumerable: true, get: throws }),
    {
      ...good,
      stages: [Object.defineProperty({ id: 'end' }, 'terminal', { enumerable: true, get: throws })],
    },
    new Proxy(good, { ownKeys: throws }),
    new Proxy(good, { get: throws }),
    new Proxy(good, { getPrototypeOf: throws }),
    circle,
  ];
  for (const [index, document] of hostile.entries()) {
    const result = compileConversation(document);
    expect(result.ok, `${index}`).toBe(false);
    if (!result.ok) expect(result.problems.length, `${index}`).toBeGreaterThan(0);
  }
});

test('A document that says something else each time is what it said when it was checked', () => {
  let reads = 0;
  const changing = {
    name: 'x',
    get stages() {
      return reads++ % 2 === 0 ? good.stages : 7;
    },
  };
  const first = compileConversation(changing);
  expect(first.ok && first.conversation.document.stages).toEqual(good.stages);
  expect(reads).toBe(1);
  expect(compileConversation(changing).ok).toBe(false);
});

test('A byte order mark begins no document, and is no problem', () => {
  expect(compileConversation(`\uFEFF${JSON.stringify(good)}`).ok).toBe(true);
});
