import { describe, expect, it } from 'vitest';
import { readText, sourceFiles, unionMembers } from './source-files.ts';

/** Sections of docs/errors.md and the codes that they explain. */
const SECTIONS: ReadonlyArray<{ readonly title: string; readonly codes: readonly string[] }> = [
  { title: 'parlando', codes: unionMembers('src/runtime/runtime-error.ts', 'RuntimeErrorCode') },
  { title: 'parlando/flow', codes: unionMembers('src/flow/flow-error.ts', 'FlowErrorCode') },
  { title: 'parlando/wire', codes: unionMembers('src/wire/wire-error.ts', 'WireErrorCode') },
  { title: 'parlando/audio', codes: unionMembers('src/audio/audio-error.ts', 'AudioErrorCode') },
  { title: 'Stores', codes: unionMembers('src/runtime/persist/store-error.ts', 'StoreErrorCode') },
  { title: 'Recordings', codes: unionMembers('src/runtime/replay/replay-error.ts', 'ReplayErrorCode') },
  { title: 'parlando/simulator', codes: ['scriptInvalid'] },
  { title: 'The parlando command', codes: unionMembers('src/cli/shell/cli-error.ts', 'CliErrorCode') },
];

const page: string = readText('docs/errors.md');

describe('docs/errors.md', () => {
  it.each(SECTIONS)('explains exactly the codes of $title', ({ title, codes }) => {
    expect(codesOf(title)).toEqual([...codes].sort());
  });

  it('says of each code what it means, when it happens and what to do', () => {
    const entries = page.split(/^### /m).slice(1);
    for (const entry of entries) {
      const [code = ''] = entry.split('\n');
      expect(entry, code).toMatch(/^\S[^\n]*\.\n/m);
      expect(entry, code).toContain('**When:**');
      expect(entry, code).toContain('**Do:**');
    }
  });

  it('knows every class of error', () => {
    const classes = sourceFiles().flatMap(({ isTest, text }) =>
      isTest ? [] : [...text.matchAll(/class (\w+) extends (?:\w*Error)\b/g)].map(([, name]) => name),
    );
    // Stopped is how a closing simulator unwinds its own waiting; nobody outside sees it.
    expect(classes.filter((name) => name !== 'Stopped').sort()).toEqual([
      'AudioError',
      'CliError',
      'ExpectationError',
      'FlowError',
      'OutcomeUnknown',
      'ReplayError',
      'RuntimeError',
      'ScriptError',
      'StoreError',
      'WireError',
    ]);
  });
});

function codesOf(title: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code ?? '').sort();
}
