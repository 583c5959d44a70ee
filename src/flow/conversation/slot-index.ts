/** The slots of a document by name, and who collects them. */
import type { ProblemList } from '../compile/problem-list.ts';
import { quoted } from '../compile/problem-list.ts';
import type { CompiledSlot } from './compiled-conversation.ts';
import type { ConversationDocument, FrameDefinition, StageDefinition } from './conversation-document.ts';
import { isGeneral } from './recogniser-of.ts';

/** A slot of a frame, whether it is collected or not. */
export interface IndexedSlot extends CompiledSlot {
  readonly path: string;
}

export interface SlotIndex {
  /** In the order of the frames. */
  readonly slots: readonly IndexedSlot[];
  /** What a stage collects, each once. */
  of(stage: StageDefinition): readonly IndexedSlot[];
}

/** A stage with its place. */
export interface PlacedStage {
  readonly stage: StageDefinition;
  readonly path: string;
}

/** Slots of one document. */
const MAX_SLOTS = 1000;

/** Names that are given twice, and names that nobody has, are reported. */
export function slotIndex(
  { frames = {} }: ConversationDocument,
  stages: readonly PlacedStage[],
  problems: ProblemList,
): SlotIndex {
  const collectors = collectorsOf(frames, stages);
  const slots = Object.entries(frames).flatMap(([frame, { slots: defined }]) =>
    defined.map((slot, index): IndexedSlot => {
      const { recogniser, name } = slot;
      return {
        ...slot,
        stateKey: slot.stateKey ?? name,
        confirm: slot.confirm ?? 'never',
        correctable: slot.correctable ?? true,
        heard: slot.heard ?? (recogniser !== undefined && isGeneral(recogniser) ? 'whileAsked' : 'anytime'),
        stages: [...(collectors.get(name) ?? [])],
        path: `${fieldPath('frames', frame)}.slots[${index}]`,
      };
    }),
  );
  if (slots.length > MAX_SLOTS) {
    problems.add('tooLarge', 'frames', `There are ${slots.length} slots; ${MAX_SLOTS} are the most.`);
    return { slots: [], of: () => [] };
  }
  const byName = new Map<string, IndexedSlot>();
  const byKey = new Map<string, IndexedSlot>();
  for (const slot of slots) {
    const first = byName.get(slot.name);
    const rival = byKey.get(slot.stateKey);
    if (first !== undefined) {
      const message = `The slot ${quoted(slot.name)} is also at ${first.path}: stages collect slots by name.`;
      problems.add('duplicate', `${slot.path}.name`, message);
    } else if (rival !== undefined) {
      const message = `The slot at ${rival.path} is kept under ${quoted(slot.stateKey)}, too.`;
      problems.add('duplicate', `${slot.path}.${slot.stateKey === slot.name ? 'name' : 'stateKey'}`, message);
    }
    if (first === undefined) byName.set(slot.name, slot);
    byKey.set(slot.stateKey, slot);
  }
  checkNames(frames, byName, stages, problems);
  const byFrame = new Map(Object.entries(frames).map(([frame, { slots: own }]) => [frame, own]));
  return {
    slots,
    of: ({ collect = [], frame }) => {
      const framed = frame === undefined ? [] : (byFrame.get(frame) ?? []).map(({ name }) => name);
      return [...new Set([...collect, ...framed])].flatMap((name) => byName.get(name) ?? []);
    },
  };
}

/** The stages that collect a slot, by its name. */
function collectorsOf(
  frames: { readonly [name: string]: FrameDefinition },
  stages: readonly PlacedStage[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const collectors = new Map<string, Set<string>>();
  for (const { stage } of stages) {
    const { id, collect = [], frame } = stage;
    const framed = frame !== undefined && Object.hasOwn(frames, frame) ? (frames[frame]?.slots ?? []) : [];
    for (const name of [...collect, ...framed.map((slot) => slot.name)]) {
      collectors.set(name, (collectors.get(name) ?? new Set()).add(id));
    }
  }
  return collectors;
}

function checkNames(
  frames: { readonly [name: string]: FrameDefinition },
  slots: ReadonlyMap<string, IndexedSlot>,
  stages: readonly PlacedStage[],
  problems: ProblemList,
): void {
  for (const { stage, path } of stages) {
    stage.collect?.forEach((name, index) => {
      if (slots.has(name)) return;
      const message = `No frame has a slot ${quoted(name)}.`;
      problems.unknown('unknownSlot', `${path}.collect[${index}]`, message, name, slots.keys());
    });
    const { frame } = stage;
    if (frame === undefined || Object.hasOwn(frames, frame)) continue;
    const message = `There is no frame ${quoted(frame)}.`;
    problems.unknown('unknownFrame', `${path}.frame`, message, frame, Object.keys(frames));
  }
}

/** A field in a record, as problems name it. */
export function fieldPath(record: string, field: string): string {
  return /^[\w$]{1,80}$/.test(field)
    ? `${record}.${field}`
    : `${record}[${JSON.stringify(field.slice(0, 80))}]`;
}
