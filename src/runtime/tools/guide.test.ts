import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ToolRig } from '../../../tests/support/tool-rig.ts';
import { tool } from '../../live/tool.ts';
import type { ToolDefinition } from './tool-definition.ts';

test('The tools of the guide look and book', async () => {
  const guide = readFileSync(new URL('../../../docs/guide/tools.md', import.meta.url), 'utf8');
  const program = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const body = program.replace(/^import .*$/gm, '');
  const tables = { isFree: async () => true, book: async () => 'P42' };
  const make = new Function('tool', 'z', 'tables', `${body}; return [checkTable, bookTable];`);
  const made: readonly ToolDefinition[] = make(tool, z, tables);
  const undo = tool({ name: 'cancel_table', description: 'Undoes a booking.', run: () => 'ok' });
  const asked: unknown[] = [];
  const rig = new ToolRig({
    tools: [...made, undo],
    confirmationProvider: ({ message }) => {
      asked.push(message);
      return { confirmed: true };
    },
  });
  rig.state.set('user:id', 'u1');
  const args = { day: '2026-12-01', guests: 3 };
  await rig.call(
    { id: 'a', name: 'check_table', args },
    { id: 'b', name: 'book_table', args },
    { id: 'c', name: 'book_table', args },
  );
  expect(asked).toEqual(['A table for 3 on 2026-12-01?']);
  expect(['a', 'b', 'c'].map((id) => rig.of(id)[0]?.response)).toEqual([
    { free: true },
    { reference: 'P42' },
    { reference: 'P42' },
  ]);
  expect(rig.state.get('reference')).toBe('P42');
  expect(rig.errors).toEqual([]);
});
