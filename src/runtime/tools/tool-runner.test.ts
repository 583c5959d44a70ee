import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { HeldTool, ToolRig } from '../../../tests/support/tool-rig.ts';
import { tool } from '../../live/tool.ts';

const city = z.object({ city: z.string() });
const weather = tool({
  name: 'weather',
  description: 'The weather of a city.',
  input: city,
  policy: { kind: 'read' },
  run: ({ city }) => `sunny in ${city}`,
});

describe('A call', () => {
  test('is answered under its id, after its event and its outcome', async (context) => {
    verifies(context, 'tools:alwaysAnswered', 'tools:results');
    const rig = new ToolRig({ tools: [weather] });
    await rig.call({ id: 'a', name: 'weather', args: { city: 'Oslo' } });
    expect(rig.messages).toEqual([
      { responses: [{ id: 'a', name: 'weather', response: { output: 'sunny in Oslo' } }], background: false },
    ]);
    expect(rig.log).toEqual(['outcome:weather:succeeded', 'toolExecution', 'respond:weather']);
    expect(rig.eventsOf('toolExecution')).toEqual([
      {
        type: 'toolExecution',
        callId: 'a',
        name: 'weather',
        args: { city: 'Oslo' },
        result: { output: 'sunny in Oslo' },
      },
    ]);
    expect(rig.outcomes[0]).toMatchObject({ callId: 'a', outcome: 'succeeded', ok: true, turn: 1 });
    expect(rig.runner.pending).toEqual([]);
  });

  test('runs and is answered once however often its id comes', async (context) => {
    verifies(context, 'tools:dedupe');
    const slow = new HeldTool('slow');
    const rig = new ToolRig({ tools: [slow.definition] });
    await rig.call({ id: 'a', name: 'slow' }, { id: 'a', name: 'slow' });
    await rig.call({ id: 'a', name: 'slow' });
    slow.resolve(1);
    await rig.clock.advanceAsync(0);
    await rig.call({ id: 'a', name: 'slow' });
    expect(slow.runs.length).toBe(1);
    expect(rig.of('a')).toHaveLength(1);
  });

  test('without an id gets one of ours, and an answer without one', async (context) => {
    verifies(context, 'tools:dedupe');
    const rig = new ToolRig({ tools: [weather] });
    await rig.call(
      { name: 'weather', args: { city: 'Oslo' } },
      { id: '', name: 'weather', args: { city: 'Rom' } },
    );
    expect(rig.of(undefined).map(({ response }) => response.output)).toEqual([
      'sunny in Oslo',
      'sunny in Rom',
    ]);
    expect(rig.eventsOf('toolExecution').map(({ callId }) => callId)).toEqual(['local-1', 'local-2']);
  });

  test('of an unknown tool is answered with the tools that there are', async (context) => {
    verifies(context, 'tools:errors');
    const rig = new ToolRig({ tools: [weather] });
    await rig.call({ id: 'a', name: 'launch' });
    expect(rig.errorOf('a')).toBe(
      'There is no tool named launch, so nothing ran. The tools are: weather. Call one of them, or answer without a tool.',
    );
    expect(rig.outcomes[0]).toMatchObject({ outcome: 'refused', ok: undefined });
  });

  test('with invalid arguments is answered with the fields and what is expected, and does not run', async (context) => {
    verifies(context, 'tools:arguments', 'tools:errors');
    let runs = 0;
    const input = z.object({ city: z.string(), days: z.int().min(1), unit: z.enum(['c', 'f']) });
    const typed = tool({ name: 'typed', description: 'd', input, run: () => ++runs });
    const raw = tool({
      name: 'raw',
      description: 'd',
      parameters: {
        type: 'object',
        properties: {
          city: { type: 'string' },
          days: { type: 'integer', minimum: 1 },
          unit: { enum: ['c', 'f'] },
        },
        required: ['city'],
      },
      run: () => ++runs,
    });
    const rig = new ToolRig({ tools: [typed, raw] });
    const args = { days: 0, unit: 'k' };
    await rig.call({ id: 'a', name: 'typed', args }, { id: 'b', name: 'raw', args });
    expect(runs).toBe(0);
    for (const id of ['a', 'b']) {
      expect(rig.errorOf(id)).toMatch(/^The arguments of (typed|raw) are invalid, so it did not run\./);
      for (const part of [
        '`city`',
        'a text',
        '`days`',
        'a whole number of at least 1',
        '`unit`',
        'one of c, f',
      ]) {
        expect(rig.errorOf(id)).toContain(part);
      }
      expect(rig.errorOf(id)).toMatch(/call (typed|raw) again\.$/);
    }
  });

  test.each([
    ['an array', [1]],
    ['no JSON', { when: 1n }],
    ['deeper than 32 levels', deep(40)],
  ])('with arguments that are %s is refused', async (_, args) => {
    const rig = new ToolRig({ tools: [weather] });
    await rig.call({ id: 'a', name: 'weather', args: args as never });
    expect(rig.errorOf('a')).toContain('did not run');
  });

  test('that throws, rejects or gives no JSON is answered with one line and reported', async (context) => {
    verifies(context, 'tools:errors', 'tools:results');
    const policy = { kind: 'read' } as const;
    const make = (name: string, run: () => unknown) => tool({ name, description: 'd', policy, run });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const tools = [
      make('throws', () => {
        throw new Error('card declined\n    at secret.ts:1');
      }),
      make('rejects', () => Promise.reject(new Error('no route'))),
      make('hollow', () => Promise.reject(null)),
      make('bigint', () => ({ total: 1n })),
      make('cycle', () => cycle),
      make('map', () => ({ seats: new Map() })),
      make('nan', () => Number.NaN),
      make('symbol', () => Symbol('x')),
      make('huge', () => 'x'.repeat(70_000)),
    ];
    const rig = new ToolRig({ tools });
    await rig.call(...tools.map(({ name }) => ({ id: name, name })));
    expect(rig.errorOf('throws')).toBe(
      'throws failed: card declined. Tell the user, or call it again if other arguments would help.',
    );
    expect(rig.errorOf('rejects')).toMatch(/^rejects failed: no route\./);
    expect(rig.errorOf('hollow')).toMatch(/^hollow failed\. Tell/);
    expect(rig.errorOf('bigint')).toContain('`total` is a bigint');
    expect(rig.errorOf('map')).toContain('`seats` is a Map');
    expect(rig.errorOf('nan')).toContain('it is NaN');
    expect(rig.errorOf('huge')).toContain('70002 bytes of at most 65536');
    expect(rig.messages.flatMap(({ responses }) => responses)).toHaveLength(tools.length);
    expect(rig.messages.map(({ responses }) => JSON.stringify(responses)).join()).not.toContain('secret.ts');
    expect(rig.errors.map(({ code }) => code)).toEqual(tools.map(() => 'toolFailed'));
    expect(rig.outcomes.every(({ ok, outcome }) => ok === false && outcome === 'failed')).toBe(true);
  });

  test('is told apart by what came back: objects stay, the rest is wrapped, dates become text', async (context) => {
    verifies(context, 'tools:results');
    const results = [{ a: 1, gone: undefined }, [1, 2], null, undefined, true, { at: new Date(0) }];
    const tools = results.map((result, index) =>
      tool({ name: `t${index}`, description: 'd', run: () => result }),
    );
    const rig = new ToolRig({ tools });
    await rig.call(...tools.map(({ name }) => ({ id: name, name })));
    expect(tools.map(({ name }) => rig.of(name)[0]?.response)).toEqual([
      { a: 1 },
      { output: [1, 2] },
      { output: null },
      { output: 'ok' },
      { output: true },
      { at: '1970-01-01T00:00:00.000Z' },
    ]);
  });

  test('whose result breaks its output schema is answered; a commit says that it took effect', async (context) => {
    verifies(context, 'tools:results');
    const output = z.object({ price: z.number() });
    const broken = { description: 'd', output, run: () => ({ price: 'one' }) as never };
    const read = tool({ ...broken, name: 'read', policy: { kind: 'read' } });
    const commit = tool({ ...broken, name: 'commit' });
    const rig = new ToolRig({ tools: [read, commit] });
    await rig.call({ id: 'a', name: 'read' }, { id: 'b', name: 'commit' });
    expect(rig.errorOf('a')).toContain('not what the tool promises');
    expect(rig.errorOf('b')).toMatch(/ran and took effect.*Do not call it again/);
    expect(rig.outcomes.map(({ ok }) => ok)).toEqual([false, true]);
  });

  test('is redacted in events and outcomes, and real on the wire', async () => {
    const rig = new ToolRig({ tools: [weather], redact: () => '***' });
    await rig.call({ id: 'a', name: 'weather', args: { city: 'Oslo' } });
    expect(rig.of('a')[0]?.response).toEqual({ output: 'sunny in Oslo' });
    expect(rig.eventsOf('toolExecution')[0]).toMatchObject({ args: '***', result: '***' });
    expect(rig.outcomes[0]).toMatchObject({ args: '***', result: '***' });
  });

  test('beyond 32 at once is told to wait', async (context) => {
    verifies(context, 'tools:limits');
    const slow = new HeldTool('slow');
    const rig = new ToolRig({ tools: [slow.definition] });
    const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
    await rig.call(...ids.slice(0, 32).map((id) => ({ id, name: 'slow' })));
    await rig.call(...ids.slice(32).map((id) => ({ id, name: 'slow' })));
    expect(slow.runs.length).toBe(32);
    expect(rig.errorOf('c39')).toContain('32 calls are running already');
    for (const index of slow.runs.keys()) slow.resolve(1, index);
    await rig.clock.advanceAsync(0);
    expect(ids.every((id) => rig.of(id).length === 1)).toBe(true);
  });
});

