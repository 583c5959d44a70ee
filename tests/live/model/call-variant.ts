/** The kinds of calls that are modelled. */
import fc from 'fast-check';
import { z } from 'zod';
import { tool } from '../../../src/live/tool.ts';
import type { Extractor } from '../../../src/runtime/extract/extractor.ts';
import type { LiveOptions, LivePhase } from '../../../src/runtime/live-options.ts';
import type { ConfirmationProvider } from '../../../src/runtime/tools/confirmation.ts';
import type { ToolPolicy } from '../../../src/runtime/tools/tool-policy.ts';

export interface CallVariant {
  readonly family: '2.5' | '3.1' | '3.8';
  readonly platform: 'googleAi' | 'vertex';
  readonly authority: 'server' | 'client';
  readonly phases: boolean;
  readonly delivery: 'immediate' | 'deferred';
  readonly extractors: boolean;
  /** Reprompts, soft turns and the watchdog. */
  readonly quiet: boolean;
  readonly slowHook: boolean;
}

/** What the scripts of tools and extractors ask of the rig. */
export interface Scripts {
  /** After so much time on the clock of the call; not at all once the call is over. */
  later(ms: number): Promise<void>;
  /** How the extractors answer now. */
  readonly extract: 'quick' | 'slow' | 'fails' | 'hangs';
}

/** What a tool is told to do, in its arguments. */
export const TOOL_WAYS = ['now', 'later', 'fails', 'failsLater', 'hangs'] as const;
export const TOOL_NAMES = ['look', 'book', 'slow', 'queue', 'once', 'pay', 'byHand', 'unknown'] as const;
export const PHASE_NAMES = ['start', 'ask', 'listen', 'tell'] as const;

const MODELS = {
  '2.5': {
    googleAi: 'gemini-2.5-flash-native-audio-preview-12-2025',
    vertex: 'gemini-live-2.5-flash-native-audio',
  },
  '3.1': { googleAi: 'gemini-3.1-flash-live-preview', vertex: 'gemini-3.1-flash-live-preview' },
  '3.8': { googleAi: 'gemini-3.8-live', vertex: 'gemini-3.8-live' },
} as const;

export const MODEL_KINDS = [
  ['2.5', 'googleAi'],
  ['2.5', 'vertex'],
  ['3.1', 'googleAi'],
  ['3.8', 'googleAi'],
  ['3.8', 'vertex'],
] as const;

/** All that is left to choose when model and authority are given. */
export const otherChoices: fc.Arbitrary<Omit<CallVariant, 'family' | 'platform' | 'authority'>> = fc.record({
  phases: fc.boolean(),
  delivery: fc.constantFrom('immediate' as const, 'deferred' as const),
  extractors: fc.boolean(),
  quiet: fc.boolean(),
  slowHook: fc.boolean(),
});

export function optionsOf(variant: CallVariant, scripts: Scripts): LiveOptions {
  const { family, platform, authority, delivery, phases, extractors, quiet, slowHook } = variant;
  return {
    model: MODELS[family][platform],
    ...(platform === 'googleAi'
      ? { apiKey: 'test' }
      : { vertex: { project: 'p', location: 'us-central1' }, accessToken: 'test', explicitVadSignal: true }),
    retry: { maxAttempts: 1000 },
    instruction: 'Be brief.',
    interruptionAuthority: authority,
    steering: { contextDelivery: delivery },
    tools: [
      ...toolsOf(scripts),
      { functionDeclarations: [{ name: 'byHand', description: 'Answered by hand.' }] },
    ],
    toolSettings: {
      confirmationProvider: confirmation(scripts),
      limits: { confirmationTimeoutMs: 2000, hookTimeoutMs: 1000, batchHoldMs: 1500 },
      fillerAfterMs: 400,
      ...(slowHook && { beforeToolResponse: (given) => scripts.later(150).then(() => given) }),
    },
    ...(phases && { phases: { initial: 'start', phases: PHASES } }),
    ...(extractors && { extractors: extractorsOf(scripts) }),
    ...(quiet && {
      quiet: { reprompt: { afterMs: 7000, text: 'Ask again.' }, softTurnMs: 2000, deadAir: true },
    }),
    watchers: [
      {
        key: 'step',
        predicate: { type: 'changed' },
        action: (_old, value, state) => state.set('seen', value),
      },
    ],
    computed: [{ key: 'even', deps: ['step'], compute: (state) => Number(state.get('step') ?? 0) % 2 === 0 }],
    patterns: [
      {
        name: 'stays',
        when: { type: 'sustained', condition: (state) => state.get('step') === 3, durationMs: 1000 },
        action: (state) => state.set('stayed', true),
      },
    ],
  };
}

