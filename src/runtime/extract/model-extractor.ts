/** An extractor that asks a text model (spec: control §6). */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { PromotionRule } from '../../flow/promotion.ts';
import { stateKeyName } from '../../flow/state-key-name.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import type {
  Extraction,
  ExtractionRequest,
  ExtractionTrigger,
  ExtractionWindow,
  Extractor,
} from './extractor.ts';
import { checkFields } from './field-check.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { TextModel, TextReply } from './model/text-model.ts';
import { extractionInstruction, transcriptText } from './model-prompt.ts';
import { fieldsOf, withNullableFields } from './nullable-fields.ts';
import { promotionProblems } from './promotion-problems.ts';
import { countWords } from './word-count.ts';

/** Any Standard Schema of an object; its JSON Schema comes with it (zod 4, ArkType), or as `jsonSchema`. */
export interface ExtractionSchema<Input, Output> {
  readonly '~standard': StandardSchemaV1.Props<Input, Output> &
    Partial<StandardJSONSchemaV1.Props<Input, Output>>;
}

/** Each field as the schema has it, or null where nothing was stated. */
export type Stated<Value> = { readonly [Field in keyof Value]-?: Exclude<Value[Field], undefined> | null };

/** A rule for one of the fields of `Value`. */
export type PromotionOf<Value> = {
  [Field in keyof Value & string]: PromotionRule<Field, NonNullable<Value[Field]>>;
}[keyof Value & string];

export interface ModelExtractorOptions<Name extends string, Input, Output> {
  /** The state key of the result. */
  readonly name: Name;
  /** What to look for: an object whose field descriptions the model reads. */
  readonly schema: ExtractionSchema<Input, Output>;
  /** For schemas that give no JSON Schema of their own. */
  readonly jsonSchema?: JsonObject;
  readonly model: TextModel;
  /** What the call is about, and how to read it; added to the standing rules. */
  readonly prompt?: string;
  /** @default 3 */
  readonly window?: number;
  /** @default 'everyTurn' */
  readonly trigger?: ExtractionTrigger;
  /** A last utterance of fewer words is not worth a question; 0 asks always. @default 3 */
  readonly minWords?: number;
  readonly promote?: readonly PromotionOf<Output>[];
  /**
   * Tell the model what is known, ask for changes only, and keep earlier fields in the stored result.
   * @default true
   */
  readonly remember?: boolean;
  /** @default 0 */
  readonly temperature?: number;
  /** @default 0 */
  readonly thinkingBudget?: number;
  readonly maxOutputTokens?: number;
  readonly timeoutMs?: number;
  onComplete?(value: Stated<Output>, window: Pick<ExtractionWindow, 'turn'>): void | Promise<void>;
}

/**
 * Asks a text model what was said, as an object of the schema. A field that was not stated is null; one that the schema
 * refuses is null and reported, without harm to the others. Runs only when the user said something worth it in the last
 * turn. A schema that gives no JSON Schema of an object with fields is a problem of the session's options: connecting tells it.
 */
