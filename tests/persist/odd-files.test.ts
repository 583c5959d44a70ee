import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JsonlStore } from '../../src/adapters/jsonl-store.ts';

test.each(['journal.jsonl', 'snapshot.json'])(
  'A restore hung where the %s of a session was a link to a device that never ends: it is refused',
  async (file) => {
    const folder = await mkdtemp(join(tmpdir(), 'parlando-odd-'));
    try {
      await symlink('/dev/zero', join(folder, `s-x.${file}`));
      const store = new JsonlStore({ folder });
      await expect(store.load('x')).rejects.toMatchObject({
        code: 'storeForeign',
        problems: [{ code: 'foreign', where: `s-x.${file}`, message: 'it is no file' }],
      });
      await store.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
