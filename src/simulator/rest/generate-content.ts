/** `generateContent`, `streamGenerateContent` and `countTokens`, answered by the same brain. */
import type { Platform } from '../../wire/model/profile.ts';
import type { Content, Part } from '../../wire/protocol/content.ts';
import type { GenerationConfig } from '../../wire/protocol/setup.ts';
import type { Tool } from '../../wire/protocol/tools.ts';
import { readReply } from '../brain/action-source.ts';
import type { BrainTurn, ToolResult, TurnInput } from '../brain/brain.ts';
import { clientSchema } from '../protocol/client-schema.ts';
import { createJsonReader, type JsonReader } from '../protocol/json-reader.ts';
import { sleep } from '../session/sleep.ts';
import { contentTokens, textTokens, totalTokens } from '../session/tokens.ts';
import { functionsOf } from '../setup/tool-rules.ts';
import type { World } from '../world.ts';
import { ok, type RestAnswer, restError } from './rest-error.ts';

/** Which of the methods is called. */
export type GenerateMethod = 'generateContent' | 'streamGenerateContent' | 'countTokens';

/** A call that has been routed. */
export interface GenerateCall {
  /** The resource name in the path. */
  readonly model: string;
  readonly method: GenerateMethod;
  /** `?alt=sse`. */
  readonly sse: boolean;
  readonly body: unknown;
  readonly version: string;
}

interface GenerateBody {
  readonly contents?: readonly Content[];
  readonly systemInstruction?: Content;
  readonly tools?: readonly Tool[];
  readonly generationConfig?: GenerationConfig & { readonly responseJsonSchema?: unknown };
}

const REQUEST = {
  model: 'string',
  contents: 'Content[]',
  systemInstruction: 'Content',
  tools: 'Tool[]',
  toolConfig: 'ToolConfig',
  safetySettings: 'SafetySetting[]',
  generationConfig: 'GenerationConfig',
  cachedContent: 'string',
  labels: 'string{}',
  generateContentRequest: 'any',
};

/** Answers one call. */
export async function generateContent(
  world: World,
  platform: Platform,
  call: GenerateCall,
): Promise<RestAnswer> {
  const reading = requestReader(platform).read(call.body, 'GenerateContentRequest');
  if (!reading.ok) return restError('INVALID_ARGUMENT', reading.refusal.reason);
  const body = reading.value as GenerateBody;
  const contents = (body.contents ?? []).map((content) => ({ ...content, parts: content.parts ?? [] }));
  if (contents.length === 0) {
    return restError('INVALID_ARGUMENT', '* GenerateContentRequest.contents: contents is not specified');
  }
  const promptTokenCount =
    contents.reduce((sum, content) => sum + totalTokens(contentTokens(content)), 0) +
    (body.systemInstruction === undefined ? 0 : totalTokens(contentTokens(body.systemInstruction)));
  if (call.method === 'countTokens') return ok({ totalTokens: promptTokenCount });
  const parts = await think(world, platform, call.model, body, contents);
  const frames = call.method === 'streamGenerateContent' ? parts.map((part) => [part]) : [parts];
  const answers = frames.map((framed, i) => {
    const last = i === frames.length - 1;
    const candidatesTokenCount = textTokens(JSON.stringify(framed));
    return {
      candidates: [
        { content: { role: 'model', parts: framed }, ...(last ? { finishReason: 'STOP' } : {}), index: 0 },
      ],
      usageMetadata: {
        promptTokenCount,
        candidatesTokenCount,
        totalTokenCount: promptTokenCount + candidatesTokenCount,
      },
      modelVersion: call.model.slice(call.model.lastIndexOf('/') + 1),
      responseId: world.ids.uuid(),
    };
  });
  if (call.method === 'generateContent') return ok(answers[0]);
  return call.sse ? { type: 'events', items: answers } : ok(answers);
}

async function think(
  world: World,
  platform: Platform,
  model: string,
  body: GenerateBody,
  history: readonly Content[],
): Promise<readonly Part[]> {
  const { signal } = new AbortController();
  const input = inputOf(history);
  const config = body.generationConfig ?? {};
  const schema = config.responseSchema ?? config.responseJsonSchema;
  const turn: BrainTurn = {
    input,
    text: input.type === 'toolResults' ? '' : input.text,
    history,
    tools: functionsOf(body.tools ?? []),
    systemInstruction: (body.systemInstruction?.parts ?? []).map((part) => part.text ?? '').join('\n'),
    memory: {},
    sequence: 1,
    model,
    platform,
    channel: 'rest',
    signal,
    remark: (remark) => world.notes.add(remark),
    ...(config.responseMimeType === 'application/json' ? { wantsJson: { schema } } : {}),
  };
  const source = readReply(await world.brain(turn));
  const parts: Part[] = [];
  for (let action = await source.next([]); action !== undefined; action = await source.next([])) {
    if (action.type === 'waits') await sleep(world.clock, action.delayMs, signal);
    if (action.type === 'says') parts.push({ text: action.text });
    if (action.type === 'thinks' && config.thinkingConfig?.includeThoughts === true) {
      parts.push({ text: action.text, thought: true });
    }
    if (action.type !== 'callsTogether') continue;
    // The caller runs the functions and asks again with their results.
    for (const { name, args = {} } of action.calls) parts.push({ functionCall: { name, args } });
    source.stop();
    break;
  }
  return parts.length === 0 ? [{ text: '' }] : parts;
}

/** The last content: tool results, or words. */
function inputOf(history: readonly Content[]): TurnInput {
  const parts = history.at(-1)?.parts ?? [];
  const results = parts.flatMap(({ functionResponse }): ToolResult[] => {
    if (functionResponse === undefined) return [];
    const { id = '', name, response } = functionResponse;
    return [{ id, name, response: response ?? {} }];
  });
  if (results.length > 0) return { type: 'toolResults', results };
  return { type: 'text', text: parts.map((part) => part.text ?? '').join('') };
}

function requestReader(platform: Platform): JsonReader {
  return createJsonReader({ ...clientSchema(platform), GenerateContentRequest: REQUEST });
}
