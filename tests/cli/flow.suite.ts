import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifies } from '../requirements.ts';
import { buildCli, type CliResult, eventsOf, runCli, startCli, temporaryFolder } from './built-cli.ts';

const SHOWCASE = 'examples/card-support/conversation.json';
const folder = temporaryFolder();
const file = (name: string): string => join(folder, name);
const flow = (...args: readonly string[]): Promise<CliResult> =>
  runCli(['flow', ...args], { limitMs: 60_000 });

interface Document {
  stages: Array<Record<string, unknown>>;
  scenarios: Array<{ name: string; steps: unknown[] }>;
  [field: string]: unknown;
}

function save(name: string, value: unknown): string {
  writeFileSync(file(name), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
  return file(name);
}

function showcase(change: (document: Document) => void = () => undefined): Document {
  const document = JSON.parse(readFileSync(SHOWCASE, 'utf8')) as Document;
  change(document);
  return document;
}

const TWO_STEPS = {
  name: 'order',
  steps: [
    { id: 'ask', done: { isSet: 'item' }, allow: ['search'] },
    { id: 'end', after: ['ask'], terminal: true },
  ],
};

beforeAll(async () => {
  await buildCli();
  save('broken.json', '{\n  "name": "x",\n  "stages": [ {"id": "a" "done": "always"} ]\n}');
  save('empty.json', '');
  save('list.json', '[]');
  save('other.json', { hello: 1 });
  save('deep.json', `{"stages": ${'['.repeat(300)}${']'.repeat(300)}}`);
  save('huge.json', `{"name": "${'x'.repeat(4_100_000)}"}`);
  save('steps.json', {
    name: 'many',
    steps: Array.from({ length: 10_000 }, (_, i) => ({ id: `s${i}`, done: 'always' })),
  });
  save('order.flow.json', TWO_STEPS);
  save('typo.json', {
    ...TWO_STEPS,
    steps: [TWO_STEPS.steps[0], { id: 'end', after: ['aks'], terminal: true }, { id: 'ask', done: 'always' }],
  });
  save(
    'proto.json',
    '{"name":"x","steps":[{"id":"a","done":"always"}],"__proto__":{"polluted":1},"constructor":2}',
  );
  save('ask.scenario.json', { name: 'ask', steps: [{ expectActive: ['ask'] }] });
  save('bad.scenario.json', { name: 'bad', steps: [{ usr: 'hello' }] });
  mkdirSync(file('empty'));
}, 120_000);

describe.concurrent('parlando flow check', () => {
  it('prints its JSON for a file that is no JSON, too', async () => {
    const { code, stdout, stderr } = await flow('check', file('broken.json'), SHOWCASE, '--json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/1 of 2 documents have problems/);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      documents: [
        { file: file('broken.json'), ok: false, problems: [{ kind: 'badDocument', line: 3, column: 26 }] },
        { file: SHOWCASE, ok: true },
      ],
    });
    const alone = await flow('check', file('broken.json'), '--json');
    expect(alone.code).toBe(2);
    expect(alone.stderr).toMatch(/is not JSON/);
    expect(JSON.parse(alone.stdout)).toMatchObject({ ok: false });
  });

  it('tells what a good document holds', async (context) => {
    verifies(context, 'govern:cli');
    const { code, stdout, stderr } = await flow('check', SHOWCASE);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^ok {4}examples\/card-support\/conversation\.json {2}cardSupport: \d+ steps, 3 digressions, \d+ tools, \d+ scenarios\n$/,
    );
  });

  it('checks all documents of a folder, also as JSON', async () => {
    const { code, stdout } = await flow('check', 'examples/card-support', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      documents: [{ file: SHOWCASE, name: 'cardSupport' }],
    });
  });

  it('tells each problem with its line and what was meant', async () => {
    const path = save(
      'misspelt.json',
      showcase(({ stages }) => {
        stages[1] = { ...stages[1], next: ['verfy'], colect: ['fullName'] };
      }),
    );
    const { code, stdout, stderr } = await flow('check', path);
    expect(code).toBe(2);
    expect(stdout).toMatch(/FAIL .*misspelt\.json {2}\d problems?\n/);
    expect(stdout).toMatch(/misspelt\.json:\d+:\d+ stages\[1\].*Did you mean/);
    expect(stderr).toMatch(/^parlando: .*misspelt\.json has problems\n$/);
    const { line } = (
      JSON.parse((await flow('check', path, '--json')).stdout) as {
        documents: [{ problems: [{ line: number }] }];
      }
    ).documents[0].problems[0];
    expect(readFileSync(path, 'utf8').split('\n')[line - 1]).toMatch(/colect|verfy/);
  });

  it('takes a flow as well, and bounded time for one of ten thousand steps', async () => {
    expect((await flow('check', file('order.flow.json'))).stdout).toMatch(/order: 2 steps, 1 tool\n/);
    const { code, stdout, elapsedMs } = await flow('check', file('steps.json'));
    expect(code).toBe(2);
    expect(stdout).toMatch(/2000/);
    expect(elapsedMs).toBeLessThan(5000);
  });

  it('warns of keys in grounds that nothing writes and of stages that nothing leads to, and --strict takes neither', async (context) => {
    verifies(context, 'govern:cli');
    const path = save(
      'doubtful.json',
      showcase((document) => {
        document.stages[1] = {
          ...document.stages[1],
          ground: 'For {user:verifed?a known:an unknown} user: {user:verified}.',
        };
        document.stages.push({
          id: 'stranded',
          instruction: 'Say nothing.',
          done: { isTrue: 'user:verified' },
        });
      }),
    );
    const { code, stdout, stderr } = await flow('check', path);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ok .*doubtful\.json/);
    expect(stdout).toMatch(
      /warning .*doubtful\.json:\d+:\d+ stages\[1\]\.ground: Nothing writes "user:verifed": .* Did you mean "user:verified"\?\n/,
    );
    expect(stdout).toMatch(/warning .* stages\[\d+\]: Nothing leads to the stage "stranded": /);
    expect(stdout.match(/warning/g)).toHaveLength(2);
    const strict = await flow('check', path, '--strict');
    expect(strict.code).toBe(1);
    expect(strict.stderr).toMatch(/1 document with warnings/);
    const told = JSON.parse((await flow('check', path, '--strict', '--json')).stdout);
    expect(told).toMatchObject({
      ok: false,
      documents: [
        {
          ok: true,
          warnings: [
            { kind: 'unwrittenKey', path: 'stages[1].ground' },
            { kind: 'nothingLeadsHere', line: expect.any(Number) },
          ],
        },
      ],
    });
    expect((await flow('check', SHOWCASE, '--strict')).code).toBe(0);
  });

  it('takes names that every object inherits for ordinary names', async () => {
    const { code, stdout } = await flow('check', file('proto.json'));
    expect(code).toBe(2);
    expect(stdout).toMatch(/constructor: There is no such field/);
  });
});

