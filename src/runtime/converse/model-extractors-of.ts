/** The extractors of a conversation document, over a text model (spec: control §6, §12). */
import type { CompiledConversation, CompiledSlot } from '../../flow/conversation/compiled-conversation.ts';
import type { ExtractorSpec } from '../../flow/conversation/conversation-document.ts';
import { validates } from '../../flow/conversation/slot-validator.ts';
import type { PromotionRule } from '../../flow/promotion.ts';
import type { Extractor } from '../extract/extractor.ts';
import type { TextModel } from '../extract/model/text-model.ts';
import { modelExtractor, type PromotionOf } from '../extract/model-extractor.ts';
import { checkedSchema, type StatedFields } from './json-schema.ts';

/**
 * One model extractor for each that the document has. Its fields go to state by its `promote` rules alone; where one
 * fills a slot, the slot's validator has to let it pass, and `correctable` says how it is merged unless the rule does.
 * What is wrong with a schema is a problem of the extractor: connecting tells it.
 */
export function modelExtractorsOf(
  { extractors, slots }: Pick<CompiledConversation, 'extractors' | 'slots'>,
  model: TextModel,
): readonly Extractor[] {
  return extractors.map((spec) => extractorOf(spec, slots, model));
}

function extractorOf(spec: ExtractorSpec, slots: readonly CompiledSlot[], model: TextModel): Extractor {
  const { name, prompt, window, schema } = spec;
  const checked = checkedSchema(schema);
  if (!checked.ok) {
    return {
      name,
      problems: checked.problems,
      extract: () => Promise.reject(new TypeError(`extractor '${name}' has no schema that can be asked for`)),
    };
  }
  const promote = (spec.promote ?? []).map((rule) => promotionOf(rule, slots));
  return modelExtractor({
    name,
    prompt,
    model,
    schema: checked.schema,
    // To a question for a name, one word is an answer.
    minWords: 1,
    // Field names are data here: every rule is of some field.
    promote: promote as readonly PromotionOf<StatedFields>[],
    ...(window !== undefined && { window }),
  });
}

function promotionOf(
  { field, merge, stateKey = field }: NonNullable<ExtractorSpec['promote']>[number],
  slots: readonly CompiledSlot[],
): PromotionRule {
  const slot = slots.find((one) => one.stateKey === stateKey);
  const ownMerge = merge ?? (slot?.correctable === true ? 'overwrite' : undefined);
  const validator = slot?.validator;
  return {
    field,
    stateKey,
    ...(ownMerge !== undefined && { merge: ownMerge }),
    ...(validator !== undefined && { when: (value) => validates(validator, value) }),
  };
}
