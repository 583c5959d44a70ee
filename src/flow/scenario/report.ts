/** What a run over documents and their scenarios came to, for people and for machines. */
import type { DefinitionProblem } from '../definition-problem.ts';
import type { ScenarioResult } from './scenario.ts';

/** One document: what is wrong with it, and how its scenarios ended. */
export interface DocumentReport {
  readonly name: string;
  readonly problems: readonly DefinitionProblem[];
  readonly results: readonly ScenarioResult[];
  readonly durationMs: number;
}

export interface ScenarioReport {
  readonly documents: readonly DocumentReport[];
}

/** How many scenarios and documents there were, and how many went wrong. */
export interface ReportTotals {
  readonly documents: number;
  readonly scenarios: number;
  readonly failed: number;
  /** Documents with problems. */
  readonly broken: number;
}

export function reportTotals({ documents }: ScenarioReport): ReportTotals {
  const results = documents.flatMap((document) => document.results);
  return {
    documents: documents.length,
    scenarios: results.length,
    failed: results.filter(({ passed }) => !passed).length,
    broken: documents.filter(({ problems }) => problems.length > 0).length,
  };
}

/** Whether everything went as it should: no document has a problem, no scenario failed. */
export function reportPassed(report: ScenarioReport): boolean {
  const { failed, broken } = reportTotals(report);
  return failed + broken === 0;
}

/** For people: a line per document, its problems and failures below it, totals at the end. */
export function reportText(report: ScenarioReport): string {
  const lines = report.documents.flatMap(({ name, problems, results, durationMs }) => {
    const failures = results.flatMap((result) => (result.passed ? [] : [result]));
    const ok = problems.length + failures.length === 0;
    const passed = `${results.length - failures.length} of ${results.length} scenarios`;
    return [
      `${ok ? 'ok  ' : 'FAIL'} ${line(name)}  ${passed}, ${durationMs.toFixed(0)} ms`,
      ...problems.map(({ path, message }) => `       ${line(path)}: ${line(message)}`),
      ...failures.map(
        (result) => `       ${line(result.name)}, step ${result.step + 1}: ${line(result.reason)}`,
      ),
    ];
  });
  const { documents, scenarios, failed, broken } = reportTotals(report);
  lines.push(`${documents} documents (${broken} broken), ${scenarios} scenarios (${failed} failed)`);
  return `${lines.join('\n')}\n`;
}

/** For machines: the report with its totals. */
export function reportJson(report: ScenarioReport): string {
  return `${JSON.stringify({ totals: reportTotals(report), ...report }, null, 2)}\n`;
}

/** JUnit XML: a suite per document, a case per scenario; a document with problems has a failed case `compile`. */
export function reportJUnit(report: ScenarioReport): string {
  const { scenarios, failed, broken } = reportTotals(report);
  const suites = report.documents.map(({ name, problems, results, durationMs }) => {
    const cases = results.map((result) =>
      result.passed
        ? testCase(name, result.name, undefined)
        : testCase(name, result.name, `step ${result.step + 1}: ${result.reason}`),
    );
    if (problems.length > 0) {
      const text = problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
      cases.unshift(testCase(name, 'compile', text));
    }
    const failures = results.filter(({ passed }) => !passed).length + Math.min(1, problems.length);
    const counts = `tests="${cases.length}" failures="${failures}" time="${(durationMs / 1000).toFixed(3)}"`;
    return `  <testsuite name="${escaped(name)}" ${counts}>\n${cases.join('')}  </testsuite>\n`;
  });
  const counts = `tests="${scenarios + broken}" failures="${failed + broken}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n${suites.join('')}</testsuites>\n`;
}

function testCase(suite: string, name: string, failure: string | undefined): string {
  const open = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
  if (failure === undefined) return `${open}/>\n`;
  const [first = ''] = failure.split('\n', 1);
  const inner = `<failure message="${escaped(first)}">${escaped(failure)}</failure>`;
  return `${open}>\n      ${inner}\n    </testcase>\n`;
}

/** A text on one line, without what could drive a terminal. */
function line(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);

/** What XML 1.0 cannot hold is dropped: control characters, lone surrogates, non-characters. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (mark) => ENTITIES.get(mark) ?? mark);
}
