/** Programs in the fenced blocks of a page. */

/** A program: what a reader would paste into a file. */
export interface GuideProgram {
  /** `state.md 2`: the page, and which of its programs. */
  readonly name: string;
  readonly language: 'js' | 'ts';
  readonly code: string;
  /** What its comments say that it prints, in order; `…` stands for anything. */
  readonly prints: readonly string[];
  /** What the page shows as files, by name: they lie beside the program. */
  readonly files: Readonly<Record<string, string>>;
}

interface Block {
  readonly info: string;
  readonly code: string;
}

/** All fenced blocks, with what stands behind the opening fence. */
export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, info = '', code = '']) => ({
    info: info.trim(),
    code,
  }));
}

/** The files that a page shows: a block that opens with ```json table.json, and so on. */
export function filesOf(markdown: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    blocksOf(markdown).flatMap(({ info, code }) => {
      const [language, file] = info.split(' ');
      return language === 'json' && file !== undefined ? [[file, code]] : [];
    }),
  );
}

/** The commands of a page: the lines of its `sh` blocks. */
export function commandsOf(markdown: string): readonly string[] {
  return blocksOf(markdown).flatMap(({ info, code }) => (info === 'sh' ? code.trimEnd().split('\n') : []));
}

/**
 * The programs of a page: its `js` and `ts` blocks. A block that imports nothing goes on with the program before it. A
 * block marked `js fragment` is no program: it stands for code that needs more around it than a page can show.
 */
export function programsOf(page: string, markdown: string): readonly GuideProgram[] {
  const programs: Array<{ language: 'js' | 'ts'; code: string }> = [];
  for (const { info, code } of blocksOf(markdown)) {
    if (info !== 'js' && info !== 'ts') continue;
    const last = programs.at(-1);
    if (last === undefined || /^import /m.test(code)) programs.push({ language: info, code });
    else last.code += code;
  }
  const files = filesOf(markdown);
  return programs.map((program, index) => ({
    ...program,
    files,
    name: `${page} ${index + 1}`,
    prints: printedBy(program.code),
  }));
}

/** The comment behind `console.log(…);`, or alone on the line after it. */
function printedBy(code: string): readonly string[] {
  const comment = /^ *console\.log\(.*\);(?: \/\/ (.*)|\n\/\/ (.*))$/gm;
  return [...code.matchAll(comment)].map(([, behind, below]) => (behind ?? below ?? '').trim());
}

/** Whether a printed line is what a comment says. */
export function isSaidBy(comment: string, line: string): boolean {
  const parts = comment.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(line.trim());
}
