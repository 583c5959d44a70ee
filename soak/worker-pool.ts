/** Runs sessions in processes of their own: one that hangs or dies is one session, and not the soak. */
import { type ChildProcess, fork } from 'node:child_process';
import type { SoakSession } from './run-session.ts';
import type { WorkerAnswer } from './worker.ts';

export interface PoolOptions {
  readonly workers: number;
  /** The bundled program of a worker. */
  readonly program: string;
  /** A session that takes longer, in real time, hangs. */
  readonly limitMs: number;
  readonly onAnswer: (answer: WorkerAnswer) => void;
}

/** Resolves when every session has an answer. */
export async function runPool(sessions: readonly SoakSession[], options: PoolOptions): Promise<void> {
  const waiting = sessions.values();
  const workers = Math.min(options.workers, sessions.length);
  await Promise.all(Array.from({ length: workers }, () => runWorker(waiting, options)));
}

async function runWorker(waiting: Iterator<SoakSession>, options: PoolOptions): Promise<void> {
  let child: ChildProcess | undefined;
  for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
    child ??= fork(options.program, {
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const answer = await runIn(child, next.value, options.limitMs);
    options.onAnswer(answer);
    if (answer.type === 'ran') continue;
    child.kill('SIGKILL');
    child = undefined;
  }
  child?.disconnect();
}

function runIn(child: ChildProcess, session: SoakSession, limitMs: number): Promise<WorkerAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: WorkerAnswer): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(answer);
    };
    const broke = (why: string): void => settle({ type: 'broke', seed: session.seed, why });
    const timer = setTimeout(() => broke(`It did not end within ${limitMs / 1000} s.`), limitMs);
    // The worker sends nothing else.
    const onMessage = (message: unknown): void => settle(message as WorkerAnswer);
    const onExit = (code: number | null, signal: string | null): void =>
      broke(`Its process ended: ${signal ?? code}.`);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(session);
  });
}
