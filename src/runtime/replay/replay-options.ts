/** The options of a session that is replayed. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { TextModel } from '../extract/model/text-model.ts';
import type { LiveOptions } from '../live-options.ts';
import type { Recording } from './recording.ts';
import { ReplayError } from './replay-error.ts';

/** Never asked: its answers are on the tapes. */
const TAPED_MODEL: TextModel = {
  generate: () => Promise.reject(new ReplayError('tapeMiss', 'This model is on the tapes alone.')),
};

/** What the recording has of the options, with another conversation document. */
export function documentOptions({ header }: Recording, document: unknown): LiveOptions {
  const { onTape, options } = header;
  // The document is checked when the session is made of it.
  const conversation = { ...asObject(options.conversation), document } as NonNullable<
    LiveOptions['conversation']
  >;
  // They were options before; what is wrong with them `resolveLiveOptions` says.
  return withModel({ ...(options as unknown as LiveOptions), conversation }, onTape);
}

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
  return withModel(options as unknown as LiveOptions, onTape);
}

function withModel(options: LiveOptions, onTape: readonly string[]): LiveOptions {
  const asksModel = onTape.some((place) => place.startsWith('conversation.textModel'));
  if (options.conversation === undefined || !asksModel) return options;
  return { ...options, conversation: { ...options.conversation, textModel: TAPED_MODEL } };
}

function asObject(value: JsonValue | undefined): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
