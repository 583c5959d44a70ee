import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifies } from '../requirements.ts';
import { buildCli, type RunningCli, runCli, startSim, temporaryFolder } from './built-cli.ts';

const folder = temporaryFolder();
const file = (name: string): string => join(folder, name);
const server = createServer((_request, response) => response.writeHead(404).end());

let sim: RunningCli & { readonly url: string };
let otherUrl: string;

beforeAll(async () => {
  await buildCli();
  writeFileSync(file('text.wav'), 'this is no sound at all, although it is called one');
  writeFileSync(file('empty.wav'), '');
  writeFileSync(file('typo.json'), '{"steps": [{"heers": "x"}]}');
  writeFileSync(file('broken.json'), '{"steps": [');
  mkdirSync(file('folder.wav'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  otherUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sim = await startSim('--voice', 'tone');
}, 120_000);

afterAll(async () => {
  sim.child.kill('SIGTERM');
  await sim.done;
  server.close();
});

const call =
  (...args: string[]) =>
  () => ['call', '--url', sim.url, '--out', file('reply.wav'), ...args];
const say = (...args: string[]) => call('--text', 'hi', ...args);

const cases: ReadonlyArray<readonly [title: string, args: () => readonly string[], says: RegExp]> = [
  ['a model that does not exist', say('--model', 'gemini-nonexistent'), /model does not exist/i],
  ['a model name that is none', say('--model', '../x?y'), /no model name/],
  ['a key that the service refuses', say('--key', 'hunter2-invalid'), /refused the API key/],
  ['a key that cannot be one', say('--key', 'hunter2 hunter2'), /--key is no key/],
  ['a voice that does not exist', say('--voice-name', 'Nobody'), /Nobody.*--voice-name/],
  ['a WAV path that does not exist', call('--audio', file('none.wav')), /no file .*none\.wav/],
  ['a folder for a WAV file', call('--audio', file('folder.wav')), /is a folder/],
  ['a WAV file that is none', call('--audio', file('text.wav')), /text\.wav cannot be used as audio/],
  ['an empty WAV file', call('--audio', file('empty.wav')), /empty\.wav cannot be used as audio/],
  [
    'a reply that cannot be saved',
    () => ['call', '--text', 'x', '--url', sim.url, '--out', file('no/r.wav')],
    /--out/,
  ],
  ['a URL that is none', () => ['call', '--text', 'x', '--url', 'nowhere'], /--url must be/],
  [
    'a URL with a password',
    () => ['call', '--text', 'x', '--url', 'http://a:hunter2@h'],
    /--url must hold no/,
  ],
  [
    'a URL where nobody listens',
    () => ['call', '--text', 'x', '--url', 'http://127.0.0.1:1', '--out', file('r.wav')],
    /ECONNREFUSED/,
  ],
  [
    'a URL of some other server',
    () => ['call', '--text', 'x', '--url', otherUrl, '--out', file('r.wav')],
    /--url.*|does not speak/,
  ],
  ['no key for the real service', () => ['call', '--text', 'x'], /GEMINI_API_KEY/],
  ['nothing to send', call(), /nothing to send/],
  ['a timeout that is no number', say('--timeout', 'soon'), /--timeout must be/],
  ['a port in use', () => ['sim', '--port', new URL(sim.url).port], /in use/],
  ['a port that is none', () => ['sim', '--port', '70000'], /--port must be/],
  [
    'an address of another machine',
    () => ['sim', '--port', '0', '--host', '203.0.113.7'],
    /no address of this machine/,
  ],
  ['a script that is no JSON', () => ['sim', '--port', '0', '--script', file('broken.json')], /not JSON/],
  [
    'a script with a typing error',
    () => ['sim', '--port', '0', '--script', file('typo.json')],
    /steps\[0\].*heers/,
  ],
  ['a script that does not exist', () => ['sim', '--port', '0', '--script', file('none.json')], /no file/],
  ['an unknown option', say('--jsn'), /--jsn is not an option/],
  ['an option without its value', call('--text'), /--text needs a value/],
  ['an unknown command', () => ['dial'], /no command 'dial'.*demo, sim, call/],
  ['a stray word, which may be a key', () => ['demo', 'hunter2'], /belongs to no option/],
];

describe.concurrent('bad input: one line on stderr and exit 2', () => {
  it.for(cases)('for %s', async ([, args, says], context) => {
    const { code, stdout, stderr } = await runCli(args());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^parlando: [^\n]+\n$/);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\bat \S+:\d+/);
    expect(stdout + stderr).not.toContain('hunter2');
    verifies(context, 'cli:badInput');
  });
});

describe.concurrent('a key', () => {
  const KEY = 'AIzaSyParlandoSecret0123456789';

  it.for([
    ['works from the command line', () => say('--key', KEY)(), {}, 0],
    ['works with events as JSON', () => say('--key', KEY, '--json')(), {}, 0],
    ['is refused', () => say('--key', `${KEY}-invalid`, '--json')(), {}, 2],
    [
      'comes from the environment',
      () => ['call', '--text', 'x', '--url', 'https://127.0.0.1:1', '--json', '--out', file('e.wav')],
      { GEMINI_API_KEY: KEY },
      2,
    ],
    ['stands where it does not belong', () => ['call', KEY], {}, 2],
    ['is in a model name', () => say('--key', KEY, '--model', `gemini-nonexistent-${KEY}`)(), {}, 2],
    [
      'is printed with the stack asked for',
      () => say('--key', `${KEY}-invalid`)(),
      { PARLANDO_DEBUG: '1' },
      2,
    ],
  ] as const)('is in no output when it %s', async ([, args, env, code], context) => {
    const result = await runCli(args(), { env });
    expect(result.code).toBe(code);
    expect(result.stdout + result.stderr).not.toContain('ParlandoSecret');
    verifies(context, 'cli:secrets');
  });
});

describe.concurrent('help', () => {
  it('explains each command and its options', async (context) => {
    const root = await runCli(['--help']);
    expect(root.code).toBe(0);
    for (const name of ['demo', 'sim', 'call']) {
      expect(root.stdout).toMatch(new RegExp(`^ +${name} +\\S`, 'm'));
      const { code, stdout, stderr } = await runCli([name, '--help']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`parlando ${name}`);
      expect(stdout).not.toContain('\u001b');
    }
    const { stdout } = await runCli(['call', '--help']);
    expect(stdout).toMatch(/--key=<key> .*prefer.* GEMINI_API_KEY/);
    expect((await runCli([])).stdout).toBe(root.stdout);
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    verifies(context, 'cli:help');
  }, 30_000);
});
