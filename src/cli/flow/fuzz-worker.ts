/** The thread that `parlando flow fuzz` looks in: it is busy until it has its report. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzzFlow } from '../../flow/fuzz/fuzz-flow.ts';
import { systemClock } from '../../wire/index.ts';
import { openDocument } from './load-document.ts';

/** What it is given. */
export interface FuzzSearch {
  readonly path: string;
  readonly seed: number;
  readonly budgetMs: number | undefined;
}

/** With a budget of time it is not the steps that end the search. */
const ENDLESS_STEPS = 100_000_000;

if (parentPort !== null) {
  // The main thread gives it nothing else.
  const { path, seed, budgetMs } = workerData as FuzzSearch;
  const { target } = await openDocument(path);
  const report = fuzzFlow(target, {
    seed,
    nowMs: () => systemClock.nowMs(),
    ...(budgetMs !== undefined && { budget: { ms: budgetMs, steps: ENDLESS_STEPS, runs: ENDLESS_STEPS } }),
  });
  parentPort.postMessage(report);
}
