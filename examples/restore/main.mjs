/**
 * A call that outlives its process: the first process is killed in the middle of a payment; the second goes on with the
 * conversation, does not pay twice, and does not say hello again.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { live, tool } from 'parlando';
import { calls, createSimulator } from 'parlando/simulator';
import { JsonlStore } from 'parlando/store/jsonl';
import * as z from 'zod';

const agentFor = (baseUrl, folder, pay) =>
  live({
    ...{ baseUrl, apiKey: 'any', greeting: 'Greet the caller.' },
    tools: [tool({ name: 'pay', description: 'Pays.', input: z.object({ euros: z.number() }), run: pay })],
    persistence: { store: new JsonlStore({ folder }), sessionId: 'ann' },
  });

const [, , url, place] = process.argv;
if (url === undefined) await secondProcess();
else await firstProcess(url, place);

/** Says `paying` when the payment has begun, and never comes to its end. */
async function firstProcess(baseUrl, folder) {
  const call = await agentFor(baseUrl, folder, () => {
    console.log('paying');
    return new Promise(() => setInterval(() => {}, 1_000));
  }).connect();
  await call.next('turnRecord');
  call.state().set('user:name', 'Ann');
  await call.sendText('Pay 5 euros, please.');
}

async function secondProcess() {
  const greetings = [];
  const simulator = await createSimulator({
    brain: ({ text }) => {
      if (text.includes('Greet')) {
        greetings.push(text);
        return 'Hello!';
      }
      return text.includes('Pay 5') ? calls('pay', { euros: 5 }) : 'I will have that looked into.';
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'parlando-restore-'));
  try {
    const args = [fileURLToPath(import.meta.url), simulator.url, folder];
    const first = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(first.stdout, 'data');
    assert.equal(String(line).trim(), 'paying');
    first.kill('SIGKILL');
    await once(first, 'exit');

    let paid = 0;
    const call = await agentFor(simulator.url, folder, () => ++paid).restore('ann');
    const { restored } = call;
    console.log(
      `restored after turn ${restored.turn}: ${restored.calls.map(({ name, fate }) => `${name} is ${fate}`)}`,
    );
    assert.equal(call.state().get('user:name'), 'Ann');
    assert.deepEqual(
      restored.turns.map(({ model }) => model),
      ['Hello!'],
    );
    assert.deepEqual(
      restored.calls.map(({ name, fate }) => [name, fate]),
      [['pay', 'unknown']],
    );
    const { record } = await call.next('turnRecord'); // the model was told that nobody knows
    console.log(`agent: ${record.said}`);
    assert.equal(record.said, 'I will have that looked into.');
    await call.disconnect();
    assert.equal(paid, 0);
    assert.equal(greetings.length, 1);
  } finally {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}
