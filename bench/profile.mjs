/**
 * Where one peer's CPU goes, as self time per function and message:
 * `node bench/profile.mjs <peer> <down bytes | up | duplex> [sessions]`. The profile itself is kept for a viewer.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { Child } from './children.mjs';
import { nowUs, sleep } from './clock.mjs';
import { ProcessMeter } from './measure.mjs';
import { Pacer } from './pacer.mjs';
import { samplePcm, writeStamp } from './stamp.mjs';

const [peerName = 'parlando', what = '1920', count = '100'] = process.argv.slice(2);
const PERIODS_MS = { 1920: 40, 9600: 80, 48000: 200 };
const WARM_UP_MS = 1_500;
const WINDOW_MS = 4_000;
const ROWS = 25;

const peer = await import(`./clients/${peerName}.mjs`);
const server = new Child('./server.mjs');
const pacer = new Pacer();
const profiler = new Session();
let messages = 0;

try {
  const { url } = await server.ask('address');
  const onAudio = () => {
    messages += 1;
  };
  const sessions = [];
  while (sessions.length < Number(count)) sessions.push(await peer.open(url, onAudio, {}));
  if (what !== 'up') await server.ask('speak', { lengthBytes: 1_920, periodMs: 10 });
  if (what === 'up' || what === 'duplex') talk(sessions);
  await sleep(WARM_UP_MS);
  if (what !== 'up') {
    const lengthBytes = what === 'duplex' ? 1_920 : Number(what);
    await server.ask('speak', { lengthBytes, periodMs: PERIODS_MS[lengthBytes] });
  }
  await sleep(300);
  profiler.connect();
  await profiler.post('Profiler.enable');
  await profiler.post('Profiler.setSamplingInterval', { interval: 500 });
  await profiler.post('Profiler.start');
  const meter = new ProcessMeter();
  messages = 0;
  await sleep(WINDOW_MS);
  const { cpuUs } = meter.stop();
  const { profile } = await profiler.post('Profiler.stop');
  await show(profile, cpuUs);
} finally {
  pacer.stop();
  await server.end();
}
process.exit();

function talk(sessions) {
  const chunk = samplePcm(640);
  const seqs = sessions.map(() => 0);
  pacer.start({ sessions: sessions.length, periodMs: 20 }, (session) => {
    writeStamp(chunk, 0, { session, seq: seqs[session]++, timeUs: nowUs() });
    sessions[session].sendAudio(chunk);
    messages += 1;
  });
}

async function show(profile, cpuUs) {
  const selfUs = new Map();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  profile.samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = nodes.get(id);
    const key = `${functionName || '(anonymous)'}  ${url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '')}:${lineNumber + 1}`;
    selfUs.set(key, (selfUs.get(key) ?? 0) + profile.timeDeltas[index]);
  });
  const rows = [...selfUs].filter(([key]) => !key.startsWith('(idle)')).sort(([, a], [, b]) => b - a);
  console.log(
    `${peerName} ${what}: ${messages} messages, ${(cpuUs / messages).toFixed(1)} µs CPU each (profiled)`,
  );
  for (const [key, us] of rows.slice(0, ROWS))
    console.log(`${(us / messages).toFixed(2).padStart(8)} µs  ${key}`);
  const folder = new URL('./results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL(`${peerName}-${what}.cpuprofile`, folder), JSON.stringify(profile));
}
