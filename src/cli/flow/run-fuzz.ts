/** The search for a conversation that breaks a promise, and what it found. */
import { Worker } from 'node:worker_threads';
import { describeUnexercised } from '../../flow/fuzz/describe-invariant.ts';
import type { FuzzFinding, FuzzReport } from '../../flow/fuzz/fuzz-flow.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { createPaint, type Paint } from '../view/paint.ts';
import type { FuzzSearch } from './fuzz-worker.ts';
import { openDocument } from './load-document.ts';
import { stepText } from './step-text.ts';
import { line } from './transcript.ts';
import { writeOutput } from './write-output.ts';

/** A checked command line. */
export interface FuzzPlan {
  readonly path: string;
  readonly seed: number;
  readonly budgetMs: number | undefined;
  readonly outPath: string | undefined;
  readonly json: boolean;
}

const PROGRESS_MS = 3000;

/** Looks, and reports. Rejects with `unmet` when something was found. */
export async function runFuzz(
  { path, seed, budgetMs, outPath, json }: FuzzPlan,
  io: CliConsole,
): Promise<void> {
  await openDocument(path);
  const bound = budgetMs === undefined ? 'up to 60,000 steps' : `up to ${(budgetMs / 1000).toFixed(1)} s`;
  io.stderr.write(`looking for broken promises of ${path}: seed ${seed}, ${bound}\n`);
  const report = await searched({ path, seed, budgetMs }, io);
  if (json) io.stdout.write(`${JSON.stringify(report)}\n`);
  else io.stdout.write(`${lines(report, createPaint(io.color), io.stdout.columns).join('\n')}\n`);
  const { findings, stepsPlayed } = report;
  if (outPath !== undefined) {
    for (const [index, { scenario }] of findings.entries()) {
      await writeOutput(`${JSON.stringify(scenario, null, 2)}\n`, numbered(outPath, index), io);
    }
  }
  if (stepsPlayed === 0) throw new CliError('unmet', 'nothing was looked at: the time was over');
  if (findings.length === 0) return;
  throw new CliError('unmet', `${findings.length} of ${report.invariants.length} promises can be broken`);
}

/** Runs beside this thread, which goes on to tell how long it takes and hears when it is to stop. */
async function searched(search: FuzzSearch, io: CliConsole): Promise<FuzzReport> {
  const startMs = io.clock.nowMs();
  const worker = new Worker(new URL('./fuzz-worker.js', import.meta.url), { workerData: search });
  const stop = (): void => void worker.terminate();
  io.stop.addEventListener('abort', stop, { once: true });
  let cancel = (): void => undefined;
  const progress = (): void => {
    cancel = io.clock.schedule(PROGRESS_MS, () => {
      io.stderr.write(`still looking after ${((io.clock.nowMs() - startMs) / 1000).toFixed(0)} s\n`);
      progress();
    });
  };
  progress();
  try {
    return await new Promise<FuzzReport>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new CliError('interrupted', 'stopped')));
    });
  } finally {
    cancel();
    io.stop.removeEventListener('abort', stop);
  }
}

function lines(
  { findings, invariants, unexercised, places, stepsPlayed, exhausted }: FuzzReport,
  paint: Paint,
  columns: number,
): readonly string[] {
  if (stepsPlayed === 0)
    return line('', 'MAYBE', 'yellow', 'nothing was looked at: give it a larger --budget-ms', paint, columns);
  const looked = `${stepsPlayed} steps, ${places} places${exhausted ? ', all there are' : ''}`;
  const notes = unexercised.flatMap((one) =>
    line(
      '',
      'note',
      'yellow',
      printable(`${describeUnexercised(one)} The promise was not put to the test.`),
      paint,
      columns,
    ),
  );
  if (findings.length === 0) {
    const ok = `${paint('green', 'ok')}    nothing breaks any of ${invariants.length} promises (${looked})`;
    return [ok, ...notes];
  }
  const told = findings.flatMap((finding) => [...findingLines(finding, paint, columns), '']);
  const hint = '; what MAYBE is may go away with a larger --budget-ms';
  return [...told, ...notes, findings.every(({ proven }) => proven) ? looked : `${looked}${hint}`];
}

function findingLines(
  { sentence, scenario, proven }: FuzzFinding,
  paint: Paint,
  columns: number,
): readonly string[] {
  return [
    ...line('', proven ? 'FOUND' : 'MAYBE', proven ? 'red' : 'yellow', printable(sentence), paint, columns),
    ...scenario.steps.flatMap((step, index) => {
      const { label, text } = stepText(step);
      const isLast = index === scenario.steps.length - 1;
      const told = isLast ? `${text} (does not hold)` : text;
      return line(`${index + 1}`.padStart(5).padEnd(6), label, isLast ? 'red' : 'dim', told, paint, columns);
    }),
  ];
}

/** `found.scenario.json`, then `found-2.scenario.json`. */
function numbered(path: string, index: number): string {
  if (index === 0) return path;
  const [, head = path, ending = ''] = /^(.*?)((?:\.scenario)?\.json)?$/s.exec(path) ?? [];
  return `${head}-${index + 1}${ending}`;
}
