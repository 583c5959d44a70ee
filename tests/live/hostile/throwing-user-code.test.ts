import { describe, expect, test } from 'vitest';
import { type MicProcessor, tool, withContext } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { type CallOptions, CallUnderTest } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

/** How user code fails; each gives a function that does nothing else. */
const FAILURES = {
  throws: (): never => {
    throw new Error('broken on purpose');
  },
  'throws no error': (): never => {
    throw 'broken on purpose';
  },
  rejects: (): never => Promise.reject(new Error('broken on purpose')) as never,
  'rejects a thenable': (): never =>
    // biome-ignore lint/suspicious/noThenProperty: promises of other libraries look like this
    ({ then: (_: unknown, reject?: (cause: Error) => void) => reject?.(new Error('broken')) }) as never,
} as const;

type Failure = (...args: readonly unknown[]) => never;

interface Hostile {
  /** The options with the function that fails. */
  readonly options: (fails: Failure) => CallOptions;
  /** What makes the session call it. */
  readonly provoke?: (call: CallUnderTest) => Promise<void>;
  /** The code that the failure is told with. */
  readonly code: string;
}

const look = tool({ name: 'look', description: 'Looks.', policy: { kind: 'read' }, run: () => ({ ok: 1 }) });
const callsLook = async (call: CallUnderTest): Promise<void> => {
  const id = await call.peer.calls('look');
  await call.clock.advanceAsync(0);
  await call.peer.answerTo(id);
  await call.peer.says('I have looked.', { thenCompletes: true });
};
const lookAs = (more: Partial<Parameters<typeof tool>[0]>): CallOptions => ({
  tools: [tool({ name: 'look', description: 'Looks.', run: () => ({ ok: 1 }), ...more } as never)],
});
const phase = (name: string, more: object = {}): NonNullable<CallOptions['phases']> => ({
  initial: 'ask',
  phases: [
    {
      name: 'ask',
      instruction: 'Ask.',
      transitions: [{ to: name, when: (state) => state.has('go'), description: 'go' }],
    },
    { name, instruction: 'Go on.', terminal: true, ...more },
  ],
});
const writesGo = async (call: CallUnderTest): Promise<void> => {
  call.handle.state().set('go', true);
  await call.turn('Go on, please.', 'All right.');
};

