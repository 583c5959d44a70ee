/** The console of a real process. */
import { type Clock, systemClock } from '../../wire/index.ts';
import type { CliConsole, TextOutput } from './console.ts';

/** Connects the port to `process`. The second signal ends the process at once: a close that hangs can be left. */
export function processConsole(clock: Clock = systemClock): CliConsole {
  const stopping = new AbortController();
  const stop = (reason: string): void => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort(reason);
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  // `parlando … | head`: the reader has left. Without a listener Node would print a stack.
  const unread = (): void => stopping.abort('closed output');
  process.stdout.on('error', unread);
  process.stderr.on('error', unread);
  const { env } = process;
  const color = process.stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env,
    clock,
    stop: stopping.signal,
    color,
  };
}

/** Resolves when what was written to stdout has left the process. */
export function flushed(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write('', () => resolve());
  });
}

function output(stream: NodeJS.WriteStream): TextOutput {
  return {
    write: (text) => void stream.write(text),
    isTty: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows ?? 24;
    },
  };
}
