import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileNameOf } from '../../src/adapters/file-names.ts';
import { JsonlStore } from '../../src/adapters/jsonl-store.ts';
import { recoverSession } from '../../src/runtime/persist/recover-session.ts';
import type { StoreError } from '../../src/runtime/persist/store-error.ts';
import { entriesFrom } from '../conformance/store-model.ts';
import { verifies } from '../requirements.ts';

let folder = '';
const journal = (id = 'a'): string => join(folder, `${fileNameOf(id)}.journal.jsonl`);
const snapshotFile = (): string => join(folder, `${fileNameOf('a')}.snapshot.json`);
const store = (): JsonlStore => new JsonlStore({ folder });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlando-torn-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('A journal cut at any byte of its last line', () => {
  test('is read up to there, is not changed, and is written on from', async (context) => {
    verifies(context, 'persist:jsonl:torn');
    const first = store();
    await first.append('a', entriesFrom(1, 'a', { b: 'ü😀' }));
    const whole = (await readFile(journal())).length;
    await first.append('a', entriesFrom(3, 'c', 'dé'));
    const bytes = await readFile(journal());
    for (let length = whole; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      await writeFile(journal(), cut);
      const loaded = await store().load('a');
      expect(loaded?.entries).toEqual(entriesFrom(1, 'a', { b: 'ü😀' }));
      expect(loaded?.problems).toEqual(
        length === whole
          ? []
          : [expect.objectContaining({ code: 'tornTail', where: 's-a.journal.jsonl, line 3' })],
      );
      expect(await readFile(journal())).toEqual(cut);
      const next = store();
      await next.append('a', entriesFrom(3, 'again'));
      await next.append('a', entriesFrom(4, 'and on'));
      const healed = await store().load('a');
      expect(healed?.entries).toEqual(entriesFrom(1, 'a', { b: 'ü😀' }, 'again', 'and on'));
      expect(healed?.problems.map(({ code }) => code)).toEqual(length === whole ? [] : ['tornEntry']);
    }
  });

  test('may be cut twice', async (context) => {
    verifies(context, 'persist:jsonl:torn');
    await store().append('a', entriesFrom(1, 'a'));
    await writeFile(journal(), `${await readFile(journal(), 'utf8')}0123`);
    await store().append('a', entriesFrom(2, 'b'));
    const text = await readFile(journal(), 'utf8');
    for (let length = text.indexOf('0123') + 4; length < text.length; length++) {
      await writeFile(journal(), text.slice(0, length));
      expect((await store().load('a'))?.entries).toEqual(entriesFrom(1, 'a'));
      await store().append('a', entriesFrom(2, 'c'));
      expect((await store().load('a'))?.entries).toEqual(entriesFrom(1, 'a', 'c'));
    }
  });
});

describe('A damaged session', () => {
  const failure = (work: Promise<unknown>): Promise<StoreError> =>
    work.then(
      () => expect.fail('it did not fail'),
      (cause: StoreError) => cause,
    );

  test('is refused wherever a bit has flipped, and what stands before it is recovered elsewhere', async (context) => {
    verifies(context, 'persist:bad:located');
    const first = store();
    for (let seq = 1; seq <= 4; seq++) await first.append('a', entriesFrom(seq, `entry ${seq}`));
    const sound = await readFile(journal());
    const start = sound.indexOf('\n') + 1;
    const second = sound.indexOf('\n', start) + 1;
    const third = sound.indexOf('\n', second) + 1;
    for (let at = second; at < third; at++) {
      const damaged = Buffer.from(sound);
      damaged[at] = (damaged[at] ?? 0) ^ 0x01;
      await writeFile(journal(), damaged);
      const error = await failure(store().load('a'));
      expect(error).toMatchObject({ name: 'StoreError', code: 'storeCorrupt' });
      expect(error.message).toContain('s-a.journal.jsonl, line 3');
      await expect(store().append('a', entriesFrom(5, 'x'))).rejects.toMatchObject({ code: 'storeCorrupt' });
      expect((await store().load('a', { recover: true }))?.entries).toEqual(entriesFrom(1, 'entry 1'));
      expect(await readFile(journal())).toEqual(damaged);
    }
    const recovery = await recoverSession(store(), 'a', 'b');
    expect(recovery).toMatchObject({ last: 1, problems: [{ code: 'corrupt' }] });
    const recovered = store();
    await recovered.append('b', entriesFrom(2, 'on'));
    expect(await recovered.load('b')).toMatchObject({
      entries: entriesFrom(1, 'entry 1', 'on'),
      problems: [],
    });
    await expect(recoverSession(store(), 'a', 'b')).rejects.toMatchObject({ code: 'invalidArgument' });
    await expect(recoverSession(store(), 'none', 'c')).rejects.toMatchObject({ code: 'invalidArgument' });
  });

  test('is refused where a line is missing', async (context) => {
    verifies(context, 'persist:bad:located');
    const first = store();
    for (let seq = 1; seq <= 4; seq++) await first.append('a', entriesFrom(seq, `entry ${seq}`));
    const lines = (await readFile(journal(), 'utf8')).split('\n');
    await writeFile(journal(), lines.filter((_, index) => index !== 2).join('\n'));
    const error = await failure(store().load('a'));
    expect(error).toMatchObject({
      code: 'storeCorrupt',
      problems: [{ code: 'gap', where: 's-a.journal.jsonl, line 3' }],
    });
  });

  test('is refused when it is foreign, of a later version, or of another session', async (context) => {
    verifies(context, 'persist:bad:located');
    const first = store();
    await first.append('a', entriesFrom(1, 'a'));
    await first.append('b', entriesFrom(1, 'b'));
    await first.snapshot('a', 'x', 1);
    const [text, snapshot] = [await readFile(journal(), 'utf8'), await readFile(snapshotFile(), 'utf8')];
    const later = (from: string): string => from.replace('"version":1', '"version":2');
    const cases: ReadonlyArray<readonly [string, string, string]> = [
      [journal(), later(text), 'storeVersion'],
      [journal(), '', 'storeForeign'],
      [journal(), 'hello\nworld\n', 'storeForeign'],
      [journal(), '{"seq":1}\n', 'storeForeign'],
      [journal(), '[]\n', 'storeForeign'],
      [journal(), '\0\0\0\0\n', 'storeForeign'],
      [journal(), text.slice(0, 20), 'storeForeign'],
      [journal(), await readFile(journal('b'), 'utf8'), 'storeForeign'],
      [snapshotFile(), later(snapshot), 'storeVersion'],
      [snapshotFile(), 'hello', 'storeForeign'],
      [snapshotFile(), snapshot.replace('"a"', '"c"'), 'storeCorrupt'],
      [snapshotFile(), snapshot.replace('"x"', '"y"'), 'storeCorrupt'],
      [snapshotFile(), snapshot.replace('"upTo":1', '"upTo":2'), 'storeCorrupt'],
      [snapshotFile(), snapshot.slice(0, -1), 'storeCorrupt'],
    ];
    for (const [path, content, code] of cases) {
      await writeFile(path, content);
      expect(await failure(store().load('a')), content).toMatchObject({
        code,
        problems: [{ where: expect.any(String) }],
      });
      expect(await failure(store().snapshot('a', 'new', 9)), content).toMatchObject({ name: 'StoreError' });
      if (code !== 'storeCorrupt')
        expect(await failure(store().load('a', { recover: true }))).toMatchObject({ code });
      expect(await readFile(path, 'utf8')).toBe(content);
      await writeFile(journal(), text);
      await writeFile(snapshotFile(), snapshot);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
