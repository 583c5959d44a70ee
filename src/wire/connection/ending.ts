import type { SessionEnd } from './connection-state.ts';
import type { Draft } from './draft.ts';

/** Ends the session, for good. */
export function end(draft: Draft, end: SessionEnd): void {
  draft.link = { stage: 'ended', end };
  draft.output({ type: 'timer', delayMs: undefined });
  draft.enter('disconnected');
  draft.emit({ type: 'connectionChanged', connection: { state: 'closed', reason: end.reason } });
  draft.emit({ type: 'disconnected', ...end });
  draft.output({ type: 'ended', end });
}