const USER_CODE: Readonly<Record<string, Hostile>> = {
  'a tool': {
    options: (fails) => lookAs({ run: fails }),
    provoke: callsLook,
    code: 'toolFailed',
  },
  "a tool's input schema": {
    options: (fails) => ({
      tools: [
        {
          ...look,
          input: { '~standard': { version: 1, vendor: 'x', validate: fails } },
          parameters: { type: 'object', properties: {} },
        },
      ],
    }),
    provoke: callsLook,
    code: 'toolFailed',
  },
  "a tool's output schema": {
    options: (fails) => lookAs({ output: { '~standard': { version: 1, vendor: 'x', validate: fails } } }),
    provoke: callsLook,
    code: 'toolFailed',
  },
  'an idempotency key': {
    options: (fails) => lookAs({ policy: { idempotencyKey: fails } }),
    provoke: callsLook,
    code: 'toolFailed',
  },
  'a confirmation message': {
    options: (fails) => ({
      ...lookAs({ policy: { confirm: fails } }),
      toolSettings: { confirmationProvider: () => ({ confirmed: true }) },
    }),
    provoke: callsLook,
    code: 'toolFailed',
  },
  'a confirmation provider': {
    options: (fails) => ({
      ...lookAs({ policy: { confirm: true } }),
      toolSettings: { confirmationProvider: fails },
    }),
    provoke: callsLook,
    code: 'hookFailed',
  },
  'the format of a background tool': {
    options: (fails) => lookAs({ policy: { background: { format: fails } } }),
    provoke: async (call) => {
      await call.peer.calls('look', {}, 'slow');
      await call.clock.advanceAsync(0);
      expect(call.peer.answersTo('slow')).toHaveLength(2);
      await call.peer.says('It is done.', { thenCompletes: true });
    },
    code: 'toolFailed',
  },
  'middleware before a tool': {
    options: (fails) => ({ tools: [look], toolSettings: { middleware: [{ before: fails }] } }),
    provoke: callsLook,
    code: 'hookFailed',
  },
  'middleware after a tool': {
    options: (fails) => ({ tools: [look], toolSettings: { middleware: [{ after: fails }] } }),
    provoke: callsLook,
    code: 'hookFailed',
  },
  'middleware on an error': {
    options: (fails) => ({
      ...lookAs({ run: FAILURES.throws }),
      toolSettings: { middleware: [{ onError: fails }] },
    }),
    provoke: callsLook,
    code: 'hookFailed',
  },
  onToolCall: {
    options: (fails) => ({ tools: [look], toolSettings: { onToolCall: fails } }),
    provoke: callsLook,
    code: 'hookFailed',
  },
  beforeToolResponse: {
    options: (fails) => ({ tools: [look], toolSettings: { beforeToolResponse: fails } }),
    provoke: callsLook,
    code: 'hookFailed',
  },
  'an extractor': {
    options: (fails) => ({ extractors: [{ name: 'order', extract: fails }] }),
    provoke: (call) => call.turn(),
    code: 'extractorFailed',
  },
  "an extractor's shouldExtract": {
    options: (fails) => ({
      extractors: [{ name: 'order', shouldExtract: fails, extract: () => ({ value: { size: 1 } }) }],
    }),
    provoke: (call) => call.turn(),
    code: 'extractorFailed',
  },
  "an extractor's onComplete": {
    options: (fails) => ({
      extractors: [{ name: 'order', onComplete: fails, extract: () => ({ value: { size: 1 } }) }],
    }),
    provoke: (call) => call.turn(),
    code: 'hookFailed',
  },
  "a promotion's condition": {
    options: (fails) => ({
      extractors: [
        {
          name: 'order',
          extract: () => ({ value: { size: 1 } }),
          promote: [{ field: 'size', stateKey: 'size', when: fails }],
        },
      ],
    }),
    provoke: (call) => call.turn(),
    code: 'guardFailed',
  },
  'a watcher': {
    options: (fails) => ({ watchers: [{ key: 'go', predicate: { type: 'changed' }, action: fails }] }),
    provoke: writesGo,
    code: 'watcherFailed',
  },
  "a watcher's test": {
    options: (fails) => ({
      watchers: [{ key: 'go', predicate: { type: 'custom', test: fails }, action: () => {} }],
    }),
    provoke: writesGo,
    code: 'watcherFailed',
  },
  'a computed value': {
    options: (fails) => ({ computed: [{ key: 'sum', deps: ['go'], compute: fails }] }),
    provoke: writesGo,
    code: 'watcherFailed',
  },
  'the condition of a pattern': {
    options: (fails) => ({
      patterns: [{ name: 'p', when: { type: 'turns', condition: fails, count: 1 }, action: () => {} }],
    }),
    provoke: (call) => call.turn(),
    code: 'watcherFailed',
  },
  'the action of a pattern': {
    options: (fails) => ({
      patterns: [{ name: 'p', when: { type: 'turns', condition: () => true, count: 1 }, action: fails }],
    }),
    provoke: (call) => call.turn(),
    code: 'watcherFailed',
  },
  'the condition of a transition': {
    options: (fails) => ({
      phases: {
        initial: 'ask',
        phases: [
          { name: 'ask', transitions: [{ to: 'done', when: fails }] },
          { name: 'done', terminal: true },
        ],
      },
    }),
    provoke: (call) => call.turn(),
    code: 'guardFailed',
  },
  "a phase's guard": {
    options: (fails) => ({ phases: phase('done', { guard: fails }) }),
    provoke: writesGo,
    code: 'guardFailed',
  },
  "a phase's instruction": {
    options: (fails) => ({ phases: phase('done', { instruction: fails }) }),
    provoke: writesGo,
    code: 'guardFailed',
  },
  "a phase's enter prompt": {
    options: (fails) => ({ phases: phase('done', { enterPrompt: fails }) }),
    provoke: writesGo,
    code: 'guardFailed',
  },
  "a phase's modifier": {
    options: (fails) => ({ phases: phase('done', { modifiers: [withContext(fails)] }) }),
    provoke: writesGo,
    code: 'guardFailed',
  },
  onEnter: {
    options: (fails) => ({ phases: phase('done', { onEnter: fails }) }),
    provoke: writesGo,
    code: 'hookFailed',
  },
  enterContext: {
    options: (fails) => ({ phases: phase('done', { enterContext: fails }) }),
    provoke: writesGo,
    code: 'hookFailed',
  },
  'a preparation': {
    options: (fails) => ({
      phases: phase('done', {
        requires: ['menu'],
        preparations: [{ name: 'menu', produces: ['menu'], run: fails }],
      }),
    }),
    provoke: writesGo,
    code: 'hookFailed',
  },
  'a steering amendment': {
    options: (fails) => ({ instruction: 'Base.', steering: { amendment: fails } }),
    provoke: (call) => call.turn(),
    code: 'hookFailed',
  },
  'a steering template': {
    options: (fails) => ({ instruction: 'Base.', steering: { template: fails } }),
    provoke: (call) => call.turn(),
    code: 'hookFailed',
  },
  onConnected: { options: (fails) => ({ hooks: { onConnected: fails } }), code: 'hookFailed' },
  onTurnBoundary: {
    options: (fails) => ({ hooks: { onTurnBoundary: fails } }),
    provoke: (call) => call.turn(),
    code: 'hookFailed',
  },
  onGenerationComplete: {
    options: (fails) => ({ hooks: { onGenerationComplete: fails } }),
    provoke: (call) => call.turn(),
    code: 'hookFailed',
  },
  onSoftTurn: {
    options: (fails) => ({ quiet: { softTurnMs: 1_000 }, hooks: { onSoftTurn: fails } }),
    provoke: async (call) => {
      await call.handle.userSpeechStarted();
      await call.handle.userSpeechEnded();
      await call.clock.advanceAsync(2_000);
    },
    code: 'hookFailed',
  },
  'a microphone processor': {
    options: (fails) => ({ micProcessors: [{ process: fails } as MicProcessor] }),
    provoke: (call) => call.handle.sendAudio(new Int16Array(320)),
    code: 'processorFailed',
  },
  'a rule of the voice': {
    options: (fails) => ({ voiceRules: [fails] }),
    provoke: (call) => call.handle.userSpeechStarted().then(() => call.handle.userSpeechEnded()),
    code: 'hookFailed',
  },
};

describe.each(Object.entries(USER_CODE))('%s', (_name, { options, provoke, code }) => {
  test.for(Object.entries(FAILURES))(
    'that %s is told with its code, and the call and the next one go on',
    async ([, fails], context) => {
      verifies(context, 'hostile:userCode');
      const call = await CallUnderTest.open(options(fails));
      await provoke?.(call);
      await call.clock.advanceAsync(0);
      expect(call.codes).toContain(code);
      await call.expectAlive();
      await call.endAndOpenAnother();
    },
  );
});
