/** From stages to the steps and constraints of one layer, with the place that each comes from. */
import { quoted } from '../compile/problem-list.ts';
import type { Constraint, LayerDefinition, StepDefinition } from '../definition/flow-definition.ts';
import type { StageDefinition } from './conversation-document.ts';
import { anyOf } from './guard-joins.ts';
import { completedBy, completionOf, untilOf } from './stage-completion.ts';
import { entrance } from './stage-entrance.ts';
import type { Lowering, StageLayer } from './stage-layer.ts';
import { loopReset } from './stage-loop.ts';
import { postureOf, timingOf } from './stage-posture.ts';
import { repairOf } from './stage-repair.ts';

/** `constraints` come first: those that the document has at this place. */
export function lowerStages(
  layer: StageLayer,
  constraints: readonly Constraint[],
  lowering: Lowering,
): Required<Pick<LayerDefinition, 'steps' | 'constraints'>> {
  const { stages, path, prefix } = layer;
  const { paths, slots } = lowering;
  paths.add(`${prefix}steps`, path, 'inner');
  const turnouts: StepDefinition[] = [];
  const steps = stages.map((stage, index) => lowerStage(stage, index, layer, lowering, turnouts));
  const made: Constraint[] = [...constraints];
  stages.forEach((stage, index) => {
    if (stage.commit === undefined) return;
    paths.add(`${prefix}constraints[${made.length}].commit`, `${path}[${index}].commit`, 'inner');
    made.push({ commit: { ...stage.commit, until: untilOf(stage, slots.of(stage)) } });
  });
  const all = [...steps, ...turnouts];
  for (const way of layer.ways.back) {
    const reset = `${prefix}constraints[${made.length}].reset`;
    paths.add(reset, way.path);
    if (way.isLong) paths.add(`${reset}.when`, `${way.path}.when`, 'inner');
    made.push({ reset: loopReset(way, layer, all, lowering) });
  }
  return { steps: all, constraints: made };
}

function lowerStage(
  stage: StageDefinition,
  index: number,
  layer: StageLayer,
  lowering: Lowering,
  turnouts: StepDefinition[],
): StepDefinition {
  const { id, ground, deny, terminal, verbatim } = stage;
  const { path, prefix } = layer;
  const { paths, problems } = lowering;
  const collected = lowering.slots.of(stage);
  const at = `${prefix}steps[${index}]`;
  paths.add(`${at}.posture`, `${path}[${index}].instruction`);
  const own = completionOf(stage, collected);
  const ways = layer.ways.forward.filter(({ from }) => from === index);
  const done =
    own ?? (terminal === true || verbatim !== undefined ? undefined : anyOf(ways.map(({ when }) => when)));
  if (stage.done === undefined) paths.add(`${at}.done`, `${path}[${index}]${completedBy(stage, collected)}`);
  if (own === undefined && done === 'always' && (stage.instruction ?? stage.ground) !== undefined) {
    const message = `${quoted(id)} is over as soon as it begins, and is never heard: give it "done", something to collect, or its way out a "when".`;
    problems.add('missingDone', `${path}[${index}].next`, message);
  }
  const { after, join, gate } = entrance(stage, index, layer, lowering, turnouts);
  const posture = postureOf(stage, collected);
  const timing = timingOf(stage, collected);
  const repair = repairOf(index, layer, lowering.repair);
  const { allow } = stage;
  const tools = allow?.length && stage.commit ? [...new Set([...allow, stage.commit.tool])] : allow;
  return {
    id,
    ...(after.length > 0 && { after }),
    ...(join !== undefined && { join }),
    ...(gate !== undefined && { gate }),
    ...(done !== undefined && { done }),
    ...(posture !== undefined && { posture }),
    ...(ground !== undefined && { ground }),
    ...(tools !== undefined && { allow: tools }),
    ...(deny !== undefined && { deny }),
    ...(terminal !== undefined && { terminal }),
    ...(verbatim !== undefined && { verbatim }),
    ...(timing !== undefined && { timing }),
    ...(repair !== undefined && { repair }),
  };
}
