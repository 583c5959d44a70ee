/** What a `generateContent` request says, and what its answer means. */
import { RuntimeError } from '../../runtime-error.ts';
import { lowerSchema } from '../../tools/lower-schema.ts';
import { isJsonObject, type JsonObject } from '../json-object.ts';
import type { TextFinishReason, TextReply, TextRequest } from './text-model.ts';

/** Ends of a generation that mean that something was withheld. */
const REFUSALS: ReadonlySet<string> = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
]);

/** The body of a request. */
export function geminiRequest(request: TextRequest, withThinking: boolean): object {
  const { system, messages, json, temperature, thinkingBudget, maxOutputTokens } = request;
  const generationConfig = {
    ...(json !== undefined && jsonMode(json)),
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(withThinking && thinkingBudget !== undefined && { thinkingConfig: { thinkingBudget } }),
  };
  return {
    contents: messages.map(({ role, text }) => ({ role, parts: [{ text }] })),
    ...(system !== undefined && { systemInstruction: { parts: [{ text: system }] } }),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
  };
}

/** The schema as the service knows it best; one with unions goes as it is, which only newer models take. */
function jsonMode(json: JsonObject): object {
  const lowered = lowerSchema(json, 'json');
  const schema = lowered.ok ? { responseSchema: lowered.schema } : { responseJsonSchema: json };
  return { responseMimeType: 'application/json', ...schema };
}

/** The reply in an answer. Throws `textModelRefused`, or `textModelFailed` when it is none. */
export function geminiReply(body: string): TextReply {
  const answer = objectOf(parsed(body));
  const blocked = objectOf(answer.promptFeedback).blockReason;
  if (typeof blocked === 'string') throw refused('the question', blocked);
  const [first] = listOf(answer.candidates);
  if (first === undefined) throw failed('its answer holds no candidate');
  const candidate = objectOf(first);
  const finish = typeof candidate.finishReason === 'string' ? candidate.finishReason : 'STOP';
  if (REFUSALS.has(finish)) throw refused('the answer', finish);
  const parts = listOf(objectOf(candidate.content).parts).map(objectOf);
  const usage = objectOf(answer.usageMetadata);
  return {
    text: parts
      .map(({ text, thought }) => (typeof text === 'string' && thought !== true ? text : ''))
      .join(''),
    usage: {
      promptTokens: count(usage.promptTokenCount),
      responseTokens: count(usage.candidatesTokenCount),
      totalTokens: count(usage.totalTokenCount),
    },
    finishReason: finishReason(finish),
  };
}

/** Google's own words in an error body, cut to a readable length; empty where there are none. */
export function errorMessage(body: string): string {
  const { message } = objectOf(objectOf(parsed(body)).error);
  return typeof message === 'string' ? message.slice(0, 300) : '';
}

function finishReason(finish: string): TextFinishReason {
  if (finish === 'STOP') return 'stop';
  return finish === 'MAX_TOKENS' ? 'maxTokens' : 'other';
}

function refused(what: string, why: string): RuntimeError {
  return new RuntimeError(
    'textModelRefused',
    `the text model filtered ${what} (${why}): change the prompt or its safety`,
  );
}

function failed(why: string): RuntimeError {
  return new RuntimeError('textModelFailed', `the text model cannot be understood: ${why}`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The words of a JSON error quote the body.
    return undefined;
  }
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
