/** The process in which sessions are kept and restored: a call of one hour, over a transport without sockets. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveCommands } from './children.mjs';
import { median } from './measure.mjs';

const TURNS = 360;
const RESTORES = 9;
const WORDS =
  'I would like to change the delivery address of my order, and to know when it is going to arrive. ';

serveCommands({
  restore: async () => {
    const { live, MemoryStore, tool } = await import('../dist/live/index.js');
    const { JsonlStore } = await import('../dist/adapters/jsonl-store.js');
    const { ScriptedPeer } = await import('../dist/testing/index.js');

    const look = tool({
      name: 'look',
      description: 'Looks.',
      policy: { idempotencyKey: '{ref}' },
      run: ({ ref }) => ({ ref, status: 'on its way', note: WORDS }),
    });
    const steps = Array.from({ length: 30 }, (_, index) => ({
      id: `step${index}`,
      ...(index > 0 && { after: [`step${index - 1}`] }),
      done: { isTrue: `key${index}` },
      posture: `Do what belongs to step ${index}.`,
    }));
    const agent = (persistence) =>
      live({
        ...{ apiKey: 'any', model: 'gemini-3.8-live', tools: [look], quiet: { deadAir: false } },
        flow: { flow: { name: 'hour', steps } },
        ...(persistence && { persistence: { sessionId: 'call', ...persistence } }),
      });
    const ports = (peer) => ({ clock: peer.clock, transport: peer.transport, environment: {} });

    /** A call of one hour. Returns its CPU time. Nothing is closed: it might have been killed. */
    const talk = async (store) => {
      const peer = new ScriptedPeer();
      const call = await agent(store && { store }).connect(ports(peer));
      const start = process.cpuUsage();
      for (let turn = 0; turn < TURNS; turn += 1) {
        await peer.hears(WORDS);
        for (let slot = 0; slot < 12; slot += 1)
          call.state().set(`user:slot${(turn * 7 + slot) % 200}`, `${WORDS}${turn}`);
        if (turn % 12 === 0) call.state().set(`key${turn / 12}`, true);
        await peer.calls('look', { ref: `r${turn}` });
        await peer.says(WORDS, { audioMs: 0, thenCompletes: true });
        if (turn % 4 === 0) await peer.handsOut(`handle-${turn}`);
        await peer.clock.advanceAsync(10_000);
      }
      const { user, system } = process.cpuUsage(start);
      if (store) await call.saved();
      return (user + system) / 1_000;
    };

    const folder = await mkdtemp(join(tmpdir(), 'parlando-bench-'));
    try {
      await talk();
      await talk(new MemoryStore());
      let count = 0;
      const plain = [];
      const keeping = [];
      for (let round = 0; round < 5; round += 1) {
        plain.push(await talk());
        const store = new MemoryStore();
        keeping.push(await talk(store));
        const { upTo, entries } = await store.load('call');
        count = entries.at(-1)?.seq ?? upTo;
      }
      const keepEntryUs = (1_000 * (median(keeping) - median(plain))) / count;

      const hour = join(folder, 'hour');
      await talk(new JsonlStore({ folder: hour }));
      const times = [];
      for (let run = 0; run < RESTORES; run += 1) {
        const copy = join(folder, `run-${run}`);
        await cp(hour, copy, { recursive: true });
        const peer = new ScriptedPeer();
        const startMs = performance.now();
        let builtMs = 0;
        const call = await agent({ store: new JsonlStore({ folder: copy }) }).restore('call', {
          ...ports(peer),
          onSessionEvent: ({ type, phase }) => {
            if (type === 'phaseChanged' && phase === 'setupSent') builtMs = performance.now() - startMs;
          },
        });
        times.push(builtMs);
        if (call.restored?.turn !== TURNS)
          throw new Error(`restored ${call.restored?.turn} of ${TURNS} turns`);
        await call.disconnect();
      }
      return { restoreFirstMs: times[0], restoreMs: median(times), keepEntryUs };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});
