import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import type { CliConsole } from '../../src/cli/shell/console.ts';
import { systemClock } from '../../src/wire/index.ts';
import { verifies } from '../requirements.ts';
import { smallCall } from './small-call.ts';

const folder = mkdtempSync(join(tmpdir(), 'parlando-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const output = (name: 'out' | 'err'): CliConsole['stdout'] => ({
    write: (text) => {
      said[name] += text;
    },
    ...{ isTty: false, columns: 80, rows: 24 },
  });
  const io: CliConsole = {
    stdout: output('out'),
    stderr: output('err'),
    ...{ env: {}, clock: systemClock, stop: new AbortController().signal, color: false },
  };
  return { code: await runCli(['replay', ...argv], io), ...said };
}

it('ends with 0 when nothing differs, 1 when something does, and 2 for files of no use', async (context) => {
  verifies(context, 'replay:command');
  const { text } = await smallCall();
  const file = join(folder, 'call.jsonl');
  writeFileSync(file, text);
  const session = (instruction: string): string => {
    const path = join(folder, `${instruction.replace(/\W/g, '')}.mjs`);
    const tool = `{ name: 'look', description: 'Looks outside.', parameters: { type: 'object', properties: { where: { type: 'string' } } }, run: () => { throw new Error('called'); } }`;
    const quiet = `{ reprompt: { afterMs: 5000, text: 'Are you there?' } }`;
    writeFileSync(
      path,
      `export const options = () => ({ instruction: '${instruction}', tools: [${tool}], quiet: ${quiet} });\n`,
    );
    return path;
  };
  const clean = await run(file, '--session', session('Be brief.'));
  expect(clean).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^CLEAN {2}\d+ entries in /) });
  const drift = await run(file, '--session', session('Be long.'));
  expect(drift).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^DRIFT[\s\S]*first at entry 3, 0.000 s, frame:/),
  });
  const told = await run(file, '--session', session('Be long.'), '--json');
  expect(JSON.parse(told.out)).toMatchObject({ verdict: 'DRIFT', difference: { seq: 3, kind: 'frame' } });
  const last = text.trimEnd().split('\n').length - 1;
  const beyond = await run(file, '--session', session('Be brief.'), '--at', '99999');
  expect(beyond, 'an entry that is not there is none').toMatchObject({
    code: 2,
    err: expect.stringContaining(`there is no entry 99999: the last one of the recording is ${last}`),
  });
  const plain = await run(file, '--session', session('Be brief.'), '--at', `${last}`);
  expect(plain.out).toMatch(new RegExp(`^after entry ${last}(?:, unchanged since entry \\d+)?\n`));
  const moment = await run(file, '--session', session('Be brief.'), '--at', `${last}`, '--json');
  expect(JSON.parse(moment.out)).toMatchObject({ state: { looked: 'garden', thanked: true } });
  expect(await run(file)).toMatchObject({ code: 2, err: expect.stringContaining('--session module.js') });
  expect(await run(join(folder, 'none.jsonl'))).toMatchObject({ code: 2 });
  const torn = join(folder, 'torn.jsonl');
  writeFileSync(torn, text.slice(0, -40));
  expect(await run(torn, '--session', session('Be brief.'))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/torn\.jsonl:\d+: .* --recover/),
  });
  expect(await run(torn, '--session', session('Be brief.'), '--recover')).toMatchObject({ code: 0 });
  const cut = join(folder, 'cut.jsonl');
  writeFileSync(cut, `${text.split('\n').slice(0, 10).join('\n')}\n`);
  expect(await run(cut, '--session', session('Be brief.')), 'a cut recording is no clean one').toMatchObject({
    code: 2,
    err: expect.stringMatching(/no end[\s\S]*--recover/),
  });
  expect(await run(cut, '--session', session('Be brief.'), '--recover')).toMatchObject({ code: 0 });
  expect(readFileSync(torn, 'utf8')).toBe(text.slice(0, -40));
});
