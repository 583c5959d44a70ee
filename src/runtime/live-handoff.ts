/** The handoff packet of a session. */
import type { HandoffPacket } from './converse/handoff.ts';
import { handoffPacket } from './converse/handoff-packet.ts';
import type { LiveParts } from './lanes/live-parts.ts';

/** Everything in it is redacted as events are. */
export function packetOf(
  { guide, recorder, redactor, resolved, session, state, transcripts }: LiveParts,
  reason: string,
): HandoffPacket {
  const { conversation } = resolved;
  const snapshot = state.snapshot({ redacted: true });
  const values = Object.fromEntries(
    Object.entries(snapshot.values).map(([key, value]) => [key, redactor.json(value)]),
  );
  const current = transcripts.current();
  const explanation = guide?.flow?.explain();
  return handoffPacket({
    reason: redactor.text(reason),
    state: { ...snapshot, values },
    turns: recorder.turns,
    sessionId: session.sessionId,
    current: {
      heard: redactor.text(current?.user ?? ''),
      said: redactor.text(current?.model ?? ''),
      tools: recorder.unrecordedTools,
    },
    ...(explanation && { explanation }),
    ...(conversation && { conversation: conversation.name, slots: conversation.slots }),
  });
}
