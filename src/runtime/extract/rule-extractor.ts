/** An extractor without a model: recognisers, and look-ups of what they found (spec: control §6). */

import type { PromotionRule } from '../../flow/promotion.ts';
import type { Recogniser, Recognition } from '../../flow/recognise/recogniser.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type {
  Extraction,
  ExtractionRequest,
  ExtractionTrigger,
  ExtractionWindow,
  Extractor,
  FieldEvidence,
  FieldProblem,
} from './extractor.ts';
import type { JsonObject } from './json-object.ts';
import type { PromotionOf } from './model-extractor.ts';
import { promotionProblems } from './promotion-problems.ts';
import { bindArguments, type Resolver, ResolverCache } from './resolver.ts';

/** How one field is found: recognised in what was said, or looked up. */
export type FieldRule<Value extends JsonValue = JsonValue> = Recogniser<Value> | Resolver<Value>;

/** Fields by name. */
export type FieldRules = Readonly<Record<string, FieldRule>>;

type FoundBy<Rule> =
  Rule extends Resolver<infer Value> ? Value : Rule extends Recogniser<infer Value> ? Value : never;

/** What a rule extractor finds: the fields that were said, the others absent. */
export type Recognised<Fields> = { readonly [Field in keyof Fields]?: FoundBy<Fields[Field]> };

export interface RuleExtractorOptions<Name extends string, Fields extends FieldRules> {
  readonly name: Name;
  readonly fields: Fields;
  /**
   * How many turns are read; of each field the newest turn that says it counts. With 1 no words are read at two boundaries,
   * so a "yes" cannot count again after its turn. @default 1
   */
  readonly window?: number;
  /** @default 'everyTurn' */
  readonly trigger?: ExtractionTrigger;
  readonly promote?: readonly PromotionOf<Recognised<Fields>>[];
  /** Keep what earlier runs found in the stored result. @default true */
  readonly remember?: boolean;
  readonly timeoutMs?: number;
  /** How many looked-up answers are kept. @default 100 */
  readonly cacheSize?: number;
  onComplete?(value: Recognised<Fields>, window: Pick<ExtractionWindow, 'turn'>): void | Promise<void>;
}

/**
 * Finds fields by recognisers, at once and without a model, and looks up others with what was found. Confidence and
 * source go with each value. Runs when the user said anything within the window.
 */
export function ruleExtractor<const Name extends string, const Fields extends FieldRules>(
  options: RuleExtractorOptions<Name, Fields>,
): Extractor<Name, Recognised<Fields>> {
  const { name, fields, remember = true, window = 1, trigger, timeoutMs, onComplete } = options;
  const cache = new ResolverCache(options.cacheSize ?? 100);
  const resolvers = Object.entries(fields).filter((entry): entry is [string, Resolver<JsonValue>] =>
    isResolver(entry[1]),
  );
  // Each rule is of one field of this very result.
  const promote = (options.promote ?? []) as unknown as readonly PromotionRule[];
  return {
    name,
    window,
    remember,
    promote,
    problems: promotionProblems(promote, Object.keys(fields)),
    ...(trigger !== undefined && { trigger }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(onComplete !== undefined && { onComplete }),
    shouldExtract: ({ turns }) => turns.some(({ user }) => user.trim() !== ''),
    extract(request) {
      const found = recogniseAll(fields, request.window);
      const done = resolvers.length === 0 ? found : resolveAll(resolvers, found, cache, request);
      // Each value comes from the rule of its field.
      return done as Extraction<Recognised<Fields>> | Promise<Extraction<Recognised<Fields>>>;
    },
  };
}

/** Characters of a turn that are read, the newest ones: nobody says more that a pattern should find. */
const MAX_LENGTH = 4000;

interface Found {
  readonly value: JsonObject;
  readonly evidence: Readonly<Record<string, FieldEvidence>>;
  readonly problems: readonly FieldProblem[];
}

function recogniseAll(fields: FieldRules, { turns }: ExtractionWindow): Found {
  const newestFirst = turns
    .map(({ user }) => user.slice(-MAX_LENGTH))
    .filter((user) => user.trim() !== '')
    .reverse();
  const value: Record<string, JsonValue> = {};
  const evidence: Record<string, FieldEvidence> = {};
  const problems: FieldProblem[] = [];
  for (const [field, rule] of Object.entries(fields)) {
    if (isResolver(rule)) continue;
    try {
      const found = newestRecognition(rule, newestFirst);
      if (found === undefined) continue;
      value[field] = found.value;
      evidence[field] = { source: `recogniser:${rule.kind}`, confidence: found.confidence };
    } catch {
      // What it says may quote what was said.
      problems.push({ field, error: 'its recogniser threw' });
    }
  }
  return { value, evidence, problems };
}

function newestRecognition(
  recogniser: Recogniser<JsonValue>,
  newestFirst: readonly string[],
): Recognition<JsonValue> | undefined {
  for (const utterance of newestFirst) {
    const recognition = recogniser.recognise(utterance);
    if (recognition !== undefined) return recognition;
  }
  return undefined;
}

/** All at once; each goes its own way. */
async function resolveAll(
  resolvers: ReadonlyArray<readonly [string, Resolver<JsonValue>]>,
  found: Found,
  cache: ResolverCache,
  { state, signal, nowMs }: ExtractionRequest,
): Promise<Found> {
  const recognised = new Map(Object.entries(found.value));
  const value: Record<string, JsonValue> = { ...found.value };
  const evidence: Record<string, FieldEvidence> = { ...found.evidence };
  const problems: FieldProblem[] = [...found.problems];
  const lookUp = async ([field, resolver]: readonly [string, Resolver<JsonValue>]): Promise<void> => {
    const args = bindArguments(resolver.args, recognised, state);
    if (args === undefined) return;
    try {
      let answer: JsonValue | undefined = cache.get(field, args, nowMs());
      if (answer === undefined) {
        answer = await resolver.run(args, { signal });
        if (answer === undefined) return;
        cache.set(field, args, answer, nowMs() + (resolver.ttlMs ?? 300_000));
      }
      value[field] = answer;
      evidence[field] = { source: 'resolver', confidence: resolver.confidence ?? 1 };
    } catch (cause) {
      problems.push({ field, error: 'its resolver failed', cause });
    }
  };
  await Promise.all(resolvers.map(lookUp));
  return { value, evidence, problems };
}

function isResolver(rule: FieldRule): rule is Resolver<JsonValue> {
  return 'run' in rule;
}