const atStep =
  (step: number) =>
  (state: { get(key: string): unknown }): boolean =>
    Number(state.get('step') ?? 0) % 4 === step;

const PHASES: readonly LivePhase[] = [
  {
    name: 'start',
    instruction: 'Say hello.',
    transitions: [{ to: 'ask', when: atStep(1), description: 'one' }],
  },
  {
    name: 'ask',
    instruction: 'Ask for the size.',
    tools: ['look', 'slow', 'byHand'],
    promptOnEnter: true,
    transitions: [{ to: 'listen', when: atStep(2), description: 'two' }],
  },
  {
    name: 'listen',
    instruction: (state) => `Listen at step ${String(state.get('step'))}.`,
    floorHold: true,
    endOfSpeechMs: 700,
    transitions: [
      { to: 'tell', when: atStep(3), description: 'three' },
      { to: 'start', when: atStep(0), description: 'none' },
    ],
  },
  {
    name: 'tell',
    instruction: 'Tell the price.',
    enterPrompt: 'Tell it now.',
    contextDelivery: 'deferred',
    reprompt: { afterMs: 4000, text: 'Tell it again.' },
    transitions: [{ to: 'start', when: atStep(0), description: 'none' }],
  },
];

function toolsOf(scripts: Scripts): ReadonlyArray<ReturnType<typeof tool>> {
  const make = (name: string, policy: ToolPolicy<unknown>): ReturnType<typeof tool> =>
    tool({
      name,
      description: `Does ${name}.`,
      input: z.object({ way: z.enum(TOOL_WAYS), ms: z.number() }),
      policy: { timeoutMs: 3000, ...policy },
      async run({ way, ms }, { state, progress, callId }) {
        if (way === 'fails') throw new Error(`no luck with ${callId}`);
        if (way === 'hangs') return new Promise<never>(() => {});
        if (way !== 'now') await scripts.later(ms);
        progress?.('half');
        if (way === 'failsLater') throw new Error(`no luck at last with ${callId}`);
        state.set('step', Number(state.get('step') ?? 0) + 1);
        return { done: callId };
      },
    });
  return [
    make('look', { kind: 'read', retry: { attempts: 2, delayMs: 300 } }),
    make('book', {}),
    make('slow', { background: { scheduling: 'interrupt' } }),
    make('queue', { serial: true, kind: 'read' }),
    make('once', { once: true }),
    make('pay', { confirm: true }),
  ];
}

/** How long the confirmation takes, and whether it comes, is in the arguments of the call. */
function confirmation(scripts: Scripts): ConfirmationProvider {
  return async ({ args }) => {
    const ms = Number(args.ms);
    if (ms % 3 === 0) return new Promise<never>(() => {});
    if (ms % 2 === 0) await scripts.later(ms);
    return { confirmed: ms % 5 !== 0 };
  };
}

function extractorsOf(scripts: Scripts): readonly Extractor[] {
  const make = (name: string, field: string, take: Partial<Extractor>): Extractor => ({
    name,
    promote: [{ field: 'step', stateKey: field, merge: 'overwrite' }],
    timeoutMs: 3000,
    extract: ({ window }) => {
      const found = { value: { step: window.turn } };
      switch (scripts.extract) {
        case 'quick':
          return found;
        case 'slow':
          return scripts.later(1200).then(() => found);
        case 'fails':
          throw new Error('nothing found');
        case 'hangs':
          return new Promise<never>(() => {});
      }
    },
    ...take,
  });
  return [make('every', 'step', {}), make('after', 'other', { trigger: 'afterToolCall' })];
}
