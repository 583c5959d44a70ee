/** A live session that is kept, and one that goes on where another process left it. */
import { restoredState } from '../flow/monitor/restored-state.ts';
import type { LiveParts } from './lanes/live-parts.ts';
import { Keeping } from './persist/keeping.ts';
import type { RestoredSession } from './persist/restore-session.ts';
import type { StoreProblem } from './persist/store-error.ts';
import type { TakenUp } from './persist/take-up.ts';

/** Made when state and guide are as the session begins, before anything is opened. `problems` are told beside others. */
export function makeKeeping(
  core: Omit<LiveParts, 'keeping' | 'session' | 'voice'>,
  taken: TakenUp,
  problems: readonly StoreProblem[],
): Keeping {
  const { clock, guide, lane, redactor, resolved, state, transcripts } = core;
  const { teardownTimeoutMs = 2_000 } = resolved.options;
  return new Keeping(
    {
      ...{ clock, redactor, state, transcripts },
      conversation: resolved.conversation?.name ?? resolved.flow?.compiled.name,
      closeLimitMs: teardownTimeoutMs,
      flow: () => guide?.flow?.state,
      phase: () => guide?.place,
      report: (error) => lane.post({ type: 'fault', error }),
    },
    taken,
    problems,
  );
}

/** The state of before, in the place of what there is. Throws `stateSnapshotInvalid` where the schema refuses it. */
export function importRestored(
  { state, write }: Pick<LiveParts, 'state' | 'write'>,
  restored: RestoredSession,
): void {
  state.redact(...restored.snapshot.state.marks);
  write.import(restored.state);
}

/** The guide stands where the session was; what of that there is no more is told. */
export function placeGuide(
  { guide, resolved }: Pick<LiveParts, 'guide' | 'resolved'>,
  { snapshot }: RestoredSession,
): readonly StoreProblem[] {
  const { flow, phase, visits } = snapshot;
  const problems: StoreProblem[] = [];
  const missing = (where: string, message: string): void => {
    problems.push({ code: 'unknownPart', where, message });
  };
  if (phase !== undefined && guide?.restorePhase(phase, visits) !== true) {
    missing('phase.name', `there is no phase ${JSON.stringify(phase.name)} any more: the first is entered`);
  }
  if (flow === undefined) return problems;
  if (guide?.flow === undefined || resolved.flow === undefined) {
    missing('flow', 'no flow governs any more');
    return problems;
  }
  const { state, faults } = restoredState(resolved.flow.compiled, flow);
  for (const fault of faults) {
    const [where = '', ...why] = fault.split(': ');
    missing(`flow.${where}`, why.join(': '));
  }
  if (state !== undefined) guide.flow.restore(state);
  return problems;
}
