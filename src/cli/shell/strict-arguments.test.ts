import { describe, expect, it } from 'vitest';
import { checkArguments, wholeNumber } from './strict-arguments.ts';

const options: Parameters<typeof checkArguments>[2] = {
  url: { type: 'string' },
  json: { type: 'boolean' },
  voice: { type: 'enum', options: ['auto', 'tone'] },
};

function check(...args: readonly string[]): () => void {
  return () => checkArguments('call', args, options);
}

describe('a command line', () => {
  it('passes when every option is declared and has its value', () => {
    check('--url', 'http://h', '--json', '--voice=tone')();
    check()();
  });

  it('is refused for an unknown option, with a suggestion', () => {
    expect(check('--js')).toThrow('--js is not an option, did you mean --json?');
    expect(check('--bogus')).toThrow('--bogus is not an option; see: parlando call --help');
  });

  it('is refused for a value that is missing, superfluous or no choice', () => {
    expect(check('--url')).toThrow('--url needs a value');
    expect(check('--url', '--json')).toThrow('--url needs a value');
    expect(check('--json=yes')).toThrow('--json takes no value');
    expect(check('--voice', 'robot')).toThrow('--voice must be auto or tone');
  });

  it('does not quote a stray word, which may be a key', () => {
    expect(check('AIza-secret')).toThrow(/^(?!.*secret)/);
  });
});

it('reads whole numbers in a range only', () => {
  expect(wholeNumber('port', '0', 0, 65_535)).toBe(0);
  for (const text of ['-1', '65536', '1.5', '1e3', '0x10', '', 'x']) {
    expect(() => wholeNumber('port', text, 0, 65_535)).toThrow('--port must be a whole number');
  }
});
