/** The tools of a session, on its control lane. */
import type { RequestedCall } from '../flow/governor.ts';
import type { LiveParts } from './lanes/live-parts.ts';
import { packetOf } from './live-handoff.ts';
import { backgroundDelivery } from './tools/background-delivery.ts';
import { canonicalJson, textHash } from './tools/canonical-json.ts';
import { ToolRunner } from './tools/tool-runner.ts';
import type { AdmissionRequest, ToolRunnerHost } from './tools/tool-runner-options.ts';

/** Undefined when the session runs none. */
export function makeTools(core: LiveParts): ToolRunner | undefined {
  const { options, profile, registry } = core.resolved;
  if (registry === undefined) return undefined;
  const { clock, emit, keeping, lane, report, state, redactor } = core;
  const { fillerAfterMs, ...settings } = options.toolSettings ?? {};
  return new ToolRunner(
    {
      clock,
      emit,
      report,
      state,
      turn: () => core.turn,
      redact: (value) => redactor.json(value),
      ...(keeping !== undefined && { journal: keeping }),
      fillerAfterMs: () =>
        core.place?.fillerAfterMs ?? core.guide?.flow?.timing.fillerAfterMs ?? fillerAfterMs,
      respond: (responses, { background }) => lane.post({ type: 'toolResponses', responses, background }),
      onOutcome: (outcome) => lane.post({ type: 'toolOutcome', outcome }),
      handoffPacket: (reason) => packetOf(core, reason),
      admit: (request) => admit(core, request),
      stillAdmitted: (request) =>
        core.guide?.flow?.stillAdmits(request.name, requested(request)) ?? { ok: true },
    },
    {
      registry,
      backgroundDelivery: backgroundDelivery(profile),
      ...settings,
      ...(keeping?.history !== undefined && { history: keeping.history }),
    },
  );
}

/**
 * A refusal that may be undone by what the user has just said waits for it, bounded (spec: control §3.2, gate refresh):
 * for extractors, for questions about those words, for the work of a step.
 */
function admit(core: LiveParts, request: AdmissionRequest): ReturnType<ToolRunnerHost['admit']> {
  const { extraction, guide } = core;
  if (guide === undefined) return { ok: true };
  const { name } = request;
  const call = requested(request);
  const found = guide.probe(name, call);
  if (found.ok) return guide.admit(name, call);
  if (core.ear?.mayWrite(found.needs)) hearSoFar(core);
  if (found.needs.length > 0) extraction?.refresh(found.needs, core.extractionContext(core.turn));
  const waits = [
    extraction?.pendingWriters(found.needs),
    guide.flow?.pendingWork(found.needs),
    core.decisions?.ask(found.asks ?? [], core.extractionContext(core.turn)),
  ].filter((wait) => wait !== undefined);
  // What was extracted at once may have moved the conversation.
  if (waits.length === 0) return guide.admit(name, call);
  return { wait: Promise.all(waits).then(() => guide.admit(name, call)) };
}

function requested({ callId, args }: AdmissionRequest): RequestedCall & { readonly callId: string } {
  return { callId, args, argumentsHash: textHash(canonicalJson(args)) };
}

/** What the user has said in the turn that goes on. */
function hearSoFar({ ear, transcripts }: LiveParts): void {
  const current = transcripts.current();
  if (current !== undefined) ear?.hear(current);
}
