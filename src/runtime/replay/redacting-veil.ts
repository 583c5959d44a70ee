/** Keeps what the session redacts out of its recording. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Random } from '../../wire/index.ts';
import type { RedactionOptions } from '../record/redaction-options.ts';
import { type State, stateStore } from '../state/state.ts';
import { CredentialMask } from './credential-mask.ts';
import { SecretTexts } from './secret-texts.ts';
import { Surrogates } from './surrogates.ts';
import type { Fields, StreamText, Veil } from './veil.ts';

/** What no user and no tool has said. */
const STRUCTURE = new Set([
  ...[
    'data',
    'mimeType',
    'id',
    'ids',
    'newHandle',
    'handle',
    'usageMetadata',
    'functionDeclarations',
    'model',
  ],
  ...['timeLeft', 'generationConfig', 'contextWindowCompression', 'realtimeInputConfig', 'sessionResumption'],
]);
/** Below these everything is of a tool or its caller. */
const CONTENT = new Set(['args', 'response']);
const STREAM = /^(?:input|output)_?transcription$/i;
const MAX_DEPTH = 200;
const NOTHING_STREAMED: ReadonlyMap<string, string> = new Map();

export interface RedactingVeilOptions {
  readonly keepsAudio: boolean;
  readonly redaction: RedactionOptions;
  readonly random: Random;
  /** Credentials that may have got into words. */
  readonly credentials: readonly string[];
}

export class RedactingVeil implements Veil {
  readonly keepsAudio: boolean;
  readonly #surrogates: Surrogates;
  readonly #texts: SecretTexts;
  readonly #mask: CredentialMask;
  #state: State | undefined;
  #cursor = 0;

  constructor({ credentials, keepsAudio, random, redaction }: RedactingVeilOptions) {
    this.keepsAudio = keepsAudio;
    this.#surrogates = new Surrogates(random);
    this.#texts = new SecretTexts(redaction, this.#surrogates);
    this.#mask = new CredentialMask(random, credentials);
  }

  get holds(): boolean {
    return this.#texts.searches;
  }

