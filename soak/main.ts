/** `npm run soak`: sessions in all cores, and the ledger of them. Exits with 1 when one of them failed. */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type SoakOptions, soakOptions, USAGE } from './options.ts';
import { runSession } from './run-session.ts';
import type { SessionReport } from './session-report.ts';
import { type SoakSummary, summaryOf } from './summary.ts';
import { tableOf } from './table.ts';
import { runPool } from './worker-pool.ts';

/** A minute of call takes a tenth of a second on an idle core; what takes a hundred times as long hangs. */
const LIMIT_MS_PER_MINUTE = 10_000;
/** Lines around a mark. */
const TRACED_BEFORE = 12;
const TRACED_AFTER = 8;

/** Where things are: the entry script knows. */
const [worker = '', recording = '', ...args] = process.argv.slice(2);

async function main(): Promise<number> {
  const options = soakOptions(args, availableParallelism());
  if (options.trace !== undefined) return trace(options, options.trace);
  const startMs = performance.now();
  const reports: SessionReport[] = [];
  const broken: SoakSummary['broken'][number][] = [];
  const sessions = Array.from({ length: options.sessions }, (_, at) => ({
    seed: options.seed + at,
    minutes: options.minutes,
    recording,
  }));
  await runPool(sessions, {
    workers: options.workers,
    program: worker,
    limitMs: 60_000 + options.minutes * LIMIT_MS_PER_MINUTE,
    onAnswer: (answer) => {
      if (answer.type === 'ran') reports.push(answer.report);
      else broken.push(answer);
      showProgress(options, reports, broken.length, performance.now() - startMs);
    },
  });
  reports.sort((left, right) => left.seed - right.seed);
  const summary = summaryOf(reports, broken, (performance.now() - startMs) / 1000);
  const rerun = (seed: number): string =>
    `npm run soak -- --sessions 1 --minutes ${options.minutes} --seed ${seed}`;
  console.log(options.json ? JSON.stringify({ summary, reports }, null, 1) : tableOf(summary, rerun));
  return summary.failed.length + broken.length === 0 ? 0 : 1;
}

async function trace({ seed, minutes }: SoakOptions, mark: string): Promise<number> {
  const lines: string[] = [];
  const report = await runSession({ seed, minutes, recording, onLine: (line) => lines.push(line) });
  const first = lines.findIndex((line) => line.includes(mark));
  const last = lines.findLastIndex((line) => line.includes(mark));
  console.log(lines.slice(Math.max(0, first - TRACED_BEFORE), last + TRACED_AFTER).join('\n'));
  console.log(report.failures.join('\n'));
  return report.failures.length === 0 ? 0 : 1;
}

/** On stderr, so that stdout is the ledger. */
function showProgress(
  { sessions }: SoakOptions,
  reports: readonly SessionReport[],
  broken: number,
  elapsedMs: number,
): void {
  const done = reports.length + broken;
  const failed = broken + reports.filter(({ failures }) => failures.length > 0).length;
  const leftS = ((elapsedMs / done) * (sessions - done)) / 1000;
  const end = done === sessions || !process.stderr.isTTY ? '\n' : '\r';
  if (process.stderr.isTTY || done % Math.ceil(sessions / 10) === 0 || done === sessions) {
    process.stderr.write(
      `${done} of ${sessions} sessions, ${failed} failed, about ${leftS.toFixed(0)} s left ${end}`,
    );
  }
}

process.exitCode = await main().catch((cause: unknown) => {
  console.error(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`);
  return 2;
});