const wrong: ReadonlyArray<readonly [title: string, args: readonly string[], says: RegExp]> = [
  ['no command', [], /flow needs a command: check, graph/],
  ['an unknown command', ['chekc'], /no command 'flow chekc'/],
  ['no file', ['check'], /flow check needs <file\|folder>/],
  ['a file too many', ['graph', 'a', 'b', 'c'], /takes <file> \[scenario\.json\] only/],
  ['an unknown option', ['check', SHOWCASE, '--jsn'], /--jsn is not an option/],
  ['a file that does not exist', ['check', file('none.json')], /no file .*none\.json/],
  ['a folder for a file', ['graph', file('empty')], /is a folder/],
  ['a folder without documents', ['ci', file('empty')], /holds no document/],
  ['a file for a folder', ['ci', SHOWCASE], /flow ci takes folders/],
  [
    'what is no JSON',
    ['check', file('broken.json')],
    /broken\.json:3:26 is not JSON: there is "\\"" where a comma or } should be/,
  ],
  ['an empty file', ['graph', file('empty.json')], /empty\.json:1:1 is not JSON: the file ends/],
  ['a list', ['check', file('list.json')], /holds no object/],
  ['some other JSON', ['explain', file('other.json')], /neither a conversation.*nor a flow/],
  ['JSON that nests too deeply', ['check', file('deep.json')], /nests \d+ deep/],
  ['a file that is too large', ['check', file('huge.json')], /too large: 4\.1 MB/],
  [
    'a document with problems',
    ['graph', file('typo.json')],
    /typo\.json:\d+:\d+ .*\(and \d more: parlando flow check/,
  ],
  [
    'a scenario instead of a document',
    ['check', file('ask.scenario.json')],
    /is a scenario: name the document first/,
  ],
  [
    'a scenario with an unknown step',
    ['simulate', file('order.flow.json'), file('bad.scenario.json')],
    /bad\.scenario\.json:\d+:\d+ steps\[0\]\.usr/,
  ],
  [
    'a scenario that is not embedded',
    ['simulate', SHOWCASE, '--scenario', 'a wrong prof, three times'],
    /has no scenario.*Did you mean "a wrong proof, three times"/,
  ],
  [
    'a step that is none',
    ['explain', SHOWCASE, '--scenario', 'a decision expires with its turn', '--at', '900'],
    /--at must be a whole number/,
  ],
  ['a step without a scenario', ['explain', SHOWCASE, '--at', '3'], /pass --scenario/],
  [
    'a picture that cannot be saved',
    ['graph', SHOWCASE, '--out', file('no/such.svg')],
    /--out .*cannot be written/,
  ],
  ['a seed that is no number', ['fuzz', SHOWCASE, '--seed', 'x'], /--seed must be/],
  ['a recording that is none', ['scenario', file('broken.json')], /broken\.json:1/],
];

describe.concurrent('parlando flow: one line on stderr and exit 2', () => {
  it.for(wrong)('for %s', async ([, args, says]) => {
    const { code, stderr } = await flow(...args);
    expect(stderr).toMatch(/^parlando: [^\n]+\n$/);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });
});

describe.concurrent('parlando flow graph', () => {
  it('draws Mermaid, or SVG into a file, with what is active after a scenario', async () => {
    const { code, stdout } = await flow('graph', SHOWCASE);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^flowchart/);
    expect(stdout).toContain('pay');
    const out = file('card.svg');
    const saved = await flow('graph', SHOWCASE, '--out', out, '--scenario', 'no payment before a yes');
    expect([saved.code, saved.stdout]).toEqual([0, '']);
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg/);
    expect(readFileSync(out, 'utf8')).not.toBe((await flow('graph', SHOWCASE, '--format', 'svg')).stdout);
  });
});

