import type { ToolPartsHost, ToolRunnerHost } from './tool-runner-options.ts';

/** The session as the runner's parts see it: tools and hooks may go on after the end, and nobody hears of it. */
export function untilClosed(
  session: ToolRunnerHost,
  ended: AbortSignal,
  isClosed: () => boolean,
): ToolPartsHost {
  const { clock, state, turn, redact, fillerAfterMs, handoffPacket, journal } = session;
  return {
    clock,
    state,
    turn,
    ended,
    ...(redact !== undefined && { redact }),
    ...(fillerAfterMs !== undefined && { fillerAfterMs }),
    ...(handoffPacket !== undefined && { handoffPacket }),
    ...(journal !== undefined && { journal }),
    admit: (call) => session.admit(call),
    stillAdmitted: (call) => session.stillAdmitted?.(call) ?? { ok: true },
    respond: (responses, how) => session.respond(responses, how),
    onOutcome: (outcome) => session.onOutcome(outcome),
    emit: (body) => {
      if (!isClosed()) session.emit(body);
    },
    report: (error) => {
      if (!isClosed()) session.report(error);
    },
  };
}
