/**
 * Run with --expose-gc: cycles of one kind, and on stdout how many bytes the heap has grown by between them. With a number as
 * second argument it leaks so many bytes a cycle on purpose.
 */
import { type LiveHandle, live, tool } from '../../src/live/index.ts';
import { ManualClock, settle } from '../../src/testing/index.ts';
import { createMemoryTransport, type MemoryPeer, type Transport } from '../../src/wire/index.ts';

const CYCLES = 1_000;
/** Enough to fill every ring: 1,024 ids of calls and mutations. */
const WARM = 1_500;
const [kind = 'connect', leakBytes = '0'] = process.argv.slice(2);
const leaked: Uint8Array[] = [];

/** A service that remembers nothing: it sets up, hands out handles, calls a tool, says a word. */
function forgetful(): { readonly transport: Transport; turn(number: number): void } {
  let newest: MemoryPeer | undefined;
  const send = (peer: MemoryPeer | undefined, message: unknown): void => peer?.send(JSON.stringify(message));
  const transport = createMemoryTransport((peer) => {
    newest = peer;
    peer.onFrame = (frame) => {
      if (!frame.includes('"setup"')) return;
      send(peer, { setupComplete: {} });
      send(peer, { sessionResumptionUpdate: { newHandle: 'a handle', resumable: true } });
    };
  });
  return {
    transport,
    turn(number) {
      send(newest, { toolCall: { functionCalls: [{ id: `call-${number}`, name: 'look', args: {} }] } });
      send(newest, { serverContent: { outputTranscription: { text: 'Words.' } } });
      send(newest, { serverContent: { turnComplete: true } });
      send(newest, { sessionResumptionUpdate: { newHandle: `handle ${number}`, resumable: true } });
    },
  };
}

const look = tool({ name: 'look', description: 'Looks.', run: () => ({ ok: true }) });
const agent = live({
  ...{ apiKey: 'any', model: 'gemini-3.8-live', tools: [look] },
  phases: { initial: 'one', phases: [{ name: 'one', instruction: 'One.' }] },
  on: { audio: () => {}, turnRecord: () => {}, rotated: () => {} },
});

async function connected(transport: Transport, clock: ManualClock): Promise<LiveHandle<object>> {
  const call = await agent.connect({ transport, clock, environment: {} });
  call.on('toolExecution', () => {});
  void (async () => {
    for await (const event of call.stream({ capacity: 32 })) if (event.type === 'disconnected') return;
  })();
  return call;
}

async function connectAndEnd(number: number): Promise<void> {
  const clock = new ManualClock();
  const service = forgetful();
  const call = await connected(service.transport, clock);
  await call.sendText(`Turn ${number}.`);
  service.turn(number);
  await clock.advanceAsync(100);
  let over = false;
  const ending = call.disconnect().then(() => {
    over = true;
  });
  await clock.runUntil(() => over, 10_000);
  await ending;
}

async function rotations(): Promise<(number: number) => Promise<void>> {
  const clock = new ManualClock();
  const service = forgetful();
  const call = await connected(service.transport, clock);
  return async (number) => {
    await call.sendText(`Turn ${number}.`);
    service.turn(number);
    await clock.advanceAsync(100);
    await call.rotate({ atOnce: true });
    await clock.advanceAsync(100);
    if (call.connection.state !== 'open') throw new Error(`rotation ${number} was not recovered`);
  };
}

async function usedBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  for (let pass = 0; pass < 4; pass++) {
    globalThis.gc();
    await settle();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const cycle = kind === 'connect' ? connectAndEnd : await rotations();
const run = async (from: number, to: number): Promise<void> => {
  for (let number = from; number < to; number++) {
    await cycle(number);
    if (leakBytes !== '0') leaked.push(new Uint8Array(Number(leakBytes)).fill(1));
  }
};
await run(0, WARM);
const before = await usedBytes();
await run(WARM, WARM + CYCLES);
console.log(JSON.stringify({ grownBytes: (await usedBytes()) - before, leaks: leaked.length }));
process.exit(0);
