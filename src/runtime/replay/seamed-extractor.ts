import type { JsonValue } from '../../flow/state-reader.ts';
import type { ExtractionWindow, Extractor } from '../extract/extractor.ts';
import type { TextModel } from '../extract/model/text-model.ts';
import { asJson } from './app-input.ts';
import type { Seam } from './seam.ts';
import { taped } from './seamed-tool-settings.ts';

/** An extractor whose runs, with the models and resolvers they ask, go through the seam. */
export function seamedExtractor(extractor: Extractor, seam: Seam): Extractor {
  const { name, window, trigger, promote, remember, timeoutMs, problems } = extractor;
  return {
    name,
    extract: taped(
      seam,
      'extractor',
      name,
      ({ window: read }) => windowJson(read),
      (request) => extractor.extract(request),
    ),
    ...(window !== undefined && { window }),
    ...(trigger !== undefined && { trigger }),
    ...(promote !== undefined && { promote }),
    ...(remember !== undefined && { remember }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(problems !== undefined && { problems }),
    ...(extractor.shouldExtract && {
      shouldExtract: (read: ExtractionWindow) => extractor.shouldExtract?.(read) ?? true,
    }),
    ...(extractor.mayWrite && { mayWrite: (key: string) => extractor.mayWrite?.(key) ?? true }),
    ...(extractor.onComplete && {
      onComplete: taped(
        seam,
        'hook',
        `${name}.onComplete`,
        (value: object, { turn }) => asJson({ value, turn }),
        (value: object, read) => extractor.onComplete?.(value, read),
      ),
    }),
    ...(extractor.warmUp && { warmUp: () => warmUp(seam, name, () => extractor.warmUp?.()) }),
  };
}

/** A text model that is asked through the seam. */
export function seamedModel(model: TextModel, seam: Seam): TextModel {
  return {
    generate: taped(
      seam,
      'decisions',
      'generate',
      ({ signal: _, ...request }) => asJson(request),
      (request) => model.generate(request),
    ),
    ...(model.warmUp && { warmUp: () => warmUp(seam, 'decisions', () => model.warmUp?.()) }),
  };
}

function warmUp(seam: Seam, name: string, run: () => Promise<void> | undefined): Promise<void> {
  const warmed = seam.call({ kind: 'hook', name: `${name}.warmUp`, input: () => null, run });
  return Promise.resolve(warmed).then(() => {});
}

/** What was read, without what only the clock knows. */
function windowJson({ turn, turns, trigger }: ExtractionWindow): JsonValue {
  const words = turns.map(({ startedMs: _, ...read }) => read);
  return asJson({ turn, trigger, turns: words });
}
