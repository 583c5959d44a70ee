/** Documents, compiled and reported. */
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { createPaint, type Paint } from '../view/paint.ts';
import { findDocuments, isFolder } from './find-documents.ts';
import {
  type DocumentLoad,
  type LoadedDocument,
  type LocatedWarning,
  loadDocument,
  problemText,
} from './load-document.ts';

/** A checked command line. */
export interface CheckPlan {
  readonly paths: readonly string[];
  readonly json: boolean;
  /** Whether a warning is a failure. */
  readonly strict: boolean;
}

/** A file that holds no document, as JSON tells it. */
interface Unread {
  readonly ok: false;
  readonly unread: CliError;
  readonly path: string;
}

/**
 * Reports each document. Rejects with `badDocument` when one has problems, `unreadableFile` when one is not there, `unmet`
 * when one has warnings and none is taken; with `json` everything is printed before, and what is no document is a problem
 * like others.
 */
export async function runCheck({ paths, json, strict }: CheckPlan, io: CliConsole): Promise<void> {
  const paint = createPaint(io.color && !json);
  const loads: Array<DocumentLoad | Unread> = [];
  for (const path of await documentPaths(paths)) {
    const load = await (json ? loadOrUnread(path) : loadDocument(path));
    loads.push(load);
    if (!json && !('unread' in load)) io.stdout.write(`${report(load, paint).join('\n')}\n`);
  }
  const bad = loads.filter(({ ok }) => !ok).length;
  const warned = strict ? loads.filter((load) => warningsOf(load).length > 0).length : 0;
  const ok = bad + warned === 0;
  if (json) io.stdout.write(`${JSON.stringify({ ok, documents: loads.map(summary) })}\n`);
  if (ok) return;
  if (bad === 0) {
    throw new CliError('unmet', `${counted(warned, 'document')} with warnings, and --strict takes none`);
  }
  const [first] = loads;
  if (loads.length === 1 && first !== undefined && 'unread' in first) throw first.unread;
  const which =
    loads.length === 1 ? `${paths[0]} has problems` : `${bad} of ${loads.length} documents have problems`;
  throw new CliError('badDocument', which);
}

async function loadOrUnread(path: string): Promise<DocumentLoad | Unread> {
  try {
    return await loadDocument(path);
  } catch (cause) {
    if (cause instanceof CliError) return { ok: false, unread: cause, path };
    throw cause;
  }
}

async function documentPaths(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (await isFolder(path)) found.push(...(await findDocuments(path)).map((document) => document.path));
    else found.push(path);
  }
  return [...new Set(found)];
}

function report(load: DocumentLoad, paint: Paint): readonly string[] {
  if (load.ok) {
    const { path } = load.document.file;
    return [
      `${paint('green', 'ok')}    ${path}  ${inWords(load.document)}`,
      ...warningsOf(load).map(
        (warning) => `      ${paint('yellow', 'warning')} ${path}:${problemText(warning)}`,
      ),
    ];
  }
  const { file, problems } = load;
  return [
    `${paint('red', 'FAIL')}  ${file.path}  ${counted(problems.length, 'problem')}`,
    ...problems.map((problem) => `      ${file.path}:${problemText(problem)}`),
  ];
}

function warningsOf(load: DocumentLoad | Unread): readonly LocatedWarning[] {
  return load.ok ? load.document.warnings() : [];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function inWords(document: LoadedDocument): string {
  const { name, steps, digressions, tools, scenarios } = counts(document);
  const parts = [
    `${steps} steps`,
    `${digressions} digressions`,
    `${tools} tools`,
    `${scenarios} scenarios`,
  ].filter((part) => !part.startsWith('0 '));
  return `${printable(name)}: ${parts.join(', ')}`.replace(/\b1 (\w+)s\b/g, '1 $1');
}

function counts({ flow, scenarios }: LoadedDocument): {
  readonly name: string;
  readonly steps: number;
  readonly digressions: number;
  readonly tools: number;
  readonly scenarios: number;
} {
  const inDigressions = flow.digressions.reduce((sum, { layer }) => sum + layer.steps.length, 0);
  return {
    name: flow.name,
    steps: flow.main.steps.length + inDigressions,
    digressions: flow.digressions.length,
    tools: flow.tools.length,
    scenarios: scenarios.length,
  };
}

function summary(load: DocumentLoad | Unread): unknown {
  if ('unread' in load) {
    const { path, unread } = load;
    // What is no JSON begins with its place.
    const place = unread.message.startsWith(`${path}:`) ? unread.message.slice(path.length) : '';
    const [, line = 1, column = 1] = /^:(\d+):(\d+) /.exec(place) ?? [];
    const problem = { kind: unread.code, path: '', message: unread.message };
    return { file: path, ok: false, problems: [{ ...problem, line: Number(line), column: Number(column) }] };
  }
  if (load.ok) {
    const warnings = warningsOf(load).map(({ place, ...warning }) => ({ ...warning, ...place }));
    return { file: load.document.file.path, ok: true, ...counts(load.document), warnings };
  }
  const problems = load.problems.map(({ place, ...problem }) => ({ ...problem, ...place }));
  return { file: load.file.path, ok: false, problems };
}
