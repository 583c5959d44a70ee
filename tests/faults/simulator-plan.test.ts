/** Half an hour of call under a plan of faults, our client on one side and the ledger of the simulator on the other. */
import { expect, onTestFinished, test } from 'vitest';
import {
  auditLedger,
  type Brain,
  type ConversationLedger,
  calls,
  createSimulator,
  type StrikeMix,
} from '../../src/simulator/index.ts';
import { ManualClock } from '../../src/testing/index.ts';
import { connect, type SessionHandle } from '../../src/wire/index.ts';
import { verifies } from '../requirements.ts';

const brain: Brain = ({ input, text }) => {
  if (input.type === 'toolResults') return 'The tool is done.';
  return text.startsWith('tool') ? calls('act', { text }) : 'Yes, and gladly so.';
};

/** After these the service takes the client back with what it knew. */
const COMES_BACK: StrikeMix = {
  ...{ reset: 2, close: 2, goAway: 1, goAwayUntold: 1, goAwaySilence: 1, goAwayIgnored: 1 },
  ...{ lateHandle: 1, unresumable: 1, laggingHandle: 1, setupSlow: 1 },
  ...{ callReissued: 1, callDoubled: 1, frames: 1, interrupted: 1, late: 1, mute: 1 },
};

interface Outcome {
  readonly ledger: ConversationLedger;
  /** Marks of what the client sent. */
  readonly turns: readonly string[];
  readonly results: readonly string[];
  readonly rejected: readonly string[];
}

async function talk(seed: number): Promise<Outcome> {
  const clock = new ManualClock();
  const simulator = await createSimulator({
    clock,
    brain,
    faults: { seed, everyMs: 60_000, mix: COMES_BACK },
    conversationOf: () => 'call',
    onNote: () => {},
  });
  let session: SessionHandle | undefined;
  const opening = connect(
    {
      apiKey: 'test',
      model: 'gemini-2.5-flash-native-audio-preview-12-2025',
      tools: [{ functionDeclarations: [{ name: 'act' }] }],
    },
    { clock, transport: simulator.transport, environment: {} },
  ).then((opened) => {
    session = opened;
    return opened;
  });
  onTestFinished(async () => {
    await session?.disconnect();
    await simulator.close();
  });
  await clock.runUntil(() => session !== undefined, 60_000);
  const open = await opening;
  const results: string[] = [];
  const answered = new Set<string>();
  open.on('toolCall', ({ calls: asked }) => {
    for (const { id = '', name } of asked) {
      // Whoever runs tools runs each call once; here that is this test.
      if (answered.has(id)) continue;
      answered.add(id);
      results.push(`result of ${id};`);
      open.sendToolResponse([{ id, name, response: { mark: `result of ${id};` } }]).catch(() => {});
    }
  });
  const turns: string[] = [];
  const rejected: string[] = [];
  for (let turn = 0; turn < 120; turn++) {
    const mark = `number ${turn};`;
    turns.push(mark);
    open.sendText(`${turn % 3 === 0 ? 'tool' : 'turn'} ${mark}`).catch(() => rejected.push(mark));
    await clock.advanceAsync(15_000);
  }
  await clock.advanceAsync(60_000);
  const ledger = simulator.ledger('call');
  if (ledger === undefined) throw new Error('there is no ledger');
  return { ledger, turns, results, rejected };
}

test.for([1, 2, 3])(
  'half an hour under seed %i: every turn and every result is in the context once',
  { timeout: 60_000 },
  async (seed, context) => {
    verifies(context, 'sim:faults:plan', 'sim:faults:client', 'sim:ledger:audit');
    const { ledger, turns, results, rejected } = await talk(seed);
    expect(ledger.faults.length).toBeGreaterThanOrEqual(20);
    expect(ledger.sessions.length).toBeGreaterThan(10);
    expect(rejected).toEqual([]);
    expect(auditLedger(ledger.context, turns)).toEqual({ lost: [], doubled: [] });
    expect(auditLedger(ledger.context, results)).toEqual({ lost: [], doubled: [] });
  },
);