describe.concurrent('parlando flow explain', () => {
  it('tells why the payment is refused, and what the active step waits for', async () => {
    const paid = ['explain', SHOWCASE, '--scenario', 'an amount and a day are agreed to and paid'];
    const refused = ['explain', SHOWCASE, '--scenario', 'no payment before a yes', '--at', '12'];
    const { code, stdout } = await flow(...refused);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^active {2}pay$/m);
    expect(stdout).toMatch(/^refuses "takePayment" is not permitted yet; it needs: /m);
    expect(stdout).toMatch(/✗ app:paymentReference is known/);
    const told = JSON.parse((await flow(...paid, '--json')).stdout) as Record<string, unknown>;
    expect(told).toMatchObject({ complete: true, missingRequirements: [], state: { 'user:verified': true } });
  });
});

describe.concurrent('parlando flow simulate', () => {
  it('plays a scenario step by step', async () => {
    const { code, stdout } = await flow('simulate', SHOWCASE, '--scenario', 'another amount voids the yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^another amount voids the yes\n {2}1 model {3}Good morning/);
    expect(stdout).toMatch(/state +payAgreed: true → nothing/);
    expect(stdout).toMatch(/changed payAmount/);
    expect(stdout).toMatch(/passed {2}\d+ steps/);
  });

  it('plays all of them, and tells each step as JSON', async () => {
    const { code, stdout } = await flow('simulate', SHOWCASE, '--all', '--json');
    expect(code).toBe(0);
    const results = eventsOf(stdout).filter(({ passed }) => passed !== undefined);
    expect(results.length).toBeGreaterThanOrEqual(12);
    expect(results.every(({ passed }) => passed === true)).toBe(true);
  });

  it('ends with 1 where a scenario goes another way, and says at which step', async () => {
    const path = save('refused.scenario.json', {
      name: 'eager',
      steps: ['turn', { toolOk: { tool: 'takePayment', args: { amount: { amount: 1, currency: 'USD' } } } }],
    });
    const { code, stdout, stderr } = await flow('simulate', SHOWCASE, path);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED {2}step 2 of 2: takePayment was refused: /);
    expect(stderr).toBe('parlando: 1 of 1 scenarios failed\n');
  });

  it('takes what the user says and what the model calls from a person, and keeps it as a scenario', async () => {
    const saved = file('played.scenario.json');
    const typed = [
      '/model This call is recorded. You can ask for a person at any time.',
      '/turn',
      'Hello, this is Ada Moreno.',
      '/tool takePayment {"amount": {"amount": 250, "currency": "USD"}, "date": "2026-12-04"}',
      'My card ends in 4821.',
      '/tool verifyIdentity {"name": "Ada Moreno", "proof": "1111"}',
      '/tool verifyIdentity {"name": "Ada Moreno", "proof": "4821"}',
      '/why lookUpBalance',
      '/bogus',
      `/save ${saved}`,
      '/quit',
    ];
    const { child, done } = startCli(['flow', 'simulate', SHOWCASE], { input: `${typed.join('\n')}\n` });
    const { code, stdout, stderr } = await done;
    expect(child.exitCode).toBe(0);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/refused The tool|refused +.*takePayment/);
    expect(stdout).toMatch(/do not belong together/);
    expect(stdout).toMatch(/state +user:verified: nothing → true/);
    expect(stdout).toMatch(/refuses "lookUpBalance" is not permitted yet/);
    expect(stdout).toMatch(/there is no \/bogus/);
    expect(existsSync(saved)).toBe(true);
    expect((await flow('simulate', SHOWCASE, saved)).code).toBe(0);
  });
});

