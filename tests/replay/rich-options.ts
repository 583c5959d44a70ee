/** An agent that does a little of everything that a session can be made of. */

import { z } from 'zod';
import {
  digits,
  type Extractor,
  type LiveOptions,
  modelExtractor,
  resolve,
  ruleExtractor,
  type TextModel,
  tool,
} from '../../src/live/index.ts';
import type { Clock } from '../../src/wire/index.ts';

const after = (clock: Clock, ms: number): Promise<void> =>
  new Promise((done) => {
    clock.schedule(ms, done);
  });

/** What the tools say depends on what was called before: a replay that ran them would differ. */
export function richOptions(clock: Clock, salt = 'a'): LiveOptions {
  let runs = 0;
  const next = (): string => `${salt}${++runs}`;
  const model: TextModel = {
    async generate() {
      await after(clock, 120);
      if (runs++ % 7 === 6) throw new Error('the model is overloaded');
      return {
        text: JSON.stringify({ mood: next() }),
        usage: { promptTokens: 1, responseTokens: 1, totalTokens: 2 },
        finishReason: 'stop',
      };
    },
  };
  const tools = [
    tool({
      name: 'look',
      description: 'Looks.',
      input: z.object({ where: z.string() }),
      policy: { kind: 'read', timeoutMs: 2_000, retry: { attempts: 2, delayMs: 50 } },
      async run({ where }, { state }) {
        await after(clock, 300);
        if (where === 'nowhere') throw new Error('there is nothing');
        state.set('looked', where);
        return { seen: next() };
      },
    }),
    tool({ name: 'quick', description: 'Is there at once.', run: () => ({ it: next() }) }),
    tool({
      name: 'dig',
      description: 'Takes long.',
      policy: { background: { scheduling: 'whenIdle' } },
      async run(_args, { progress }) {
        await after(clock, 400);
        progress?.('halfway');
        await after(clock, 900);
        return { found: next() };
      },
    }),
    tool({
      name: 'pay',
      description: 'Pays.',
      policy: { kind: 'commit', confirm: true },
      async run(_args, { state, signal }) {
        state.set('paying', true);
        await after(clock, 200);
        return { paid: next(), aborted: signal.aborted };
      },
    }),
  ];
  const extractors: Extractor[] = [
    ruleExtractor({
      name: 'order',
      fields: {
        number: digits({ min: 3, max: 6 }),
        owner: resolve({
          args: ['number'],
          async run() {
            await after(clock, 80);
            return next();
          },
        }),
      },
      promote: [{ field: 'number', stateKey: 'app:number' }],
    }) as unknown as Extractor,
    modelExtractor({
      name: 'mood',
      schema: z.object({ mood: z.string() }),
      model,
      minWords: 1,
      promote: [{ field: 'mood', stateKey: 'app:mood' }],
    }) as unknown as Extractor,
  ];
  return {
    instruction: 'Be brief.',
    greeting: 'Greet.',
    inputVad: true,
    tools: [
      ...tools,
      { functionDeclarations: [{ name: 'byHand', description: 'The application does it.' }] },
    ],
    toolSettings: {
      confirmationProvider: async () => {
        await after(clock, 60);
        return { confirmed: runs++ % 3 !== 2, hint: 'not now' };
      },
      middleware: [
        {
          name: 'count',
          before: ({ name }) => (name === 'quick' && runs++ % 5 === 4 ? { veto: 'enough' } : undefined),
          after: (_call, result) => ({ ...result, counted: next() }),
        },
      ],
      fillerAfterMs: 250,
    },
    extractors,
    phases: {
      initial: 'open',
      phases: [
        {
          name: 'open',
          instruction: 'Ask for the number.',
          transitions: [{ to: 'known', when: (state) => state.get('app:number') !== undefined }],
          onExit: ({ state }) => state.set('left', next()),
        },
        {
          name: 'known',
          instruction: (state) => `The number is ${state.get('app:number')}.`,
          async onEnter({ state, writer }) {
            state.set('entered', next());
            await after(clock, 40);
            await writer.sendClientContent(
              [{ role: 'model', parts: [{ text: `I know ${next()}.` }] }],
              false,
            );
          },
          enterContext: () => `Entered as ${next()}.`,
          transitions: [{ to: 'open', when: (state) => state.get('again') === true }],
        },
      ],
    },
    watchers: [
      {
        key: 'looked',
        predicate: { type: 'changed' },
        action: (_old, _value, state) => state.set('watched', next()),
      },
    ],
    patterns: [
      {
        name: 'quiet',
        when: { type: 'turns', condition: (state) => state.has('looked'), count: 2 },
        action: (state) => state.set('patterned', next()),
      },
    ],
    computed: [
      {
        key: 'both',
        deps: ['looked', 'watched'],
        compute: (state) => `${state.get('looked')} ${state.get('watched')}`,
      },
    ],
    steering: {
      amendment: (state) => (state.has('watched') ? `Watched ${state.get('watched')}.` : undefined),
    },
    quiet: {
      softTurnMs: 1_500,
      deadAir: { noReplyMs: 4_000, policy: { missingTurnComplete: 'rotate' } },
      reprompt: { afterMs: 6_000, text: 'Are you there?' },
    },
    hooks: {
      onConnected: ({ state }) => state.set('connections', next()),
      onTurnBoundary: [
        ({ state }) => {
          state.modify('turns', 0, (count) => count + 1);
        },
        async ({ state }) => {
          await after(clock, 30);
          state.set('boundary', next());
        },
      ],
      onTeardown: async ({ state }) => {
        await after(clock, 20);
        state.set('bye', next());
      },
    },
    telemetryIntervalMs: 1_000,
  };
}
