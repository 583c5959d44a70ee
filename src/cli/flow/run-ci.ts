/** All documents of folders and all their scenarios. */
import { writeFile } from 'node:fs/promises';
import { type DocumentReport, reportJson, reportJUnit, reportTotals } from '../../flow/scenario/report.ts';
import { runScenario } from '../../flow/scenario/run-scenario.ts';
import type { Scenario, ScenarioResult } from '../../flow/scenario/scenario.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { createPaint, type Paint } from '../view/paint.ts';
import { type FoundDocument, findDocuments, isFolder } from './find-documents.ts';
import { type LoadedDocument, loadDocument, problemText } from './load-document.ts';
import { loadScenario } from './load-scenario.ts';

/** A checked command line. */
export interface CiPlan {
  readonly folders: readonly string[];
  readonly json: boolean;
  readonly junitPath: string | undefined;
}

/** Progress is told when nothing was printed for so long. */
const QUIET_MS = 1000;

/**
 * Runs and reports everything, also after a failure. Rejects with `unmet` when a scenario failed, `badDocument` when a
 * document does not compile or a file is of no use.
 */
export async function runCi({ folders, json, junitPath }: CiPlan, io: CliConsole): Promise<void> {
  const found: FoundDocument[] = [];
  for (const folder of folders) {
    if (!(await isFolder(folder))) {
      throw new CliError(
        'badArguments',
        `${folder} is a file: flow ci takes folders, parlando flow check a file`,
      );
    }
    found.push(...(await findDocuments(folder)));
  }
  const paint = createPaint(io.color && !json);
  const documents: DocumentReport[] = [];
  for (const one of found) {
    const report = await runDocument(one, io);
    documents.push(report);
    if (!json) io.stdout.write(`${lines(report, paint).join('\n')}\n`);
    if (io.stop.aborted) throw new CliError('interrupted', 'stopped');
  }
  const report = { documents };
  if (junitPath !== undefined) await save(junitPath, reportJUnit(report));
  const totals = reportTotals(report);
  if (json) io.stdout.write(reportJson(report));
  else {
    const { scenarios, failed } = totals;
    io.stdout.write(
      `\n${totals.documents} documents, ${scenarios} scenarios: ${scenarios - failed} passed, ${failed} failed\n`,
    );
  }
  const { broken, failed, scenarios } = totals;
  if (broken > 0)
    throw new CliError('badDocument', `${broken} of ${documents.length} documents cannot be used`);
  if (failed > 0) throw new CliError('unmet', `${failed} of ${scenarios} scenarios failed`);
}

async function runDocument({ path, scenarioPaths }: FoundDocument, io: CliConsole): Promise<DocumentReport> {
  const startMs = io.clock.nowMs();
  const problems: { readonly path: string; readonly message: string }[] = [];
  const results: ScenarioResult[] = [];
  const document = await attempted(path, problems, async () => {
    const load = await loadDocument(path);
    if (load.ok) return load.document;
    for (const problem of load.problems) {
      problems.push({ path: problem.path, message: `${path}:${problemText(problem)}` });
    }
    return undefined;
  });
  const scenarios: Scenario[] = [...(document?.scenarios ?? [])];
  for (const scenarioPath of scenarioPaths) {
    const scenario = await attempted(scenarioPath, problems, () => loadScenario(scenarioPath));
    if (scenario !== undefined) scenarios.push(scenario);
  }
  if (document !== undefined) results.push(...played(document, scenarios, path, io));
  return { name: path, problems, results, durationMs: io.clock.nowMs() - startMs };
}

function played(
  { target }: LoadedDocument,
  scenarios: readonly Scenario[],
  path: string,
  io: CliConsole,
): readonly ScenarioResult[] {
  let toldMs = io.clock.nowMs();
  return scenarios.map((scenario, index) => {
    if (io.clock.nowMs() - toldMs > QUIET_MS) {
      toldMs = io.clock.nowMs();
      io.stderr.write(`parlando flow ci: ${path}: ${index} of ${scenarios.length} scenarios\n`);
    }
    return runScenario(target, scenario);
  });
}

/** What cannot be used is one more problem of the report. */
async function attempted<T>(
  path: string,
  problems: { readonly path: string; readonly message: string }[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof CliError)) throw cause;
    problems.push({ path, message: cause.message });
    return undefined;
  }
}

function lines({ name, problems, results, durationMs }: DocumentReport, paint: Paint): readonly string[] {
  const failures = results.flatMap((result) => (result.passed ? [] : [result]));
  const ok = problems.length + failures.length === 0;
  const mark = ok ? `${paint('green', 'ok')}  ` : paint('red', 'FAIL');
  const passed = `${results.length - failures.length} of ${results.length} scenarios`;
  return [
    `${mark}  ${name}  ${passed}, ${durationMs.toFixed(0)} ms`,
    ...problems.map(({ message }) => `      ${printable(message)}`),
    ...failures.map(
      ({ name: scenario, step, reason }) =>
        `      ${paint('bold', printable(scenario))}, step ${step + 1}: ${printable(reason)}`,
    ),
  ];
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new CliError('unwritableFile', `--junit ${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
