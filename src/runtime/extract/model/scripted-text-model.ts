import { RuntimeError } from '../../runtime-error.ts';
import type { JsonObject } from '../json-object.ts';
import type { TextModel, TextReply, TextRequest, TextUsage } from './text-model.ts';

/** A reply of a script: words, an object to be sent as JSON, a whole reply, or an error to fail with. */
export type ScriptedReply = string | { readonly json: JsonObject } | TextReply | Error;

/** What answers: always the same, one reply after the other, or a function of the question and its number from 0. */
export type TextScript =
  | ScriptedReply
  | readonly ScriptedReply[]
  | ((request: TextRequest, index: number) => ScriptedReply | Promise<ScriptedReply>);

/** A text model for tests and demos. */
export interface ScriptedTextModel extends TextModel {
  /** Every question, oldest first; the last 1,000. */
  readonly requests: readonly TextRequest[];
}

const NO_USAGE: TextUsage = { promptTokens: 0, responseTokens: 0, totalTokens: 0 };
const REMEMBERED = 1000;

/**
 * A model that answers by a script and records what it was asked. A list that has run out fails with
 * `textModelFailed`; a question whose signal aborts is rejected with `aborted`, even if the script never answers it.
 */
export function scriptedTextModel(script: TextScript): ScriptedTextModel {
  const requests: TextRequest[] = [];
  let asked = 0;
  return {
    requests,
    async generate(request) {
      const index = asked++;
      requests.push(request);
      if (requests.length > REMEMBERED) requests.shift();
      const reply = await heeding(request.signal, () => replyOf(script, request, index));
      if (reply instanceof Error) throw reply;
      if (typeof reply !== 'string' && 'text' in reply) return reply;
      const text = typeof reply === 'string' ? reply : JSON.stringify(reply.json);
      return { text, usage: NO_USAGE, finishReason: 'stop' };
    },
  };
}

function replyOf(
  script: TextScript,
  request: TextRequest,
  index: number,
): ScriptedReply | Promise<ScriptedReply> {
  if (typeof script === 'function') return script(request, index);
  if (!isList(script)) return script;
  const count = `${script.length} ${script.length === 1 ? 'reply' : 'replies'}`;
  return (
    script[index] ??
    new RuntimeError(
      'textModelFailed',
      `the script has ${count}, and this is question ${index + 1}: add a reply`,
    )
  );
}

function isList(script: ScriptedReply | readonly ScriptedReply[]): script is readonly ScriptedReply[] {
  return Array.isArray(script);
}

function heeding<T>(signal: AbortSignal, work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void =>
      reject(new RuntimeError('aborted', 'the question to the text model was aborted'));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    const done = (): void => signal.removeEventListener('abort', abort);
    new Promise<T>((start) => start(work())).then(resolve, reject).finally(done);
  });
}
