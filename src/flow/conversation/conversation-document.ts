/**
 * A whole conversation as one document, in JSON or TypeScript (spec: control §12). Stages say what happens, frames what is
 * collected; `compileConversation` makes the flow, extractors, tools and session settings out of it.
 */
import type {
  CommitDefinition,
  Constraint,
  Edge,
  Question,
  StepRepair,
  StepTiming,
} from '../definition/flow-definition.ts';
import type { Invariant } from '../fuzz/invariant.ts';
import type { Guard } from '../guard/guard.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { JsonValue } from '../state-reader.ts';

/** How a value is found in what the user says, without a model; the recognisers of `parlando/flow` by name. */
export type RecogniserSpec =
  | 'yesNo'
  | 'integer'
  | 'money'
  | 'digits'
  | 'dateTime'
  | 'email'
  | 'phone'
  | {
      readonly integer: {
        readonly anchors?: readonly string[];
        readonly min?: number;
        readonly max?: number;
      };
    }
  | { readonly money: { readonly dollar?: string } }
  | { readonly digits: { readonly min?: number; readonly max?: number } }
  /** A regular expression; the first group, else the whole match. One that could hang is refused. */
  | { readonly pattern: string; readonly flags?: string }
  /** Values with the phrases that mean them. */
  | { readonly oneOf: readonly string[] | { readonly [value: string]: readonly string[] } }
  | { readonly fuzzy: readonly string[]; readonly threshold?: number };

/** What makes a recognised value count. */
export interface SlotValidator {
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly oneOf?: readonly JsonValue[];
}

/** One value to collect. */
export interface SlotDefinition {
  readonly name: string;
  /** Where it is kept. @default the name */
  readonly stateKey?: string;
  /** What it is, for the model that asks and the model that extracts. */
  readonly description?: string;
  /** How to ask for it. */
  readonly prompt?: string;
  /** How to ask again. */
  readonly reprompt?: string;
  /**
   * Whether it is read back. `always`, or `lowConfidence` (under 0.8): the stage is done only when
   * `{stateKey}:confirmed` is true, which a yes sets after it was read back. @default 'never'
   */
  readonly confirm?: 'never' | 'lowConfidence' | 'always';
  /** Masked outside the process. @default false */
  readonly pii?: boolean;
  readonly recogniser?: RecogniserSpec;
  readonly validator?: SlotValidator;
  /**
   * Whether it is recognised in all that the user says, or only while a stage that collects it is active.
   * @default 'whileAsked' for `yesNo`, `digits`, `phone`, and an `integer` without anchors; else 'anytime'
   */
  readonly heard?: 'anytime' | 'whileAsked';
  /** A later value replaces an earlier one. False keeps the first. @default true */
  readonly correctable?: boolean;
}

export interface FrameDefinition {
  readonly slots: readonly SlotDefinition[];
}

/** A stage is done, in this order: as `done` says; when what it collects is there; when a way out holds. */
export interface StageDefinition {
  readonly id: string;
  /** What the model does here. */
  readonly instruction?: string;
  /** Facts, with `{key}` and `{key?yes:no}`. */
  readonly ground?: string;
  /** Slots of any frame, by name. */
  readonly collect?: readonly string[];
  /** All slots of a frame. */
  readonly frame?: string;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly done?: Guard;
  /** The tool that changes the world here. The stage is done when it has succeeded, unless `done` says otherwise. */
  readonly commit?: CommitDefinition;
  /** Ways out: branches that merge where two lead to one stage (`join` any). Without `when`: always. */
  readonly next?: ReadonlyArray<string | { readonly to: string; readonly when: Guard }>;
  readonly after?: readonly Edge[];
  readonly join?: 'all' | 'any';
  readonly terminal?: boolean;
  readonly repair?: StepRepair;
  readonly timing?: StepTiming;
  readonly verbatim?: string;
}

export interface ConversationDigression {
  readonly name: string;
  readonly trigger: Guard;
  readonly stages: readonly StageDefinition[];
  readonly resume?: 'previous' | 'restart' | 'terminate';
}

