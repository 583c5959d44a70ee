import { didYouMean } from '../../flow/index.ts';
import type { PromotionRule } from '../../flow/promotion.ts';
import type { OptionProblem } from '../runtime-error.ts';

/** Rules for fields that the extractor does not have: they would never be asked. */
export function promotionProblems(
  promote: readonly PromotionRule[],
  fields: readonly string[],
): readonly OptionProblem[] {
  return promote.flatMap(({ field }, index) =>
    fields.includes(field)
      ? []
      : [
          {
            path: `promote[${index}].field`,
            message: `There is no field "${field}".${didYouMean(field, fields)}`,
          },
        ],
  );
}