export function modelExtractor<const Name extends string, Input, Output>(
  options: ModelExtractorOptions<Name, Input, Output>,
): Extractor<Name, Stated<Output>> {
  const { name, schema, model, minWords = 3, remember = true } = options;
  const described = describe(schema, options.jsonSchema);
  if (typeof described === 'string') return unusable(name, described);
  const { json, fields } = described;
  const answerSchema = withNullableFields(json);
  // Each rule is of one field of this very result.
  const promote = (options.promote ?? []) as unknown as readonly PromotionRule[];
  const { window, trigger, timeoutMs, onComplete } = options;
  return {
    name,
    remember,
    promote,
    problems: promotionProblems(promote, fields),
    ...(window !== undefined && { window }),
    ...(trigger !== undefined && { trigger }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(onComplete !== undefined && { onComplete }),
    shouldExtract: (read) => isWorthAsking(read, minWords),
    async extract(request) {
      const known = remember ? knownFields(name, fields, promote, request) : {};
      const { temperature = 0, thinkingBudget = 0, maxOutputTokens } = options;
      const reply = await model.generate({
        system: extractionInstruction(options.prompt, known),
        messages: [{ role: 'user', text: transcriptText(request.window.turns) }],
        json: answerSchema,
        temperature,
        thinkingBudget,
        ...(maxOutputTokens !== undefined && { maxOutputTokens }),
        signal: request.signal,
      });
      // Checked by the schema, so it is of its output, nulls added.
      return (await checkFields(schema, fields, answerOf(reply))) as unknown as Extraction<Stated<Output>>;
    },
    ...(model.warmUp !== undefined && { warmUp: () => model.warmUp?.() ?? Promise.resolve() }),
  };
}

/** The JSON Schema of what a model is asked for, and its fields; a text says why there is none. */
function describe(
  schema: ExtractionSchema<unknown, unknown>,
  given: JsonObject | undefined,
): { readonly json: JsonObject; readonly fields: readonly string[] } | string {
  const json = given ?? jsonSchemaOf(schema);
  if (typeof json === 'string') return json;
  const fields = fieldsOf(json);
  return fields === undefined ? 'it describes no object with fields' : { json, fields };
}

function jsonSchemaOf(schema: ExtractionSchema<unknown, unknown>): JsonObject | string {
  const { jsonSchema } = schema['~standard'];
  if (jsonSchema === undefined) return 'its library gives none: pass jsonSchema beside it';
  try {
    // What the model answers is the input of the schema. JSON Schemas are JSON.
    return jsonSchema.input({ target: 'draft-2020-12' }) as JsonObject;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return `its library cannot express it as one: ${reason}`;
  }
}

/** Keeps the problem until a session is made of it, which then tells all problems at once. */
function unusable<Name extends string, Value extends object>(
  name: Name,
  why: string,
): Extractor<Name, Value> {
  const message = `the schema gives no JSON Schema that a model can be asked for: ${why}`;
  return {
    name,
    problems: [{ path: 'schema', message }],
    extract: () => Promise.reject(new RuntimeError('invalidOptions', `extractor '${name}': ${message}`)),
  };
}

/** Rules of thumb: no news from the user, no question. */
function isWorthAsking({ turns, trigger }: ExtractionWindow, minWords: number): boolean {
  const atTurnEnd = trigger === 'everyTurn' || typeof trigger === 'object';
  const spoken = atTurnEnd ? turns.at(-1) : turns.findLast(({ user }) => user.trim() !== '');
  const words = spoken?.user.trim() ?? '';
  return words !== '' && (minWords <= 1 || countWords(words) >= minWords);
}

/** What is known of each field: where it is promoted to, else what an earlier run found. */
function knownFields(
  name: string,
  fields: readonly string[],
  promote: readonly PromotionRule[],
  { state }: ExtractionRequest,
): JsonObject {
  const earlier = state.get(name);
  const known = fields.map((field): readonly [string, JsonValue | undefined] => {
    const target = promote.find((rule) => rule.field === field);
    if (target !== undefined) return [field, state.get(stateKeyName(target.stateKey))];
    return [field, isJsonObject(earlier) ? earlier[field] : undefined];
  });
  return Object.fromEntries(known.filter(([, value]) => value !== undefined && value !== null)) as JsonObject;
}

/** The object in a reply. Errors never quote it: it may be confidential. */
function answerOf({ text, finishReason }: TextReply): JsonObject {
  const bare = text.trim().replace(/^```[a-z]*\s*([\s\S]*?)\s*```$/i, '$1');
  let answer: unknown;
  try {
    answer = JSON.parse(bare);
  } catch {
    answer = undefined;
  }
  if (isJsonObject(answer)) return answer;
  const cut = finishReason === 'maxTokens' ? ', for it was cut at its limit: raise maxOutputTokens' : '';
  throw new RuntimeError('extractorFailed', `the text model answered with no JSON object${cut}`, {
    retryable: true,
  });
}
