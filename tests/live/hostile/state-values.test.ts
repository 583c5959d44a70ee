import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { State, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { type CallOptions, CallUnderTest } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

const cycle: { self?: unknown } = {};
cycle.self = cycle;
const exploding = {
  get bad(): never {
    throw new Error('read me not');
  },
};

/** What state cannot hold. */
const VALUES: Readonly<Record<string, unknown>> = {
  'a function': () => {},
  'a bigint': 1n,
  NaN: Number.NaN,
  'a cycle': cycle,
  'a date': new Date(0),
  'a map': new Map(),
  'an object with undefined in it': { a: undefined },
  'an object that throws when read': exploding,
  'nothing at all': undefined,
};

describe.each(Object.entries(VALUES))('%s', (_name, value) => {
  const bad = value as never;

  test('is refused from the application, with the place', async (context) => {
    verifies(context, 'hostile:state');
    const call = await CallUnderTest.open();
    expect(() => call.handle.state().set('key', bad)).toThrow(
      expect.objectContaining({ code: 'stateValueInvalid', message: expect.stringContaining("'key'") }),
    );
    expect(call.handle.state().has('key')).toBe(false);
    await call.end();
  });

  test('is refused from a tool, which fails', async (context) => {
    verifies(context, 'hostile:state');
    const writes = tool({
      name: 'write',
      description: 'Writes.',
      run: (_args, { state }) => {
        state.set('key', bad);
        return { ok: true };
      },
    });
    const call = await CallUnderTest.open({ tools: [writes] });
    const id = await call.peer.calls('write');
    expect((await call.peer.answerTo(id)).response).toMatchObject({
      error: expect.stringContaining('failed'),
    });
    expect(call.codes).toEqual(['toolFailed']);
    expect(call.handle.state().has('key')).toBe(false);
    await call.peer.completes();
    await call.expectAlive();
    await call.end();
  });

  const hostile: Readonly<Record<string, readonly [CallOptions, string]>> = {
    'a hook': [{ hooks: { onTurnBoundary: ({ state }) => state.set('key', bad) } }, 'hookFailed'],
    'an extractor': [
      {
        extractors: [
          {
            name: 'order',
            extract: () => ({ value: { key: bad } }),
            promote: [{ field: 'key', stateKey: 'key' }],
          },
        ],
      },
      'extractorFailed',
    ],
    'a watcher': [
      {
        watchers: [
          {
            key: 'session:turnCount',
            predicate: { type: 'changed' },
            action: (_old, _new, state) => state.set('key', bad),
          },
        ],
      },
      'watcherFailed',
    ],
    'a computed value': [
      { computed: [{ key: 'key', deps: ['session:turnCount'], compute: () => bad }] },
      'watcherFailed',
    ],
    'a phase': [
      {
        phases: {
          initial: 'a',
          phases: [
            { name: 'a', transitions: [{ to: 'b', when: () => true }] },
            { name: 'b', terminal: true, onEnter: ({ state }) => state.set('key', bad) },
          ],
        },
      },
      'hookFailed',
    ],
    'a preparation': [
      {
        phases: {
          initial: 'a',
          phases: [
            { name: 'a', transitions: [{ to: 'b', when: () => true }] },
            {
              name: 'b',
              terminal: true,
              requires: ['key'],
              preparations: [{ name: 'p', produces: ['key'], run: () => ({ key: bad }) }],
            },
          ],
        },
      },
      'hookFailed',
    ],
  };

  test.for(Object.entries(hostile))('is refused from %s', async ([who, [options, code]], context) => {
    verifies(context, 'hostile:state');
    const call = await CallUnderTest.open(options);
    await call.turn();
    await call.clock.advanceAsync(0);
    // No value is no mistake of what computes one, and says nothing of what an extractor found.
    const isAbsence = bad === undefined && (who === 'a computed value' || who === 'an extractor');
    if (isAbsence) expect(call.codes).not.toContain('internal');
    else expect(call.codes).toContain(code);
    expect(call.handle.state().has('key')).toBe(false);
    await call.expectAlive();
    await call.endAndOpenAnother();
  });
});

test('keys of the runtime can be written by nobody else', async (context) => {
  verifies(context, 'hostile:state');
  const forge = tool({
    name: 'forge',
    description: 'Forges.',
    run: (_args, { state }) => {
      state.set('session:phase', 'done');
      return { ok: true };
    },
  });
  const call = await CallUnderTest.open({
    tools: [forge],
    hooks: { onTurnBoundary: ({ state }) => state.set('flow:marking', []) },
    watchers: [
      {
        key: 'session:turnCount',
        predicate: { type: 'changed' },
        action: (_old, _new, state) => state.delete('session:turnCount'),
      },
    ],
  });
  const id = await call.peer.calls('forge');
  expect((await call.peer.answerTo(id)).response).toMatchObject({
    error: expect.stringContaining('session:phase'),
  });
  await call.peer.completes();
  await call.clock.advanceAsync(0);
  expect(call.codes.toSorted()).toEqual(['hookFailed', 'toolFailed', 'watcherFailed']);
  expect(call.handle.state().get('session:turnCount')).toBe(1);
  await call.end();
});

test('a preparation whose value the schema of the state refuses was a failure of the control lane', async (context) => {
  verifies(context, 'hostile:state');
  const call = await CallUnderTest.open({
    state: new State({ schema: z.object({ menu: z.array(z.string()).optional() }).loose() }),
    phases: {
      initial: 'a',
      phases: [
        { name: 'a', transitions: [{ to: 'b', when: () => true }] },
        {
          name: 'b',
          terminal: true,
          requires: ['menu', 'price'],
          preparations: [{ name: 'p', produces: ['menu', 'price'], run: () => ({ menu: 7, price: 3 }) }],
        },
      ],
    },
  });
  await call.turn();
  await call.clock.advanceAsync(0);
  expect(call.codes).toEqual(['hookFailed']);
  expect(call.handle.state().get('price')).toBe(3);
  await call.expectAlive();
  await call.end();
});
