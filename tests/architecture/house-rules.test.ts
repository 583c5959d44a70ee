import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText, type SourceFile, sourceFiles } from './source-files.ts';

const MAX_LINES = 400;
const VAGUE_NAMES = /^(utils?|helpers?|common|misc|types?|shared|constants?)(\.test)?\.ts$/;

/** Time and chance come in by ports; only these make them. */
const SYSTEM_FILES = ['src/wire/platform/system-clock.ts', 'src/wire/platform/system-random.ts'];
const SYSTEM_CALLS =
  /\b(Date\.now|setTimeout|setInterval|Math\.random|performance\.now|AbortSignal\.timeout|randomUUID|getRandomValues)\b/;
/** The one look at the calendar. */
const CALENDAR_FILE = 'src/simulator/create-simulator.ts';
const CALENDAR_CALL = /\bnew Date\(\)/;

const files: SourceFile[] = sourceFiles();
const product: SourceFile[] = files.filter(({ isTest }) => !isTest);

describe('Source files', () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });

  it('are named after what is in them', () => {
    expect(files.map(({ path }) => path).filter((path) => VAGUE_NAMES.test(basename(path)))).toEqual([]);
  });

  it('read clock, timers and chance through ports', () => {
    const direct = product
      .filter(({ path }) => !SYSTEM_FILES.includes(path))
      .flatMap(({ path, text }) => offences(path, text, SYSTEM_CALLS));
    expect(direct).toEqual([]);
  });

  it('look at the calendar in one place', () => {
    const direct = product
      .filter(({ path }) => path !== CALENDAR_FILE)
      .flatMap(({ path, text }) => offences(path, text, CALENDAR_CALL));
    expect(direct).toEqual([]);
  });

  it('have no default exports and no enums', () => {
    const found = files.flatMap(({ path, text }) =>
      offences(path, text, /^\s*export default\b|^\s*(export\s+)?(const\s+)?enum\s/m),
    );
    expect(found).toEqual([]);
  });
});

describe('Bench and scripts', () => {
  it('are named by package.json as they are on disk', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const named = Object.values(scripts).flatMap(
      (script) => script.match(/\b(bench|scripts)\/\S+\.mjs/g) ?? [],
    );
    for (const path of named) expect(readText(path), path).not.toBe('');
  });
});

/** Lines of code, comments aside, that match. */
function offences(path: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: line.replace(/\/\/.*$|^\s*\/?\*.*$/, ''), place: `${path}:${index + 1}` }))
    .filter(({ line }) => pattern.test(line))
    .map(({ line, place }) => `${place} ${line.trim()}`);
}
