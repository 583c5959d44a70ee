import { expect, test } from 'vitest';
import { type LiveOptions, live, type RuntimeError, State } from '../live/index.ts';
import { ScriptedPeer } from '../testing/index.ts';

/** The places and messages of what connecting with these options is refused for. */
async function problems(options: unknown): Promise<readonly string[]> {
  const peer = new ScriptedPeer();
  const error: unknown = await live(options as LiveOptions)
    .connect({ transport: peer.transport, clock: peer.clock, environment: {} })
    .then(
      () => undefined,
      (cause: unknown) => cause,
    );
  expect(error).toMatchObject({ code: 'invalidOptions' });
  expect(peer.connections, 'nothing was opened').toBe(0);
  return ((error as RuntimeError).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const run = (): object => ({});
const extract = (): object => ({ value: {} });
const pay = { name: 'pay', description: 'Pays.', run };

test.each<readonly [string, object, string]>([
  ['redaction', { redaction: { card: true } }, 'redaction.card'],
  ['a pattern', { redaction: { patterns: [{ pattern: 'x', lable: 'y' }] } }, 'redaction.patterns[0].lable'],
  ['tool settings', { toolSettings: { onToolcall: run } }, 'toolSettings.onToolcall'],
  ['tool limits', { toolSettings: { limits: { maxResultByte: 1 } } }, 'toolSettings.limits.maxResultByte'],
  ['hooks', { hooks: { onConected: run } }, 'hooks.onConected'],
  ['quiet', { quiet: { softTurnMS: 1 } }, 'quiet.softTurnMS'],
  ['steering', { steering: { mod: 'hybrid' } }, 'steering.mod'],
  ['on', { on: { turnCompleted: run } }, 'on.turnCompleted'],
  ['onSession', { onSession: { turnCompleted: run } }, 'onSession.turnCompleted'],
  ['a policy', { tools: [{ ...pay, policy: { timeoutMS: 5 } }] }, 'tools.pay.policy.timeoutMS'],
  ['an extractor', { extractors: [{ name: 'e', extract, triger: 'everyTurn' }] }, 'extractors[0].triger'],
  ['a trigger', { extractors: [{ name: 'e', extract, trigger: 'everyTurns' }] }, 'extractors[0].trigger'],
  [
    'a predicate',
    { watchers: [{ key: 'k', predicate: { type: 'change' }, action: run }] },
    'watchers[0].predicate.type',
  ],
])('a misspelt name inside %s is refused with what was meant', async (_where, options, path) => {
  const found = await problems(options);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(`${path}: `);
  expect(found[0]).toContain('Did you mean');
});

test.each<readonly [string, unknown, string]>([
  ['a hook', { hooks: { onConnected: 5 } }, 'hooks.onConnected'],
  ['a listener', { on: { audio: [run, 5] } }, 'on.audio[1]'],
  ['a session listener', { onSession: { error: 'x' } }, 'onSession.error'],
  ['a confirmation', { tools: [{ ...pay, policy: { confirm: 'yes' } }] }, 'tools.pay.policy.confirm'],
  ['the state', { state: {} }, 'state'],
  ['tools', { tools: 5 }, 'tools'],
  ['a tool', { tools: [null] }, 'tools[0]'],
  ['watchers', { watchers: [null] }, 'watchers[0]'],
  ['a computed value', { computed: [5] }, 'computed[0]'],
  ['redaction', { redaction: 5 }, 'redaction'],
  ['hooks', { hooks: null }, 'hooks'],
  ['phases', { phases: { initial: 'a', phases: [null] } }, 'phases.phases[0]'],
  ['all of them', null, 'options'],
])('%s of another type is a problem, no TypeError', async (_what, options, path) => {
  const found = await problems(options);
  expect(found.map((problem) => problem.split(': ')[0])).toContain(path);
});

test('wrong shapes stand in one error with everything else', async () => {
  const found = await problems({
    state: {},
    tools: [null],
    redaction: { digitRuns: 1, card: 1 },
    telemetryIntervalMs: -1,
  });
  expect(found.map((problem) => problem.split(': ')[0]).sort()).toEqual([
    'redaction.card',
    'redaction.digitRuns',
    'state',
    'telemetryIntervalMs',
    'tools[0]',
  ]);
});

test('a state of the application is taken', async () => {
  expect(await problems({ state: new State(), telemetryIntervalMs: -1 })).toHaveLength(1);
});
