/** `npm run bench`: every scenario, every peer in turn, round after round; then one table. See README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { Lab } from './lab.mjs';
import { readOptions } from './options.mjs';
import { report } from './report.mjs';
import * as downlink from './scenarios/downlink.mjs';
import * as duplex from './scenarios/duplex.mjs';
import * as encode from './scenarios/encode.mjs';
import * as idle from './scenarios/idle.mjs';
import * as uplink from './scenarios/uplink.mjs';

const SCENARIOS = [downlink, uplink, encode, idle, duplex];

const options = readOptions(SCENARIOS.map(({ name }) => name));
if (options.help !== undefined) {
  console.log(options.help);
  process.exit();
}

const startMs = performance.now();
const progress = (text) => {
  const elapsed = ((performance.now() - startMs) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${elapsed} s  ${text}\n`);
};

/** `results[metric][peer]` is the list of what each round measured. */
const results = {};
const lab = new Lab();
try {
  for (const scenario of SCENARIOS.filter(({ name }) => options.only.includes(name))) {
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const peer of scenario.peers) {
        const metrics = await scenario.measure(lab, peer, options);
        for (const [metric, value] of Object.entries(metrics)) {
          results[metric] ??= {};
          results[metric][peer] ??= [];
          results[metric][peer].push(value);
        }
        const shown = Object.entries(metrics).map(([metric, value]) => `${metric} ${value.toFixed(2)}`);
        progress(`${scenario.name} ${round}/${options.rounds} ${peer}: ${shown.join(', ')}`);
      }
    }
  }
} finally {
  await lab.end();
}

const { text, verdicts } = report(results);
console.log(text);

const folder = new URL('./results/', import.meta.url);
await mkdir(folder, { recursive: true });
const when = new Date().toISOString();
const machine = { node: process.version, platform: process.platform, arch: process.arch };
const json = JSON.stringify({ when, machine, options, verdicts, results }, null, 2);
for (const file of ['latest.json', `${when.replaceAll(':', '-')}.json`]) {
  await writeFile(new URL(file, folder), `${json}\n`);
}
progress(`written to bench/results/latest.json`);
