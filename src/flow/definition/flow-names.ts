/** The names that a fluent flow knows, as types: a wrong one does not compile. */
import type { Expectation, Guard } from '../guard/guard.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { Question } from './flow-definition.ts';

/** Unions of literal types. `string`: any name will do. */
export interface FlowNames {
  readonly step: string;
  readonly tool: string;
  readonly key: string;
  readonly question: Question;
}

/** Keys that the runtime writes, and those that each extractor and agent leaves. */
export type RuntimeKey<Names extends FlowNames> =
  | `repair:${Names['step']}:${'reprompt' | 'escalate'}`
  | `correction:${Names['key']}`
  | `verbatim:${Names['step']}`
  | `decision:${Names['question']['id']}`
  | `${Names['key']}:confirmed`
  | 'flow:done'
  | 'flow:active'
  | 'flow:overlay'
  | 'flow:terminated'
  | `session:${string}`
  | `intent:${string}`
  | `derived:${Names['key']}`;

/** A key by its name, or one that carries its type. */
export type KeyOf<Names extends FlowNames> =
  | Names['key']
  | RuntimeKey<Names>
  | { readonly name: string; readonly schema?: unknown };

/** What an answer to this question can be expected to be. */
export type ExpectationOf<Asked extends Question> = Asked extends { readonly type: 'boolean' }
  ? boolean
  : Asked extends { readonly type: 'score' }
    ? Extract<Expectation, object>
    : Asked extends { readonly options: readonly (infer Option extends string)[]; readonly type: 'choice' }
      ? Option
      : Asked extends { readonly type: 'choice' }
        ? string
        : Expectation;

/** A guard, or a function that makes one from {@link Guards}. */
export type Given<Names extends FlowNames> = Guard | ((guards: Guards<Names>) => Guard);

/** The step before, and perhaps what must hold at the time. */
export type EdgeGiven<Names extends FlowNames> =
  | Names['step']
  | { readonly step: Names['step']; readonly when: Given<Names> };

/** The constructors of guards, for the names of one flow. */
export interface Guards<Names extends FlowNames> {
  readonly always: Guard;
  isTrue(key: KeyOf<Names>): Guard;
  isSet(key: KeyOf<Names>): Guard;
  eq(key: KeyOf<Names>, value: JsonValue): Guard;
  atLeast(key: KeyOf<Names>, value: number): Guard;
  atMost(key: KeyOf<Names>, value: number): Guard;
  captured(...keys: ReadonlyArray<KeyOf<Names>>): Guard;
  calledOk(tool: Names['tool']): Guard;
  done(step: Names['step']): Guard;
  decided<Id extends Names['question']['id']>(
    question: Id,
    expected?: ExpectationOf<Extract<Names['question'], { readonly id: Id }>>,
  ): Guard;
  all(...guards: readonly Guard[]): Guard;
  any(...guards: readonly Guard[]): Guard;
  not(guard: Guard): Guard;
  /** The key `{name}:result` is set. */
  resolved(name: string): Guard;
  custom(
    holds: (state: StateReader) => boolean,
    description?: string,
    reads?: ReadonlyArray<KeyOf<Names>>,
  ): Guard;
}
