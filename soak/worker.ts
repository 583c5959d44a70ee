/** One process of a soak: runs the sessions that it is sent, one after another. */
import { runSession, type SoakSession } from './run-session.ts';
import type { SessionReport } from './session-report.ts';

/** What a worker sends back. */
export type WorkerAnswer =
  | { readonly type: 'ran'; readonly report: SessionReport }
  /** The session could not be run to its end. */
  | { readonly type: 'broke'; readonly seed: number; readonly why: string };

process.on('message', (session: SoakSession) => {
  const answer = (message: WorkerAnswer): void => void process.send?.(message);
  runSession(session).then(
    (report) => answer({ type: 'ran', report }),
    (cause: unknown) =>
      answer({
        type: 'broke',
        seed: session.seed,
        why: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
      }),
  );
});