describe.concurrent('parlando flow ci', () => {
  const good = temporaryFolder();
  const bad = temporaryFolder();
  beforeAll(() => {
    cpSync(SHOWCASE, join(good, 'card.conversation.json'));
    writeFileSync(join(good, 'order.flow.json'), JSON.stringify(TWO_STEPS));
    writeFileSync(
      join(good, 'order.item.scenario.json'),
      JSON.stringify({
        name: 'item',
        steps: [{ set: { key: 'item', value: 'tea' } }, 'turn', { expectComplete: true }],
      }),
    );
    cpSync(good, bad, { recursive: true });
    writeFileSync(
      join(bad, 'order.wrong.scenario.json'),
      JSON.stringify({ name: 'wrong', steps: ['turn', { expectComplete: true }] }),
    );
  });

  it('runs embedded scenarios and those beside the documents', async () => {
    const { code, stdout } = await flow('ci', good);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {4}.*card\.conversation\.json {2}(\d+) of \1 scenarios/m);
    expect(stdout).toMatch(/^ok {4}.*order\.flow\.json {2}1 of 1 scenarios/m);
    expect(stdout).toMatch(/2 documents, \d+ scenarios: \d+ passed, 0 failed\n$/);
  });

  it('ends with 1 for a scenario that fails, and writes JSON and JUnit', async () => {
    const junit = file('report.xml');
    const { code, stdout, stderr } = await flow('ci', bad, '--json', '--junit', junit);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^parlando: 1 of \d+ scenarios failed\n$/m);
    expect(JSON.parse(stdout)).toMatchObject({ totals: { documents: 2, failed: 1, broken: 0 } });
    expect(readFileSync(junit, 'utf8')).toMatch(
      /<testsuites [\s\S]*failures="1"[\s\S]*<failure message="step 2/,
    );
    expect((await flow('ci', bad)).stdout).toMatch(/wrong, step 2: still required|wrong, step 2: /);
  });

  it('ends with 2 for a document that does not compile, and runs the others all the same', async () => {
    const mixed = temporaryFolder();
    cpSync(good, mixed, { recursive: true });
    cpSync(file('typo.json'), join(mixed, 'typo.flow.json'));
    const { code, stdout } = await flow('ci', mixed);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^FAIL {2}.*typo\.flow\.json/m);
    expect(stdout).toMatch(/^ok {4}.*order\.flow\.json/m);
  });
});

