/** The tools of a session, on its control lane. */
import type { LiveParts } from './lanes/live-parts.ts';
import { backgroundDelivery } from './tools/background-delivery.ts';
import { ToolRunner } from './tools/tool-runner.ts';
import type { ToolRunnerHost } from './tools/tool-runner-options.ts';

/** Undefined when the session runs none. */
export function makeTools(core: LiveParts): ToolRunner | undefined {
  const { options, profile, registry } = core.resolved;
  if (registry === undefined) return undefined;
  const { clock, emit, lane, report, state, redactor } = core;
  const { fillerAfterMs, ...settings } = options.toolSettings ?? {};
  return new ToolRunner(
    {
      clock,
      emit,
      report,
      state,
      turn: () => core.turn,
      redact: (value) => redactor.json(value),
      fillerAfterMs: () => core.place?.fillerAfterMs ?? fillerAfterMs,
      respond: (responses, { background }) => lane.post({ type: 'toolResponses', responses, background }),
      onOutcome: (outcome) => lane.post({ type: 'toolOutcome', outcome }),
      admit: ({ name }) => admit(core, name),
    },
    { registry, backgroundDelivery: backgroundDelivery(profile), ...settings },
  );
}

/** A refusal that a pending extractor may undo waits for it, bounded (spec: control §3.2, gate refresh). */
function admit(core: LiveParts, tool: string): ReturnType<ToolRunnerHost['admit']> {
  const { extraction, guide } = core;
  const admission = guide?.admit(tool) ?? { ok: true };
  if (admission.ok || admission.needs.length === 0 || extraction === undefined) return admission;
  extraction.refresh(admission.needs, core.extractionContext(core.turn));
  const pending = extraction.pendingWriters(admission.needs);
  // What was extracted at once may have moved the conversation.
  if (pending === undefined) return guide?.admit(tool) ?? admission;
  return { wait: pending.then(() => guide?.admit(tool) ?? { ok: true }) };
}
