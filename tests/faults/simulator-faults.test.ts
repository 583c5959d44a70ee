/** Our own client and each fault of the simulator, on simulated time: it strikes, and the session goes on or ends with a type. */
import { expect, onTestFinished, test } from 'vitest';
import {
  auditLedger,
  type Brain,
  calls,
  createSimulator,
  type Fault,
  type FaultKind,
  type Simulator,
  serviceCloses,
} from '../../src/simulator/index.ts';
import { ManualClock } from '../../src/testing/index.ts';
import { connect, type SessionEvent, type SessionHandle } from '../../src/wire/index.ts';
import { verifies } from '../requirements.ts';

const brain: Brain = ({ input, text }) => {
  if (input.type === 'toolResults') return 'The tool is done.';
  return text.startsWith('tool') ? calls('act') : `Yes to ${text}, and gladly so.`;
};

interface Call {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly events: readonly SessionEvent[];
  readonly session: SessionHandle;
}

async function call(
  ...faults: Fault[]
): Promise<Call | { readonly failed: unknown; readonly simulator: Simulator }> {
  const clock = new ManualClock();
  const simulator = await createSimulator({
    clock,
    brain,
    faults,
    conversationOf: () => 'call',
    onNote: () => {},
  });
  const events: SessionEvent[] = [];
  const opening = connect(
    {
      apiKey: 'test',
      model: 'gemini-2.5-flash-native-audio-preview-12-2025',
      tools: [{ functionDeclarations: [{ name: 'act' }] }],
    },
    { clock, transport: simulator.transport, environment: {}, onEvent: (event) => void events.push(event) },
  );
  let settled: { session: SessionHandle } | { failed: unknown } | undefined;
  opening.then(
    (session) => {
      settled = { session };
    },
    (failed: unknown) => {
      settled = { failed };
    },
  );
  onTestFinished(async () => {
    if (settled !== undefined && 'session' in settled) await settled.session.disconnect();
    await simulator.close();
  });
  await clock.runUntil(() => settled !== undefined, 300_000);
  if (settled === undefined) throw new Error('connect never settled');
  return 'failed' in settled ? { ...settled, simulator } : { ...settled, simulator, clock, events };
}

/** Three turns, the second with a tool; ends early when the session does. */
async function converse({ clock, events, session }: Call): Promise<void> {
  const answered = new Set<string>();
  session.on('toolCall', ({ calls: asked }) => {
    // Whoever runs tools runs each call once; here that is this test.
    const open = asked.filter(({ id }) => id !== undefined && !answered.has(id));
    for (const { id = '' } of open) answered.add(id);
    const answers = open.map(({ id = '', name }) => ({ id, name, response: { done: true } }));
    if (answers.length > 0) void session.sendToolResponse(answers).catch(() => {});
  });
  for (const text of ['turn one', 'tool two', 'turn three']) {
    if (events.some(({ type }) => type === 'disconnected')) return;
    session.sendText(text).catch(() => {});
    await clock.advanceAsync(20_000);
  }
  await clock.advanceAsync(60_000);
}

const on = (type: 'audio' | 'toolCall' | 'turnComplete' | 'userTurn' | 'clientContent') => ({ on: type });

