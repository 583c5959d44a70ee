/** What the process says to the shell. */
import type { CliErrorCode } from './cli-error.ts';

/** 0 done, 1 a fault, no answer, or something that was checked and does not hold, 2 something in the command line or its files is wrong, 130 stopped by a signal. */
export type ExitCode = 0 | 1 | 2 | 130;

/** The exit code of a failure. */
export function exitCodeOf(code: CliErrorCode): ExitCode {
  switch (code) {
    case 'badArguments':
    case 'unreadableFile':
    case 'badAudio':
    case 'badScript':
    case 'badDocument':
    case 'badUrl':
    case 'unwritableFile':
    case 'portUnavailable':
    case 'refused':
      return 2;
    case 'noAnswer':
    case 'unmet':
    case 'fault':
      return 1;
    case 'interrupted':
      return 130;
  }
}