describe.concurrent('parlando flow fuzz', () => {
  it('finds nothing in the showcase', async () => {
    const { code, stdout } = await flow('fuzz', SHOWCASE, '--seed', '7');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok {4}nothing breaks any of \d+ promises/)]);
  }, 60_000);

  it('says so when time runs out before it is sure', async () => {
    const { code, stdout } = await flow('fuzz', SHOWCASE, '--budget-ms', '1');
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^MAYBE[\s\S]*larger --budget-ms\n/)]);
  });

  it('stops at once when it is told to', async () => {
    const { child, done } = startCli(['flow', 'fuzz', SHOWCASE, '--budget-ms', '60000'], { limitMs: 30_000 });
    child.stderr?.once('data', () => child.kill('SIGINT'));
    expect(await done).toMatchObject({ code: 130, stdout: '' });
  });

  it('ends with 1 and the shortest way to a broken promise, which is a scenario', async () => {
    const path = save(
      'unbound.json',
      showcase(({ stages }) => {
        const pay = stages.find(({ id }) => id === 'pay') as { commit: Record<string, unknown> };
        delete pay.commit.binds;
      }),
    );
    const out = file('found.scenario.json');
    const { code, stdout } = await flow('fuzz', path, '--seed', '7', '--budget-ms', '10000', '--out', out);
    expect(code).toBe(1);
    expect(stdout).toMatch(/takePayment/);
    const again = await flow('simulate', path, out);
    expect(again.stdout).toMatch(/takePayment/);
  });
});

describe.concurrent('parlando flow scenario', () => {
  it('makes a scenario out of a journal, and plays it against a document', async () => {
    const journal = save(
      'call.jsonl',
      [
        { key: 'flow:active', new: ['ask'] },
        { key: 'item', new: 'tea' },
        { key: 'flow:active', new: [] },
      ]
        .map((change) => JSON.stringify(change))
        .join('\n'),
    );
    const { code, stdout, stderr } = await flow('scenario', journal, '--check', file('order.flow.json'));
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^passes against/)]);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'call',
      steps: [{ expectActive: ['ask'] }, {}, 'turn', {}],
    });
  });
});

describe.concurrent('parlando flow --help', () => {
  it('explains each command', async () => {
    const { code, stdout } = await flow('--help');
    expect(code).toBe(0);
    for (const name of ['check', 'graph', 'explain', 'simulate', 'ci', 'fuzz', 'scenario']) {
      expect(stdout).toMatch(new RegExp(`^ +${name} +\\S`, 'm'));
      const help = await flow(name, '--help');
      expect([help.code, help.stderr]).toEqual([0, '']);
      expect(help.stdout).toMatch(new RegExp(`parlando flow ${name} <`));
    }
  }, 30_000);
});
