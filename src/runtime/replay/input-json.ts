/** What an application did, as a recording has it, and back. */
import { decodeBase64, encodeBase64 } from '#base64';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Content, FunctionResponse, RotateOptions } from '../../wire/index.ts';
import type { StateWrite } from '../state/state-write.ts';
import { type AppInput, asJson } from './app-input.ts';
import type { RecordedInput } from './recording.ts';

/** Every input but the microphone's, whose bytes wait to be written. */
export function inputJson(input: Exclude<AppInput, { readonly do: 'audio' }>): JsonValue {
  switch (input.do) {
    case 'state':
      return writeJson(input.write);
    case 'video': {
      const data = input.data instanceof Uint8Array ? encodeBase64(input.data) : '';
      return asJson({ ...input, data });
    }
    default:
      return asJson(input);
  }
}

function writeJson(write: StateWrite): JsonValue {
  switch (write.type) {
    case 'set':
      return { do: 'stateSet', key: write.key, value: write.value };
    case 'remove':
      return { do: 'stateRemove', keys: [...write.keys], origin: write.origin };
    case 'commit': {
      const changes = write.changes.map(([key, value]) => (value === undefined ? [key] : [key, value]));
      return { do: 'stateCommit', changes };
    }
    case 'import':
      return { do: 'stateImport', values: Object.fromEntries(write.values) };
  }
}

/** What is done again in a replay. */
export function inputOf(recorded: Exclude<RecordedInput, { readonly do: 'progress' }>): AppInput {
  switch (recorded.do) {
    case 'audio':
      return { do: 'audio', data: audioOf(recorded) };
    case 'video': {
      const { data, mimeType } = recorded;
      return { do: 'video', data: decodeBase64(data), mimeType };
    }
    case 'toolResponse':
      // They were responses when they were recorded; what is none the session refuses.
      return { do: 'toolResponse', responses: recorded.responses as unknown as readonly FunctionResponse[] };
    case 'clientContent':
      // As above.
      return { ...recorded, turns: recorded.turns as unknown as readonly Content[] };
    case 'rotate':
      // As above.
      return { do: 'rotate', options: (recorded.options ?? undefined) as RotateOptions | undefined };
    case 'stateSet':
      return { do: 'state', write: { type: 'set', key: recorded.key, value: recorded.value } };
    case 'stateRemove':
      return { do: 'state', write: { type: 'remove', keys: recorded.keys, origin: recorded.origin } };
    case 'stateCommit': {
      const changes = recorded.changes.map(([key, value]) => [key, value] as const);
      return { do: 'state', write: { type: 'commit', changes } };
    }
    case 'stateImport':
      return { do: 'state', write: { type: 'import', values: new Map(Object.entries(recorded.values)) } };
    default:
      return recorded;
  }
}

function audioOf({
  data,
  samples,
  silent,
}: Extract<RecordedInput, { readonly do: 'audio' }>): Uint8Array | Int16Array {
  const bytes = silent === undefined ? decodeBase64(data) : new Uint8Array(silent);
  if (samples !== true) return bytes;
  return new Int16Array(bytes.slice().buffer, 0, bytes.length >> 1);
}
