import type { Draft } from './draft.ts';
import { verbatimOf } from './timing.ts';
import { isVerbatim, verbatimSimilarity } from './verbatim.ts';

/** Checks what the model said against the texts that active steps demand. What has passed once has passed. */
export function hearVerbatim(draft: Draft, speech: string): void {
  for (const { step, text } of verbatimOf(draft.flow, draft.state)) {
    const key = `verbatim:${step}`;
    if (draft.reader.get(key) === true) continue;
    const similarity = verbatimSimilarity(text, speech);
    const passed = isVerbatim(similarity);
    draft.events.push({ type: 'verbatimChecked', step, similarity, passed });
    if (passed) draft.write(key, true);
  }
}