  /** Whether there is anything to hide: else frames pass as they are. */
  get #isIdle(): boolean {
    return !this.#texts.searches && (this.#state === undefined || hasNoMarks(this.#state));
  }

  /** Whether values are marked by now. */
  get hides(): boolean {
    return this.#state !== undefined && !hasNoMarks(this.#state);
  }

  /** The state whose marks count. */
  watch(state: State): void {
    this.#state = state;
  }

  /** Gets to know a credential that was given only now. */
  learnCredential(credential: string): void {
    this.#mask.add(credential);
  }

  /** Gets to know the values that were written under marked keys. */
  learn(): void {
    const state = this.#state;
    if (state === undefined || this.#isIdle) return;
    for (const { key, new: value } of state.journal.since(this.#cursor)) {
      if (value !== undefined && this.#isMarked(key)) this.#hidden(value);
    }
    this.#cursor = state.journal.cursor;
  }

  frameIn(text: string, streamed: ReadonlyMap<string, string>): string {
    return this.#shown(this.#mask.handlesIn(text), streamed);
  }

  frameOut(text: string): string {
    return this.#shown(this.#mask.handlesOut(text), NOTHING_STREAMED);
  }

  handles(json: string): string {
    return this.#mask.handlesIn(json);
  }

  options(json: string): string {
    return this.#mask.text(this.#mask.handlesOut(json));
  }

  line(line: string): string {
    return this.#mask.line(line);
  }

  #shown(text: string, streamed: ReadonlyMap<string, string>): string {
    if (this.#isIdle) return this.#mask.text(text);
    let frame: JsonValue;
    try {
      frame = JSON.parse(text) as JsonValue; // what JSON.parse gives is JSON
    } catch {
      return this.text(text);
    }
    const shown = this.#frame(frame, '', '', 0, streamed);
    return this.#mask.text(shown === frame ? text : JSON.stringify(shown));
  }

  /** The pieces of longer texts in a frame, by their place. */
  streamsIn(text: string): readonly StreamText[] {
    if (this.#isIdle || !text.includes('ranscription')) return [];
    const found: StreamText[] = [];
    const look = (value: unknown, name: string, path: string, depth: number): void => {
      if (typeof value !== 'object' || value === null || depth > 4) return;
      for (const [key, item] of Object.entries(value)) {
        const at = `${path}.${key}`;
        if (key === 'text' && STREAM.test(name) && typeof item === 'string') {
          found.push({ stream: name.toLowerCase().startsWith('i') ? 'user' : 'model', path: at, text: item });
        } else look(item, key, at, depth + 1);
      }
    };
    try {
      look(JSON.parse(text), '', '', 0);
    } catch {
      return [];
    }
    return found;
  }

  pieces(pieces: readonly string[]): readonly string[] {
    return this.#texts.pieces(pieces);
  }

  text(text: string): string {
    return this.#mask.text(this.#isIdle ? text : this.#texts.text(text));
  }

  fields(fields: Fields): Fields {
    // A date is a number of many digits, and no secret.
    if (fields.kind === 'calendar' || (this.#isIdle && this.#mask.isEmpty)) return fields;
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value === undefined ? value : this.#field(name, value),
      ]),
    );
  }

  #field(name: string, value: JsonValue): JsonValue {
    if (typeof value !== 'object' || value === null) return value;
    if (name !== 'input' || Array.isArray(value) || !('do' in value)) return this.json(value);
    const { data, key, ...rest } = value as { readonly [name: string]: JsonValue };
    const plain = {
      ...(data !== undefined && { data }),
      ...(key !== undefined && { key }),
    };
    const isHidden = typeof key === 'string' && this.#isMarked(key);
    const shown = isHidden
      ? { ...rest, ...(rest.value !== undefined && { value: this.#hidden(rest.value) }) }
      : (this.json(rest) as { readonly [name: string]: JsonValue });
    return { ...shown, ...plain, ...(typeof value.do === 'string' && { do: value.do }) };
  }

  /** Values of state, arguments, results: by the names that they stand under, and by their words. */
  json(value: JsonValue, depth = 0): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return null;
    if (Array.isArray(value)) {
      const items = value.map((item: JsonValue) => this.json(item, depth + 1));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    const entries = Object.entries(value);
    const shown = entries.map(([name, item]): [string, JsonValue] => [
      name,
      this.#isMarked(name) ? this.#hidden(item) : isCount(name, item) ? item : this.json(item, depth + 1),
    ]);
    return shown.every(([, item], index) => item === entries[index]?.[1]) ? value : Object.fromEntries(shown);
  }

  #frame(
    value: JsonValue,
    name: string,
    path: string,
    depth: number,
    streamed: ReadonlyMap<string, string>,
  ): JsonValue {
    if (CONTENT.has(name)) return this.json(value);
    if (STRUCTURE.has(name)) return value;
    if (typeof value === 'string') return name === 'text' ? (streamed.get(path) ?? this.text(value)) : value;
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
    if (Array.isArray(value)) {
      const items = value.map((item: JsonValue, index) =>
        this.#frame(item, '', `${path}.${index}`, depth + 1, streamed),
      );
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    const entries = Object.entries(value);
    const shown = entries.map(([key, item]): [string, JsonValue] => [
      key,
      this.#frame(item, key, `${path}.${key}`, depth + 1, streamed),
    ]);
    return shown.every(([, item], index) => item === entries[index]?.[1]) ? value : Object.fromEntries(shown);
  }

  #number(value: number): number {
    const written = String(value);
    const shown = this.text(written);
    return shown === written ? value : Number(shown.replace(/[^\d.-]/g, '')) || 0;
  }

  /** All of a value that is marked; what is true or false stays. */
  #hidden(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.#surrogates.of(value);
    if (typeof value === 'number') return Number(this.#surrogates.of(String(value))) || 0;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.#hidden(item));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#hidden(item)]));
  }

  #isMarked(name: string): boolean {
    // How a value is known tells nothing of it.
    return !name.startsWith('stateMeta:') && this.#state?.isRedacted(name) === true;
  }
}

function hasNoMarks(state: State): boolean {
  return stateStore(state).marks.isEmpty;
}

/** Counters of the runtime have as many digits as a secret. */
function isCount(name: string, value: JsonValue): boolean {
  return typeof value === 'number' && name.startsWith('session:');
}
