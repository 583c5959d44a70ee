/**
 * The requirements manifest: every promise Parlando makes, with an id, its source and one sentence.
 * A test declares what it proves with `verifies(task, 'id')`; a full run fails on an id nobody proved.
 */
import type { TestContext } from 'vitest';
import { acceptanceRequirements } from './requirements/acceptance.ts';
import { audioRequirements } from './requirements/audio.ts';
import { builderRequirements } from './requirements/builder.ts';
import { cliRequirements } from './requirements/cli.ts';
import { docsRequirements } from './requirements/docs.ts';
import { extractRequirements } from './requirements/extract.ts';
import { flowRequirements } from './requirements/flow.ts';
import { governRequirements } from './requirements/govern.ts';
import { liveRequirements } from './requirements/live.ts';
import { persistRequirements } from './requirements/persist.ts';
import { realRequirements } from './requirements/real.ts';
import { recordRequirements } from './requirements/record.ts';
import { replayRequirements } from './requirements/replay.ts';
import { simulatorRequirements } from './requirements/simulator.ts';
import { soakRequirements } from './requirements/soak.ts';
import { stateRequirements } from './requirements/state.ts';
import { telemetryRequirements } from './requirements/telemetry.ts';
import { testingRequirements } from './requirements/testing.ts';
import { toolsRequirements } from './requirements/tools.ts';
import { voiceRequirements } from './requirements/voice.ts';
import { watchRequirements } from './requirements/watch.ts';
import { wireRequirements } from './requirements/wire.ts';
import { wireCodecRequirements } from './requirements/wire-codec.ts';

export interface Requirement {
  /** Where the promise comes from: a seed page, a section of the protocol, the design. */
  readonly source: string;
  /** What must be true, in one sentence. */
  readonly promise: string;
  /** Set on a known gap: the issue that will close it. */
  readonly gap?: string;
}

export const requirements: Readonly<Record<string, Requirement>> = {
  ...acceptanceRequirements,
  ...wireRequirements,
  ...wireCodecRequirements,
  ...audioRequirements,
  ...simulatorRequirements,
  ...builderRequirements,
  ...cliRequirements,
  ...docsRequirements,
  ...extractRequirements,
  ...flowRequirements,
  ...governRequirements,
  ...liveRequirements,
  ...persistRequirements,
  ...realRequirements,
  ...recordRequirements,
  ...replayRequirements,
  ...soakRequirements,
  ...stateRequirements,
  ...telemetryRequirements,
  ...testingRequirements,
  ...toolsRequirements,
  ...voiceRequirements,
  ...watchRequirements,
};

declare module 'vitest' {
  interface TaskMeta {
    verifies?: string[];
  }
}

/** Declares that the running test proves these requirement ids; unknown ids throw. */
export function verifies(context: Pick<TestContext, 'task'>, ...ids: string[]): void {
  for (const id of ids) {
    if (!(id in requirements))
      throw new Error(`unknown requirement id '${id}': add it to tests/requirements/`);
  }
  const meta = context.task.meta;
  meta.verifies = [...(meta.verifies ?? []), ...ids];
}
