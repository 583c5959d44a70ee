/** The source tree as the architecture tests see it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root: string = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the root, with slashes: `src/wire/index.ts`. */
  readonly path: string;
  readonly text: string;
  /** `wire`, `audio`, … */
  readonly layer: string;
  readonly isTest: boolean;
  /** Files of ours that it imports, as paths like `path`. */
  readonly ours: readonly string[];
  /** Packages, `node:` built-ins and `#` conditions that it imports. */
  readonly others: readonly string[];
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every TypeScript file under `src`. */
export function sourceFiles(): SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join('src', name.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map(describeFile);
}

function describeFile(path: string): SourceFile {
  const text = readText(path);
  const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return {
    path,
    text,
    layer: path.split('/')[1] ?? '',
    isTest: path.endsWith('.test.ts'),
    ours: imported
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.normalize(posix.join(dirname(path), name))),
    others: imported.filter((name) => !name.startsWith('.')),
  };
}

/** The string members of an exported union type. */
export function unionMembers(path: string, typeName: string): string[] {
  const source = ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest);
  for (const statement of source.statements) {
    if (!ts.isTypeAliasDeclaration(statement) || statement.name.text !== typeName) continue;
    const types = ts.isUnionTypeNode(statement.type) ? statement.type.types : [statement.type];
    return types.flatMap((type) =>
      ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
    );
  }
  throw new Error(`${path} has no type ${typeName}`);
}