/** Every kind, one by one; those that would go on for ever strike the first connection only. */
const FAULTS: Readonly<Record<FaultKind['type'], readonly Fault[]>> = {
  refusedUpgrade: [{ type: 'refusedUpgrade', status: 503, connection: 1 }],
  missingSetupComplete: [{ type: 'missingSetupComplete', connection: 1 }],
  silence: [{ type: 'silence', at: on('audio'), connection: 1 }],
  reset: [{ type: 'reset', at: on('toolCall'), connection: 1 }],
  close: Object.values(serviceCloses).map((close) => ({
    type: 'close',
    at: on('audio'),
    connection: 1,
    ...close,
  })),
  goAway: [
    { type: 'goAway', at: on('audio'), timeLeftMs: 3000, connection: 1 },
    {
      type: 'goAway',
      at: on('audio'),
      untold: true,
      followedBy: 'silenceThenClose',
      close: 'deadlineExpired',
      connection: 1,
    },
  ],
  connectionLimit: [
    { type: 'connectionLimit', afterMs: 30_000, goAwayMs: 0, close: 'cancelled', connection: 1 },
  ],
  slowPongs: [{ type: 'slowPongs', delayMs: 60_000 }],
  lateFrames: [{ type: 'lateFrames', delayMs: 800 }],
  lateInterrupted: [{ type: 'lateInterrupted', delayMs: 500 }],
  duplicateInterrupted: [{ type: 'duplicateInterrupted' }],
  phantomInterrupted: [{ type: 'phantomInterrupted', at: on('audio') }],
  prematureTurnComplete: [{ type: 'prematureTurnComplete', at: on('audio') }],
  bundledFrames: [{ type: 'bundledFrames', frames: 4 }],
  emptyServerContent: [{ type: 'emptyServerContent' }],
  missingGenerationComplete: [{ type: 'missingGenerationComplete' }],
  missingTurnComplete: [{ type: 'missingTurnComplete' }],
  duplicateToolCalls: [{ type: 'duplicateToolCalls' }],
  malformedFrame: [{ type: 'malformedFrame', at: on('audio') }],
  unknownKeys: [{ type: 'unknownKeys' }],
  muteAudio: [{ type: 'muteAudio' }],
  truncatedTranscription: [{ type: 'truncatedTranscription' }],
  deadAir: [
    { type: 'deadAir', at: on('userTurn') },
    { type: 'deadAir', at: on('userTurn'), as: 'emptyTurn' },
    { type: 'deadAir', at: on('userTurn'), as: 'rejected' },
  ],
  ignoredMessage: [{ type: 'ignoredMessage', at: on('clientContent') }],
  audioDuringCall: [{ type: 'audioDuringCall' }],
  reissuedCalls: [{ type: 'reissuedCalls' }],
  staleHandles: [{ type: 'staleHandles', connection: 1 }],
  poisonedHandles: [{ type: 'poisonedHandles', connection: 1 }],
  laggingHandles: [{ type: 'laggingHandles' }],
  lateHandles: [{ type: 'lateHandles', delayMs: 2000 }],
  unresumable: [
    { type: 'unresumable', while: 'generating' },
    { type: 'unresumable', while: 'always' },
  ],
  lingeringConnection: [{ type: 'lingeringConnection', forMs: 1000 }],
};

/** Nothing comes of these unless the connection breaks off. */
const NEEDS_A_BREAK: readonly FaultKind['type'][] = [
  'reissuedCalls',
  'staleHandles',
  'poisonedHandles',
  'laggingHandles',
  'lateHandles',
  'unresumable',
  'lingeringConnection',
];

const rows = Object.values(FAULTS).flatMap((faults) =>
  faults.map((fault) => ({ fault, name: JSON.stringify(fault).slice(0, 100) })),
);

test.for(rows)(
  '$name: it happens, and the session goes on or ends with a type',
  async ({ fault }, context) => {
    verifies(context, 'sim:faults:client', 'sim:faults:network');
    const cut: Fault = { type: 'reset', at: { on: 'audio', nth: 8 }, connection: 1 };
    const opened = await call(fault, ...(NEEDS_A_BREAK.includes(fault.type) ? [cut] : []));
    if ('failed' in opened) {
      expect(opened.failed).toMatchObject({ code: expect.any(String) });
      return;
    }
    await converse(opened);
    const { events, simulator, session } = opened;
    const ledger = simulator.ledger('call');
    const beforeSession: readonly FaultKind['type'][] = ['refusedUpgrade'];
    const struck = ledger?.faults.map((one) => one.fault.type) ?? [];
    if (!beforeSession.includes(fault.type)) expect(struck).toContain(fault.type);
    const ends = events.filter(({ type }) => type === 'disconnected');
    expect(ends.length).toBeLessThanOrEqual(1);
    if (session.phase === 'disconnected') {
      expect((await session.join()).error?.code).toEqual(expect.any(String));
      return;
    }
    const heard = (ledger?.context ?? []).filter(({ type }) => type === 'userText' || type === 'context');
    expect(heard.length).toBeGreaterThan(0);
  },
);

const HARMLESS: readonly FaultKind['type'][] = [
  'bundledFrames',
  'duplicateInterrupted',
  'duplicateToolCalls',
  'emptyServerContent',
  'lateFrames',
  'lateHandles',
  'malformedFrame',
  'missingGenerationComplete',
  'muteAudio',
  'slowPongs',
  'truncatedTranscription',
  'unknownKeys',
];

test.for(HARMLESS)('%s loses nothing and doubles nothing', async (type, context) => {
  verifies(context, 'sim:faults:client', 'sim:ledger:audit');
  const opened = await call(...FAULTS[type]);
  if ('failed' in opened) throw opened.failed;
  await converse(opened);
  const context_ = opened.simulator.ledger('call')?.context ?? [];
  const turns = auditLedger(context_, ['turn one', 'tool two', 'turn three', '"done":true']);
  expect(turns).toEqual({ lost: [], doubled: [] });
});
