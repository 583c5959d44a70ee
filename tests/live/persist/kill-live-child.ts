/**
 * Run in a process of its own: a governed session that talks and works as fast as it can, and says on stdout what it is,
 * until it is killed. Arguments: the kind of store, its folder, the URL of the service, the file of effects, and what to do.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JsonlStore } from '../../../src/adapters/jsonl-store.ts';
import { SqliteStore } from '../../../src/adapters/sqlite-store.ts';
import { type LiveHandle, live, type Store } from '../../../src/live/index.ts';
import { governedSession } from './governed-session.ts';

const [kind, folder = '', baseUrl = '', effects = '', what = 'talk', every = '500'] = process.argv.slice(2);
const KINDS = ['charge', 'look', 'note', 'pay', 'chat'];
let isOpen = false;

/** Written before the call returns, so that it is told before the process can die. */
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const store: Store =
  kind === 'sqlite'
    ? await SqliteStore.open({ path: join(folder, 'sessions.db') })
    : new JsonlStore({ folder: join(folder, 'sessions'), fsync: 'never' });
const options = governedSession((done) => {
  appendFileSync(effects, `${done}\n`);
  tell(`did ${done}`);
});
const { state } = options;

/** What of the state is of the conversation, and not of this process. */
function view(): string {
  const values = Object.entries(state.snapshot().values).filter(
    ([key]) => !key.startsWith('session:') || key === 'session:phase',
  );
  return createHash('sha1').update(JSON.stringify(values.sort())).digest('hex');
}

state.journal.attachSink(
  () => {
    if (isOpen) tell(`seen ${view()}`);
  },
  ({ message }) => tell(`fault ${message}`),
);

const call = await live({
  ...options,
  baseUrl,
  apiKey: 'any',
  model: 'gemini-3.8-live',
  persistence: { store, sessionId: 'call', snapshotEvery: Number(every) },
  on: {
    toolExecution: ({ callId, name, result }) => tell(`answer ${callId} ${name} ${JSON.stringify(result)}`),
    error: ({ error }) => tell(`error ${error.code} ${error.message}`),
    connected: ({ resumed }) => tell(`connected ${resumed}`),
  },
  onSession: {
    phaseChanged: ({ phase }) => {
      if (phase !== 'setupSent' || isOpen) return;
      isOpen = true;
      tell(`restored ${view()}`);
    },
  },
}).connect();
tell(`report ${JSON.stringify({ restored: call.restored ?? null, ...shown(call) })}`);

if (what === 'look') {
  await sleep(400);
  await call.disconnect();
  tell(`last ${JSON.stringify({ hash: view(), ...shown(call) })}`);
  process.exit(0);
}

if (call.restored === undefined) await call.next('turnRecord'); // the greeting
state.set('user:name', 'Ann');
for (let turn = (call.restored?.turn ?? 0) + 1; ; turn++) {
  if (turn >= 3) state.set('user:wantsHelp', true);
  if (turn >= 4) state.set('user:agreed', true);
  for (let write = 0; write < 20; write++) state.set(`user:slot${write}`, `${turn}-${write}`);
  const ref = `${process.pid}-${turn}`;
  const ended = replied(call);
  await call.sendText(`${KINDS[turn % KINDS.length]} ${ref}`);
  await ended;
  const before = view();
  await call.saved();
  if (view() === before) tell(`saved ${JSON.stringify({ hash: before, ...shown(call) })}`);
}

/** The model has said something in answer; a call that is taken up may keep it from that for a while. */
function replied(handle: LiveHandle<object>): Promise<void> {
  return new Promise((resolve) => {
    const off = handle.on('turnRecord', ({ record }) => {
      if (record.said !== '') done();
    });
    const timer = setTimeout(done, 1_000);
    function done(): void {
      off();
      clearTimeout(timer);
      resolve();
    }
  });
}

function shown(handle: LiveHandle<object>): object {
  return {
    phase: handle.conversationPhase,
    visits: handle.phaseHistory.map(({ to }) => to),
    handle: handle.resumeHandle() ?? null,
    explained: handle.explain(),
    turns: handle.turns.map(({ number, heard, said }) => [number, heard, said]),
  };
}
