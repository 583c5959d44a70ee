import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { FrameItem } from '../codec/frame-item.ts';
import { canTransitionTo, type SessionPhase } from '../session/session-phase.ts';
import { WireError } from '../wire-error.ts';
import {
  type ConnectionInput,
  type ConnectionOutput,
  type ConnectionState,
  initialState,
} from './connection-state.ts';
import { type StepContext, step } from './step.ts';

const context: StepContext = {
  settings: {
    connectTimeoutMs: 10_000,
    setupTimeoutMs: 15_000,
    retry: { maxAttempts: 3, maxReconnects: 3, baseDelayMs: 500, maxDelayMs: 30_000 },
    resume: 'auto',
    rotateAfterMs: 600_000,
    rotateBeforeMs: 60_000,
    profile: { overlap: false },
  },
  isBackground: () => false,
  random: () => 0.5,
  clock: { nowMs: () => 0 },
};

const callIds = fc.subarray(['a', 'b', 'c'], { minLength: 1 });
const item: fc.Arbitrary<FrameItem> = fc.oneof(
  fc.constant<FrameItem>({ type: 'audio', data: new Uint8Array(2), mimeType: '', rateHz: 24_000 }),
  fc.record({ type: fc.constant('text' as const), text: fc.string() }),
  fc.record({ type: fc.constant('thought' as const), text: fc.string() }),
  fc.record({ type: fc.constant('voiceActivity' as const), active: fc.boolean() }),
  fc.constantFrom<FrameItem>(
    { type: 'setupComplete' },
    { type: 'interrupted' },
    { type: 'generationComplete' },
    { type: 'turnComplete' },
    { type: 'resumption', resumable: true, handle: 'h' },
    { type: 'resumption', resumable: false },
    { type: 'goAway' },
    { type: 'goAway', timeLeftMs: 0 },
    { type: 'waitingForInput' },
    { type: 'interactionStatus', status: 'IN_PROGRESS' },
  ),
  callIds.map((ids): FrameItem => ({ type: 'toolCall', calls: ids.map((id) => ({ id, name: 'f' })) })),
  callIds.map((ids): FrameItem => ({ type: 'toolCallCancellation', ids })),
);
const close = fc.constantFrom(
  { code: 1006, reason: '' },
  { code: 1011, reason: 'Internal error encountered.' },
  { code: 1008, reason: 'BidiGenerateContent session not found' },
  { code: 1007, reason: 'Request contains an invalid argument.' },
  { code: 1000, reason: '' },
);
const input: fc.Arbitrary<ConnectionInput> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<ConnectionInput>({ type: 'start' }, { type: 'opened' }, { type: 'timer' }),
  },
  {
    weight: 10,
    arbitrary: fc
      .array(item, { minLength: 1, maxLength: 4 })
      .map((items): ConnectionInput => ({ type: 'frame', items })),
  },
  {
    weight: 3,
    arbitrary: fc.constant<ConnectionInput>({ type: 'frame', items: [{ type: 'setupComplete' }] }),
  },
  {
    weight: 1,
    arbitrary: close.map((value): ConnectionInput => ({ type: 'closed', close: value, words: value.reason })),
  },
  {
    weight: 3,
    arbitrary: callIds.map(
      (ids): ConnectionInput => ({
        type: 'toolResponse',
        responses: ids.map((id) => ({ id, name: 'f', response: {} })),
      }),
    ),
  },
  { weight: 2, arbitrary: fc.boolean().map((active): ConnectionInput => ({ type: 'userActivity', active })) },
  { weight: 1, arbitrary: fc.constant<ConnectionInput>({ type: 'toolsTaken' }) },
  { weight: 1, arbitrary: fc.constant<ConnectionInput>({ type: 'disconnect', reason: 'asked' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<ConnectionInput>(
      { type: 'rotate', cause: 'application', atOnce: false },
      { type: 'rotate', cause: 'deadAir', atOnce: true },
      { type: 'lull', settled: true },
      { type: 'lull', settled: false },
    ),
  },
);

function run(
  inputs: readonly ConnectionInput[],
  from = initialState,
): { state: ConnectionState; outputs: ConnectionOutput[] } {
  const outputs: ConnectionOutput[] = [];
  let state = from;
  for (const next of inputs) {
    const result = step(state, next, context);
    state = result.state;
    outputs.push(...result.outputs);
  }
  return { state, outputs };
}

const opening: ConnectionInput[] = [
  { type: 'start' },
  { type: 'opened' },
  { type: 'frame', items: [{ type: 'setupComplete' }] },
];
const established = run(opening).state;

describe('the connection machine', () => {
  test('whatever happens, each phase follows legally from the one before, and each change is an event', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        const { state, outputs } = run([{ type: 'start' }, ...inputs]);
        let phase: SessionPhase = 'disconnected';
        for (const output of outputs) {
          if (output.type !== 'emit' || output.body.type !== 'phaseChanged') continue;
          expect(output.body.from).toBe(phase);
          expect(canTransitionTo(phase, output.body.phase), `${phase} -> ${output.body.phase}`).toBe(true);
          phase = output.body.phase;
        }
        expect(state.conversation.phase).toBe(phase);
      }),
      { numRuns: 2_000 },
    );
  });

  test('from wherever a conversation has got to, the end of turn, calls and speech leads back to active', (task) => {
    verifies(task, 'wire:phase:alive');
    const ending = fc.shuffledSubarray(['turn', 'calls', 'speech'], { minLength: 3 });
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), ending, (inputs, order) => {
        let { state } = run(inputs, established);
        fc.pre(state.link.stage === 'ready');
        for (const what of order) {
          const { openCalls } = state.conversation;
          const calls: FrameItem[] =
            openCalls.length > 0 ? [{ type: 'toolCallCancellation', ids: openCalls }] : [];
          const inputsToEnd: Record<string, ConnectionInput> = {
            turn: { type: 'frame', items: [{ type: 'turnComplete' }] },
            calls: { type: 'frame', items: calls },
            speech: { type: 'userActivity', active: false },
          };
          state = run([inputsToEnd[what] ?? { type: 'timer' }], state).state;
        }
        expect(state.conversation).toMatchObject({ phase: 'active', openCalls: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  test('ends at most once, and does nothing afterwards', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), fc.array(input, { maxLength: 10 }), (inputs, more) => {
        const { state, outputs } = run([
          ...inputs,
          { type: 'abort', error: new WireError('aborted', 'now') },
        ]);
        const named = (type: string): number =>
          outputs.filter((output) => output.type === 'emit' && output.body.type === type).length;
        expect([named('disconnected'), state.link.stage, state.conversation.phase]).toEqual([
          1,
          'ended',
          'disconnected',
        ]);
        expect(outputs.filter(({ type }) => type === 'ended')).toHaveLength(1);
        expect(run(more, state).outputs).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('a step changes nothing of the state it is given', () => {
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
      Object.freeze(value);
      for (const child of Object.values(value)) freeze(child);
    };
    fc.assert(
      fc.property(fc.array(input, { maxLength: 20 }), (inputs) => {
        let state = established;
        for (const next of inputs) {
          freeze(state);
          state = step(state, next, context).state;
        }
      }),
    );
  });

  test('a turn keeps count and text: turns grow by turnComplete only, generations by interruption only', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), (items) => {
        const { state } = run([{ type: 'frame', items }], established);
        const count = (type: FrameItem['type']): number =>
          items.filter((entry) => entry.type === type).length;
        expect(state.conversation.turn).toBe(1 + count('turnComplete'));
        expect(state.conversation.generation).toBe(count('interrupted'));
      }),
    );
  });

  test('a gap is told once it is closed, and only then; a socket is opened only when there is none', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
        const { state, outputs } = run([{ type: 'start' }, ...inputs]);
        let lost = 0;
        let sockets = 0;
        for (const output of outputs) {
          if (output.type === 'open') sockets += 1;
          if (output.type === 'dropSocket') sockets = 0;
          if (output.type === 'emit' && output.body.type === 'connectionChanged') {
            const { connection } = output.body;
            // A socket that has closed by itself is told of, and gone.
            if (connection.state === 'retrying') sockets = 0;
            if (connection.state === 'rotating') sockets -= 1;
            if (connection.state === 'rotating' || connection.state === 'retrying') lost = 1;
          }
          if (output.type === 'tellRotated') {
            expect(output.gapMs).toBeGreaterThanOrEqual(0);
            expect(lost).toBe(1);
            lost = 0;
          }
          expect(sockets).toBeLessThanOrEqual(1);
        }
        if (state.link.stage === 'ready') expect(state.gap).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});
