/** The options of a session that is replayed. */
import type { TextModel } from '../extract/model/text-model.ts';
import type { LiveOptions } from '../live-options.ts';
import type { Recording } from './recording.ts';
import { ReplayError } from './replay-error.ts';

/** Never asked: its answers are on the tapes. */
const TAPED_MODEL: TextModel = {
  generate: () => Promise.reject(new ReplayError('tapeMiss', 'This model is on the tapes alone.')),
};

/** The given ones, else what the recording has. Throws `optionsMissing` when that is not all. */
export function replayOptions({ header }: Recording, given: LiveOptions | undefined): LiveOptions {
  if (given !== undefined) return given;
  const { code, module, onTape, options } = header;
  if (code.length > 0) {
    const where = module === undefined ? '' : ` (the recording names ${module})`;
    const text = `The recording lacks what is code in the options of its session: ${code.slice(0, 5).join(', ')}. Give the options${where}.`;
    throw new ReplayError('optionsMissing', text);
  }
  // They were options before; what is wrong with them `resolveLiveOptions` says.
  const plain = options as unknown as LiveOptions;
  const asksModel = onTape.some((place) => place.startsWith('conversation.textModel'));
  if (plain.conversation === undefined || !asksModel) return plain;
  return { ...plain, conversation: { ...plain.conversation, textModel: TAPED_MODEL } };
}
