/** What is probably not meant in a document that compiles. */
import { didYouMean } from '../../flow/closest-name.ts';
import { writtenKeys } from '../../flow/compile/checks/check-keys.ts';
import type { CompiledFlow } from '../../flow/compile/compiled-flow.ts';
import { createProblemList, quoted } from '../../flow/compile/problem-list.ts';
import { placedStages } from '../../flow/conversation/compile-conversation.ts';
import type { CompiledConversation } from '../../flow/conversation/compiled-conversation.ts';
import type { ConversationDocument } from '../../flow/conversation/conversation-document.ts';
import { keyOwners } from '../../flow/conversation/key-owners.ts';
import { slotIndex } from '../../flow/conversation/slot-index.ts';
import type { FlowDefinition, LayerDefinition } from '../../flow/definition/flow-definition.ts';
import { groundKeys } from '../../flow/monitor/ground-template.ts';

export interface DocumentWarning {
  readonly kind: 'unwrittenKey' | 'nothingLeadsHere';
  /** As problems write it. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** Of a conversation its stages and grounds; of a flow its steps, for nobody knows what code writes to its state. */
export function documentWarnings(target: CompiledConversation | CompiledFlow): readonly DocumentWarning[] {
  if (!('document' in target)) return layersIn(target.definition).flatMap(stepWarnings);
  const { document, flow } = target;
  return [...stageWarnings(document, flow.definition), ...groundWarnings(document, flow.definition)];
}

/** A layer and the place of its steps. */
type PlacedLayer = readonly [layer: LayerDefinition, path: string];

function layersIn(definition: FlowDefinition): readonly PlacedLayer[] {
  const others = definition.digressions ?? [];
  return [
    [definition, 'steps'],
    ...others.map(({ flow }, index): PlacedLayer => [flow, `digressions[${index}].flow.steps`]),
  ];
}

function stepWarnings([layer, path]: PlacedLayer): readonly DocumentWarning[] {
  const [first, ...others] = beginnings(layer);
  return others.flatMap((id) => {
    const index = layer.steps.findIndex((step) => step.id === id);
    return layer.steps[index]?.after === undefined ? unled('step', id, first ?? '', `${path}[${index}]`) : [];
  });
}

function stageWarnings(
  document: ConversationDocument,
  definition: FlowDefinition,
): readonly DocumentWarning[] {
  const stages = placedStages(document);
  return layersIn(definition).flatMap(([layer]) => {
    const [first, ...others] = beginnings(layer);
    return others.flatMap((id) => {
      const placed = stages.find(({ stage }) => stage.id === id);
      return placed?.stage.after === undefined && placed !== undefined
        ? unled('stage', id, first ?? '', placed.path)
        : [];
    });
  });
}

/** The steps that are active from the beginning without a condition; the first is where the layer begins. */
function beginnings({ steps, constraints = [] }: LayerDefinition): readonly string[] {
  const led = new Set([
    ...constraints.flatMap((constraint) => ('before' in constraint ? constraint.before[1] : [])),
    ...steps.flatMap(({ repair }) => repair?.escalateTo ?? []),
  ]);
  return steps
    .filter(({ id, after = [], gate }) => after.length === 0 && gate === undefined && !led.has(id))
    .map(({ id }) => id);
}

function unled(what: 'step' | 'stage', id: string, first: string, path: string): DocumentWarning {
  const way = what === 'stage' ? 'let a "next" lead to it' : 'give it "after"';
  const message = `Nothing leads to the ${what} ${quoted(id)}: it is active from the beginning, beside ${quoted(first)}. If that is not meant, ${way}; if it is, say "after": [].`;
  return { kind: 'nothingLeadsHere', path, message };
}

function groundWarnings(
  document: ConversationDocument,
  definition: FlowDefinition,
): readonly DocumentWarning[] {
  const stages = placedStages(document);
  // What is wrong with slots and keys, the compiler has told.
  const told = createProblemList();
  const { writes } = keyOwners(document, slotIndex(document, stages, told), [], told);
  const written = writtenKeys(definition, writes);
  return stages.flatMap(({ stage: { ground = '' }, path }) =>
    groundKeys(ground)
      .filter((key) => !written.has(key))
      .map((key): DocumentWarning => {
        const hint = didYouMean(key.slice(0, 100), written.known).trim();
        const message = `Nothing writes ${quoted(key)}: this place of the text stays empty. A key that code writes belongs into "inputs".`;
        return {
          kind: 'unwrittenKey',
          path: `${path}.ground`,
          message,
          ...(hint !== '' && { hint }),
        };
      }),
  );
}