describe('A batch', () => {
  test('runs in parallel and is answered in one message when all are done', async (context) => {
    verifies(context, 'tools:parallel');
    const one = new HeldTool('one');
    const two = new HeldTool('two');
    const rig = new ToolRig({ tools: [one.definition, two.definition] });
    await rig.call({ id: 'a', name: 'one' }, { id: 'b', name: 'two' });
    expect([one.runs.length, two.runs.length]).toEqual([1, 1]);
    two.resolve(2);
    await rig.clock.advanceAsync(29_000);
    expect(rig.messages).toEqual([]);
    one.resolve(1);
    await rig.clock.advanceAsync(0);
    expect(rig.messages.map(({ responses }) => responses.map(({ id }) => id))).toEqual([['b', 'a']]);
  });

  test('holds a finished call back no longer than 30 s', async (context) => {
    verifies(context, 'tools:parallel');
    const slow = new HeldTool('slow', { timeoutMs: 60_000 });
    const rig = new ToolRig({ tools: [slow.definition, weather] });
    await rig.call({ id: 'a', name: 'weather', args: { city: 'Oslo' } }, { id: 'b', name: 'slow' });
    await rig.clock.advanceAsync(30_000);
    expect(rig.messages.map(({ responses }) => responses.map(({ id }) => id))).toEqual([['a']]);
    slow.resolve(1);
    await rig.clock.advanceAsync(0);
    expect(rig.of('b')).toHaveLength(1);
    expect(rig.clock.pending).toBe(0);
  });

  test('runs serial tools one after the other, and admits each when its turn comes', async (context) => {
    verifies(context, 'tools:parallel', 'tools:admission');
    const one = new HeldTool('one', { serial: true });
    const two = new HeldTool('two', { serial: true });
    const asked: string[] = [];
    const rig = new ToolRig({
      tools: [one.definition, two.definition, weather],
      admit: ({ name }) => {
        asked.push(name);
        return { ok: true };
      },
    });
    await rig.call(
      { id: 'a', name: 'one' },
      { id: 'b', name: 'two' },
      { id: 'c', name: 'weather', args: { city: 'Oslo' } },
    );
    expect(asked).toEqual(['one', 'weather']);
    expect(two.runs.length).toBe(0);
    one.resolve(1);
    await rig.clock.advanceAsync(0);
    expect(two.runs.length).toBe(1);
    two.resolve(1);
    await rig.clock.advanceAsync(0);
    expect(rig.of('b')).toHaveLength(1);
  });
});

function deep(levels: number): Record<string, unknown> {
  return levels === 0 ? {} : { inner: deep(levels - 1) };
}
