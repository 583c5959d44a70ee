import type { ConversationDocument } from '../conversation-document.ts';

/** A fragment of a document: plain data, like the whole. */
export type ConversationPart = Pick<
  Partial<ConversationDocument>,
  'frames' | 'stages' | 'digressions' | 'constraints' | 'decisions' | 'tools' | 'extractors' | 'inputs'
>;

/**
 * The document with the fragments behind what it has itself, in their order. Frames of one name are joined. The result is
 * plain data that can be written out as JSON.
 */
export function withParts(
  document: Omit<ConversationDocument, 'stages'> & ConversationPart,
  ...parts: readonly ConversationPart[]
): ConversationDocument {
  const all = [document, ...parts];
  const frames = new Map<string, NonNullable<ConversationDocument['frames']>[string]>();
  for (const [name, frame] of all.flatMap((part) => Object.entries(part.frames ?? {}))) {
    frames.set(name, { slots: [...(frames.get(name)?.slots ?? []), ...frame.slots] });
  }
  const joined = {
    digressions: all.flatMap((part) => part.digressions ?? []),
    constraints: all.flatMap((part) => part.constraints ?? []),
    decisions: all.flatMap((part) => part.decisions ?? []),
    tools: all.flatMap((part) => part.tools ?? []),
    extractors: all.flatMap((part) => part.extractors ?? []),
    inputs: all.flatMap((part) => part.inputs ?? []),
  };
  const given = Object.entries(joined).filter(([, items]) => items.length > 0);
  return {
    ...document,
    stages: all.flatMap((part) => part.stages ?? []),
    ...(frames.size > 0 && { frames: Object.fromEntries(frames) }),
    ...Object.fromEntries(given),
  };
}
