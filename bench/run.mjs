/** `npm run bench`: every scenario, every peer in turn, round after round; then one table. See README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { Lab } from './lab.mjs';
import { median } from './measure.mjs';
import { readOptions } from './options.mjs';
import { report } from './report.mjs';
import * as downlink from './scenarios/downlink.mjs';
import * as duplex from './scenarios/duplex.mjs';
import * as encode from './scenarios/encode.mjs';
import * as flow from './scenarios/flow.mjs';
import * as idle from './scenarios/idle.mjs';
import * as latency from './scenarios/latency.mjs';
import * as mic from './scenarios/mic.mjs';
import * as recording from './scenarios/recording.mjs';
import * as replay from './scenarios/replay.mjs';
import * as restore from './scenarios/restore.mjs';
import * as rotation from './scenarios/rotation.mjs';
import * as slow from './scenarios/slow.mjs';
import * as uplink from './scenarios/uplink.mjs';

const SCENARIOS = [
  downlink,
  uplink,
  encode,
  mic,
  idle,
  latency,
  slow,
  flow,
  restore,
  recording,
  replay,
  rotation,
  duplex,
];

const options = readOptions(SCENARIOS.map(({ name }) => name));
if (options.help !== undefined) {
  console.log(options.help);
  process.exit();
}

const TIME_LIMIT_MS = 13 * 60_000;
const NOISY_PERCENT = 10;

const startMs = performance.now();
const progress = (text) => {
  const elapsed = ((performance.now() - startMs) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${elapsed} s  ${text}\n`);
};

/** `results[metric][peer]` is the list of what each round measured; NaN where a measurement failed. */
const results = {};
const failures = [];
let rounds = 0;
const lab = new Lab(options);
try {
  while (rounds < options.rounds && !runsOutOfTime()) {
    rounds += 1;
    for (const scenario of SCENARIOS.filter(({ name }) => options.only.includes(name))) {
      for (const peer of scenario.peers) await measure(scenario, peer);
    }
  }
} finally {
  await lab.end();
}

/** A slow machine makes fewer rounds rather than a longer run. */
function runsOutOfTime() {
  const elapsedMs = performance.now() - startMs;
  const late = rounds > 0 && elapsedMs + elapsedMs / rounds > TIME_LIMIT_MS;
  if (late) progress(`stopping after ${rounds} rounds: the machine is too slow for ${options.rounds}`);
  return late;
}

async function measure(scenario, peer) {
  const label = `${rounds}/${options.rounds} ${scenario.name} ${peer}`;
  try {
    const metrics = await scenario.measure(lab, peer, options);
    for (const [metric, value] of Object.entries(metrics)) {
      results[metric] ??= {};
      results[metric][peer] ??= [];
      results[metric][peer][rounds - 1] = value;
    }
    progress(
      `${label}: ${Object.values(metrics)
        .map((value) => value.toFixed(2))
        .join(' ')}`,
    );
  } catch (failure) {
    failures.push(`${label}: ${failure.message}`);
    progress(`${label} failed: ${failure.message}`);
  }
}

const { text, verdicts } = report(results);
console.log(text);
const othersPercent = median(lab.otherPercents);
if (othersPercent > NOISY_PERCENT) {
  console.log(
    `Noisy: other processes took ${othersPercent.toFixed(0)} % of this machine; trust none but large ratios.`,
  );
}
for (const failure of failures) console.log(`failed: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

const folder = new URL('./results/', import.meta.url);
await mkdir(folder, { recursive: true });
const when = new Date().toISOString();
const machine = { node: process.version, platform: process.platform, arch: process.arch };
const json = JSON.stringify(
  { when, machine, options, rounds, failures, othersPercent, verdicts, results },
  null,
  2,
);
for (const file of ['latest.json', `${when.replaceAll(':', '-')}.json`]) {
  await writeFile(new URL(file, folder), `${json}\n`);
}
progress(`written to bench/results/latest.json`);
