/** A call of one hour, as its journal would have it: 360 turns of ten seconds, each with tools, captured values, moves. */
import type { FlowState, LayerState } from '../../src/flow/monitor/flow-state.ts';
import { SessionKeeper } from '../../src/runtime/persist/session-keeper.ts';
import type { SessionSnapshot } from '../../src/runtime/persist/session-snapshot.ts';
import type { Store } from '../../src/runtime/persist/store.ts';
import { Redactor } from '../../src/runtime/record/redactor.ts';
import { runtimeWriter } from '../../src/runtime/state/runtime-writer.ts';
import { State } from '../../src/runtime/state/state.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

const TURNS = 360;
const WORDS =
  'I would like to change the delivery address of my order, and to know when it is going to arrive. ';

/** Returns what the session is in the end. Nothing is closed: it might have been killed. */
export async function talkForAnHour(store: Store, snapshotEvery: number): Promise<SessionSnapshot> {
  const clock = new ManualClock();
  const state = new State();
  const write = runtimeWriter(state);
  state.redact('card');
  const steps = Array.from({ length: 40 }, (_, index) => `step-${index}`);
  const layer: LayerState = {
    done: [],
    active: ['step-0'],
    entered: [],
    calls: {},
    resetsHeld: [],
    agreed: {},
  };
  let flow: FlowState = {
    main: layer,
    digressions: { help: layer },
    ...{
      path: [],
      closing: false,
      terminated: false,
      turns: 0,
      slots: {},
      corrected: {},
      repair: {},
      open: {},
      answers: {},
      asking: {},
    },
  };
  const keeper = new SessionKeeper(
    {
      clock,
      epochMs: () => clock.nowMs(),
      state,
      redactor: new Redactor(state, { cards: true }),
      marks: () => ['card'],
      flow: () => flow,
      phase: () => undefined,
      report: (error) => {
        throw error;
      },
    },
    { store, sessionId: 'call', snapshotEvery, maxQueued: 100_000 },
  );
  for (let turn = 1; turn <= TURNS; turn++) {
    clock.advance(10_000);
    for (let index = 0; index < 12; index++)
      state.set(`user:slot${(turn * 7 + index) % 200}`, `${WORDS.slice(0, 40)}${turn}`);
    for (let index = 0; index < 6; index++) state.set(`turn:heard${index}`, turn);
    for (const call of ['a', 'b']) {
      const callId = `call-${turn}-${call}`;
      const args = { orderId: `o-${turn}`, note: WORDS };
      keeper.toolStarted({ callId, name: 'lookup', args, kind: 'commit', turn, background: false });
      keeper.toolRunning(callId, `idempotency:lookup:${turn}-${call}`);
      write.set(`idempotency:lookup:${turn}-${call}`, { status: 'sent', lines: [WORDS, WORDS] });
      keeper.toolEnded(callId);
    }
    const active = steps[turn % steps.length] ?? '';
    flow = {
      ...flow,
      turns: turn,
      main: { ...flow.main, active: [active], done: steps.slice(0, turn % 40) },
    };
    keeper.afterInput();
    flow = { ...flow, repair: { [active]: { turns: 1, interruptions: 0, toolFailures: 0 } } };
    keeper.afterInput();
    write.clearPrefix('turn:');
    keeper.turnEnded({
      number: turn,
      user: WORDS.repeat(2),
      model: WORDS.repeat(4),
      tools: [{ name: 'lookup', summary: WORDS }],
      interrupted: turn % 5 === 0,
      startedMs: 0,
    });
    if (turn % 4 === 0) keeper.resumable(`handle-${turn}`);
    if (turn % 10 === 0) await keeper.flush();
  }
  await keeper.flush();
  return keeper.snapshot();
}
