/** Names of stages, slots and frames, checked by the type checker where a document is written in TypeScript. */
import type { StepRepair } from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import type {
  ConversationDigression,
  ConversationDocument,
  StageDefinition,
} from './conversation-document.ts';

type Items<List> = List extends readonly unknown[] ? List[number] : never;
type IdOf<Stages> = Items<Stages> extends { readonly id: infer Id extends string } ? Id : never;
type NamesOf<Record_> = Record_ extends object ? keyof Record_ & string : never;
type SlotOf<Frames> = {
  [Frame in keyof Frames]: Frames[Frame] extends { readonly slots: infer Slots }
    ? Items<Slots> extends { readonly name: infer Name extends string }
      ? Name
      : never
    : never;
}[keyof Frames];

type Named = 'collect' | 'frame' | 'next' | 'after' | 'repair';
type RepairTo<Id> = Omit<StepRepair, 'escalateTo'> & { readonly escalateTo?: Id };

/** A stage that may name these. */
type StageNaming<Id, Slot, Frame> = Omit<StageDefinition, Named> & {
  readonly collect?: readonly Slot[];
  readonly frame?: Frame;
  readonly next?: ReadonlyArray<Id | { readonly to: Id; readonly when: Guard }>;
  readonly after?: ReadonlyArray<Id | { readonly step: Id; readonly when: Guard }>;
  readonly repair?: RepairTo<Id>;
};

type FramesOf<D> = D extends { readonly frames: infer Frames } ? Frames : Record<never, never>;
type StagesNaming<D, Stages> = {
  readonly [Index in keyof Stages]: StageNaming<IdOf<Stages>, SlotOf<FramesOf<D>>, NamesOf<FramesOf<D>>>;
};

/** The document, with names that are all its own. */
type NamesIn<D extends ConversationDocument> = Omit<
  ConversationDocument,
  'stages' | 'digressions' | 'require' | 'repair'
> & {
  readonly stages: StagesNaming<D, D['stages']>;
  readonly require?: ReadonlyArray<IdOf<D['stages']>>;
  readonly repair?: RepairTo<IdOf<D['stages']>>;
  readonly digressions?: D extends { readonly digressions: infer Digressions }
    ? {
        readonly [Index in keyof Digressions]: Omit<ConversationDigression, 'stages'> & {
          readonly stages: Digressions[Index] extends { readonly stages: infer Stages }
            ? StagesNaming<D, Stages>
            : never;
        };
      }
    : undefined;
};

/**
 * The document as it is. A name in `next`, `after`, `require`, `escalateTo`, `collect` or `frame` that no stage, slot or
 * frame has does not compile; the rest is checked by `compileConversation`.
 */
export function defineConversation<const D extends ConversationDocument>(
  document: D & NamesIn<NoInfer<D>>,
): D {
  return document;
}
