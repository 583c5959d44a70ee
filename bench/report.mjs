/** The table of a run, and its verdicts. */
import { median, medianRatio } from './measure.mjs';
import { table } from './table.mjs';
import { TARGETS } from './targets.mjs';

const PEERS = {
  'bare-ws': 'ws discard',
  'ws-json': 'ws + JSON',
  genai: '@google/genai',
  parlando: 'parlando/wire',
  live: 'LiveHandle',
  flow: 'parlando/flow',
};

const ROWS = [
  ['Downlink, µs CPU a message, 1,920 B', 'downlinkUs1920', 1],
  ['  9,600 B', 'downlinkUs9600', 1],
  ['  48,000 B', 'downlinkUs48000', 1],
  ['Uplink, µs CPU a 640 B chunk', 'uplinkUs', 1],
  ['  encoding alone', 'encodeUs', 2],
  ['Mic, µs a 640 B chunk, no socket', 'micUs', 1],
  ['  heap, KiB, growth in ten minutes', 'micGrowthKib', 0],
  ['Idle, KiB RSS a session, 200', 'idleKib200', 1],
  ['  1,000 sessions', 'idleKib1000', 1],
  ['  200, straight after connecting', 'freshKib200', 1],
  ['  1,000, straight after connecting', 'freshKib1000', 1],
  ['  each further one, to 1,000', 'idleFurtherKib1000', 1],
  ['  the same, straight after connecting', 'freshFurtherKib1000', 1],
  ['Latency, 100 sessions: first text, p50 ms over the script', 'textP50Ms', 2],
  ['  p99 ms', 'textP99Ms', 2],
  ['  microphone to wire, p50 ms', 'micWireP50Ms', 2],
  ['  p99 ms', 'micWireP99Ms', 2],
  ['Slow work: between audio events, p99 ms, without', 'slowGapWithoutP99Ms', 2],
  ['  with a tool and an extractor running', 'slowGapWithP99Ms', 2],
  ['  p99 ms more', 'slowGapMoreMs', 2],
  ['Flow: ms CPU, compiling 30 steps', 'flowCompileMs', 2],
  ['  compiling the showcase document', 'flowDocumentMs', 2],
  ['  µs CPU, a turn and an admission, 30 steps', 'flowTurnUs', 1],
  ['  ms CPU, 1,000 scenarios of the showcase', 'flowScenariosMs', 0],
  ['Restore of an hour: ms from the file to the setup, first of a process', 'restoreFirstMs', 1],
  ['  median of nine', 'restoreMs', 1],
  ['  µs CPU of keeping the session, an entry', 'keepEntryUs', 1],
  ['Recording: µs more on the way of a frame of 1,920 B, down', 'recordingDownUs', 2],
  ['  up', 'recordingUpUs', 2],
  ['Replay of ten minutes: seconds, reading included', 'replaySeconds', 2],
  ['  MiB of the recording', 'recordingMib', 1],
  ['Rotation: gap on loopback, p50 ms', 'rotationGapP50Ms', 2],
  ['  p99 ms', 'rotationGapP99Ms', 2],
  ['  from a TCP reset to active, p50 ms', 'resetRecoveryP50Ms', 2],
  ['  the longest, ms', 'resetRecoveryMaxMs', 2],
  ...[100, 500, 1_000].flatMap((count) => [
    [`Full duplex, ${count.toLocaleString('en')} sessions: CPU %`, `duplexCpu${count}`, 1],
    ['  down p50 ms', `duplexDownP50Ms${count}`, 2],
    ['  down p99 ms', `duplexDownP99Ms${count}`, 2],
    ['  mic p50 ms', `duplexMicP50Ms${count}`, 2],
    ['  mic p99 ms', `duplexMicP99Ms${count}`, 2],
    ['  KiB RSS a session', `duplexKib${count}`, 1],
    ['  lost, most in a round', `duplexLost${count}`, 0, most],
    ['  out of order, most in a round', `duplexReordered${count}`, 0, most],
    ['  (server CPU %)', `duplexServerCpu${count}`, 0],
  ]),
];

function most(values) {
  return Math.max(...values.filter((value) => value !== undefined));
}

/** @param results lists of measurements by metric and peer, one a round. */
export function report(results) {
  const verdicts = TARGETS.filter(({ metric, of }) => results[metric]?.[of] !== undefined).map((target) =>
    judge(target, results[target.metric]),
  );
  const rows = ROWS.filter(([, metric]) => results[metric] !== undefined).map(
    ([label, metric, digits, reduce = median]) => {
      const byPeer = results[metric];
      const cells = Object.keys(PEERS).map((peer) =>
        byPeer[peer] === undefined ? '–' : reduce(byPeer[peer]).toFixed(digits),
      );
      const mustReach = verdicts
        .filter((verdict) => verdict.metric === metric)
        .map(({ text, reached }) => `${text} ${reached ? 'yes' : 'NO'}`);
      const ratios = [
        ratio(byPeer, 'parlando', 'bare-ws'),
        ratio(byPeer, 'parlando', 'genai'),
        ratio(byPeer, 'live', 'parlando'),
      ];
      return [label, ...cells, ...ratios, mustReach.join(', ')];
    },
  );
  const header = ['', ...Object.values(PEERS), 'wire ÷ ws', '÷ genai', 'live ÷ wire', 'must reach'];
  return { text: `\n${table(header, rows)}\n`, verdicts };
}

function ratio(byPeer, of, peer) {
  const known = byPeer[of] !== undefined && byPeer[peer] !== undefined;
  const value = known ? medianRatio(byPeer[of], byPeer[peer]) : Number.NaN;
  return Number.isFinite(value) ? `${value.toFixed(2)}×` : '';
}

function judge({ metric, of, peer, limit, kind }, byPeer) {
  const name = peer === undefined ? '' : PEERS[peer].replace('@google/', '');
  const whose = of === 'live' && byPeer.parlando !== undefined ? 'live ' : '';
  const verdict = (value, reached, text) => ({ metric, of, peer, limit, kind, value, reached, text });
  if (kind === 'atMost') {
    const value = medianRatio(byPeer[of], byPeer[peer]);
    return verdict(value, value <= limit, `${whose}≤ ${limit}× ${name}`);
  }
  if (kind === 'atLeast') {
    const value = medianRatio(byPeer[peer], byPeer[of]);
    return verdict(value, value >= limit, `${name} ≥ ${limit}×`);
  }
  const value = limit === 0 ? most(byPeer[of]) : median(byPeer[of]);
  return verdict(value, value <= limit, `${whose}≤ ${limit}`);
}