export interface ConversationPolicies {
  /** State keys that are masked outside the process, besides `pii` slots. */
  readonly redact?: readonly string[];
  /** These intents (`intent:{name}` true) hand over to a person and end the conversation. */
  readonly safety?: { readonly intents: readonly string[]; readonly say: string; readonly tool?: string };
  /** By tool. */
  readonly commit?: {
    readonly [tool: string]: { readonly idempotencyKey?: string; readonly compensateWith?: string };
  };
}

/** A JSON Schema of arguments; the subset that tools take. */
export type ParametersSchema = { readonly [keyword: string]: JsonValue };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** @default no arguments */
  readonly parameters?: ParametersSchema;
  /** @default 'commit' where a stage or constraint commits it, else 'read' */
  readonly kind?: 'read' | 'commit';
  /** Answered at once; tests and demos. Texts may hold `{argument}`. */
  readonly mock?: {
    readonly response?: JsonValue;
    readonly set?: { readonly [key: string]: JsonValue };
    readonly fail?: string;
    /** Arguments that must have one of these values (restated counts); a call with another fails with `fail`. */
    readonly only?: { readonly [argument: string]: readonly JsonValue[] };
  };
  /** `{argument}` in url and header values; the arguments are the body of POST, PUT and PATCH. */
  readonly http?: {
    readonly url: string;
    readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** `{env:NAME}` is read where the tool runs, and never shown. */
    readonly headers?: { readonly [name: string]: string };
  };
  /** Where parts of a successful response go: state key by path, for example `{ "user:balance": "account.balance" }`. */
  readonly saves?: { readonly [stateKey: string]: string };
  /**
   * It hands the conversation to a person: in a session its binding is given the handoff packet as a further argument,
   * `handoffPacket`, so that it stands in the body of an http request. @default false
   */
  readonly handoff?: boolean;
  readonly timeoutMs?: number;
  readonly background?: boolean;
  readonly fillerAfterMs?: number;
}

/** Values that a text model finds. */
export interface ExtractorSpec {
  readonly name: string;
  readonly prompt: string;
  /** JSON Schema of the result: an object. */
  readonly schema: ParametersSchema;
  /** Which fields become state, and how. Explicit: nothing else does. */
  readonly promote?: ReadonlyArray<{
    readonly field: string;
    readonly stateKey?: string;
    readonly merge?: 'keepKnown' | 'overwrite' | 'trueOnly' | 'nonEmpty';
  }>;
  /** Turns that are read. @default 3 */
  readonly window?: number;
}

export interface ConversationDocument {
  /** Where an editor finds the JSON Schema of this document; nothing else reads it. */
  readonly $schema?: string;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  /** For the whole session. */
  readonly instruction?: string;
  readonly greeting?: string;
  readonly voice?: string;
  readonly language?: string;
  /** Whose wall clock "tomorrow at seven" is of, as an IANA name. @default 'UTC' */
  readonly timeZone?: string;
  readonly temperature?: number;
  /** State to begin with. */
  readonly state?: { readonly [key: string]: JsonValue };
  /** Keys that the application writes: guards may read them. */
  readonly inputs?: readonly string[];
  readonly frames?: { readonly [name: string]: FrameDefinition };
  readonly stages: readonly StageDefinition[];
  readonly digressions?: readonly ConversationDigression[];
  /** Stages that must be done for the conversation to be complete. @default its terminal stages */
  readonly require?: readonly string[];
  /** Further constraints, on stages as steps. */
  readonly constraints?: readonly Constraint[];
  /** Tools that no stage shuts out. */
  readonly ambient?: readonly string[];
  readonly confirmTools?: readonly string[];
  /** For stages without their own. */
  readonly repair?: StepRepair;
  readonly policies?: ConversationPolicies;
  readonly decisions?: readonly Question[];
  readonly tools?: readonly ToolSpec[];
  readonly extractors?: readonly ExtractorSpec[];
  /** What must go so: run by `parlando flow ci` and by tests. */
  readonly scenarios?: readonly Scenario[];
  /** What must be so whatever users do: `parlando flow fuzz` looks for a way to break it. Steps are stages. */
  readonly invariants?: readonly Invariant[];
}
