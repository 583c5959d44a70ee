import type { ProblemList } from '../compile/problem-list.ts';
import type { StepRepair } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import type { StageDefinition } from './conversation-document.ts';
import type { DocumentPaths } from './document-paths.ts';
import type { SlotIndex } from './slot-index.ts';
import { stageKeys } from './stage-completion.ts';
import { type StageWays, stageWays } from './stage-ways.ts';

/** The stages of one layer, and where they stand in the document and in the flow. */
export interface StageLayer {
  readonly stages: readonly StageDefinition[];
  /** For example `digressions[0].stages`. */
  readonly path: string;
  /** For example `digressions[1].flow.`; empty for the main flow. */
  readonly prefix: string;
  readonly ways: StageWays;
  /** By stage: the keys that it is completed by. */
  readonly keys: ReadonlyArray<ReadonlySet<string>>;
}

/** What is made of all layers of a document alike. */
export interface Lowering {
  readonly slots: SlotIndex;
  readonly paths: DocumentPaths;
  readonly problems: ProblemList;
  /** For stages without their own. */
  readonly repair: StepRepair | undefined;
  /** Of these stages being open again: what was found in them. */
  readonly foundIn: (
    opened: ReadonlySet<number>,
    layer: StageLayer,
    guards: readonly Guard[],
  ) => readonly string[];
}

export function stageLayer(
  stages: readonly StageDefinition[],
  path: string,
  prefix: string,
  slots: SlotIndex,
  problems: ProblemList,
): StageLayer {
  const keys = stages.map((stage) => new Set(stageKeys(stage, slots.of(stage))));
  return { stages, path, prefix, ways: stageWays(stages, path, problems), keys };
}
