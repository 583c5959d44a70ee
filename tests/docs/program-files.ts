import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { GuideProgram } from './guide-program.ts';
import { PAGE_SETTINGS } from './page-settings.ts';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));
/** Within the package, so that programs import it by its name. */
const FOLDER = join(ROOT, 'out/guide-programs');

/** Writes each program into a folder of its own, with what its page takes for granted. Gives the files by name. */
export function writePrograms(programs: readonly GuideProgram[]): ReadonlyMap<string, string> {
  rmSync(FOLDER, { recursive: true, force: true });
  return new Map(programs.map((program) => [program.name, write(program)]));
}

function write({ name, code, language, files: shown }: GuideProgram): string {
  const { before = '', after = '', files = {}, instead = ['', ''] } = PAGE_SETTINGS[name] ?? {};
  const folder = join(FOLDER, name.replace(/\W+/g, '-'));
  mkdirSync(folder, { recursive: true });
  for (const [file, source] of Object.entries(files)) copyFileSync(join(ROOT, source), join(folder, file));
  for (const [file, text] of Object.entries(shown)) writeFileSync(join(folder, file), text);
  const path = join(folder, language === 'ts' ? 'main.mts' : 'main.mjs');
  writeFileSync(path, `${before}\n${code.replace(...instead)}\n${after}\n`);
  return path;
}

/** What the compiler has to say about programs in JavaScript and TypeScript, against the built package. */
export function compileErrors(paths: readonly string[]): readonly string[] {
  const program = ts.createProgram(paths, {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: false,
    // In JavaScript nobody can write a type.
    noImplicitAny: false,
    allowJs: true,
    checkJs: true,
    skipLibCheck: true,
    noEmit: true,
  });
  const errors = ts.getPreEmitDiagnostics(program).filter((error) => !isNarrowing(error));
  return errors.map(({ file, start = 0, messageText }) => {
    const at = file?.getLineAndCharacterOfPosition(start);
    const where = file === undefined ? '' : `${file.fileName.replace(ROOT, '')}:${(at?.line ?? 0) + 1}: `;
    return `${where}${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** "Possibly undefined", "unknown". */
const UNCHECKED: ReadonlySet<number> = new Set([2531, 2532, 2533, 2571, 18046, 18047, 18048, 18049]);
const NO_SUCH_PROPERTY = 2339;

/**
 * What a TypeScript reader would check first and a page leaves out for brevity: that a value is there, and which member
 * of a union it is. A property that no member has is an error all the same.
 */
function isNarrowing({ code, messageText }: ts.Diagnostic): boolean {
  return UNCHECKED.has(code) || (code === NO_SUCH_PROPERTY && typeof messageText !== 'string');
}
