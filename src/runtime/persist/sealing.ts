/** What may be kept of a value that must not leave the process. */
import type { JsonValue } from '../../flow/state-reader.ts';
import { randomId } from '../../wire/platform/system-random.ts';
import type { Redactor } from '../record/redactor.ts';
import type { State } from '../state/state.ts';
import type { SecretKeys } from './secret-keys.ts';
import type { KeptState } from './session-snapshot.ts';

/**
 * How the application keeps its secrets: without it, what is masked is lost when the process ends. `context` names what is
 * sealed (session and key), to be bound to it. Both at once, not by a promise; a throw counts as masked.
 */
export interface SealPort {
  seal(text: string, context: string): string;
  /** Undefined when it cannot be opened. */
  unseal(sealed: string, context: string): string | undefined;
}

export type Keeping = { readonly value: JsonValue } | { readonly sealed: string } | { readonly masked: true };

export type KeeperRedactor = Pick<Redactor, 'text' | 'json' | 'stateValue'>;

/** What is written of a key: nothing but its name when it was removed. */
export type KeptEntry = { readonly key: string } & (Keeping | { readonly value?: never });

/** Stands in a key of the state between what may be seen of a sealed key and a name of its own. */
export const SEALED_KEY = '\u001fsealed:';

/** Decides what is kept, and how. */
export class Sealing {
  readonly #redactor: KeeperRedactor;
  readonly #keys: Pick<SecretKeys, 'shown'>;
  /** Of keys that are sealed with their value. */
  readonly #aliases = new Map<string, string>();
  readonly #port: SealPort | undefined;
  readonly #sessionId: string;
  readonly #report: (cause: unknown) => void;

  constructor(
    redactor: KeeperRedactor,
    keys: Pick<SecretKeys, 'shown'>,
    port: SealPort | undefined,
    sessionId: string,
    report: (cause: unknown) => void,
  ) {
    this.#redactor = redactor;
    this.#keys = keys;
    this.#port = port;
    this.#sessionId = sessionId;
    this.#report = report;
  }

  /** The value of a state key. */
  stateValue(key: string, value: JsonValue): Keeping {
    if (this.key(key) !== key) return { masked: true };
    return this.#keep(this.#redactor.stateValue(key, value), value, stateContext(this.#sessionId, key));
  }

  /** A key of the state with its value; an idempotency key that is secret is sealed with it. */
  entry(key: string, value: JsonValue | undefined): KeptEntry {
    const shown = this.key(key);
    const isSealed = shown !== key && this.#port !== undefined && key.startsWith('idempotency:');
    const name = isSealed ? this.#aliasOf(key, shown) : shown;
    if (value === undefined) return { key: name };
    if (!isSealed) return { key: name, ...this.stateValue(key, value) };
    return { key: name, ...this.#sealed([key, value], stateContext(this.#sessionId, name)) };
  }

  #aliasOf(key: string, shown: string): string {
    const alias = this.#aliases.get(key) ?? `${shown}${SEALED_KEY}${randomId()}`;
    this.#aliases.set(key, alias);
    return alias;
  }

  /** A state key as it may be kept: one that has a secret in it, like an idempotency key, is masked with its value. */
  key(key: string): string {
    return this.#keys.shown(key);
  }

  /** Arguments of a call. */
  json(value: JsonValue, callId: string): Keeping {
    return this.#keep(this.#redactor.json(value), value, callContext(this.#sessionId, callId));
  }

  /** A secret in any case: kept as it is where nobody seals. */
  handle(handle: string): Keeping {
    const context = handleContext(this.#sessionId);
    return this.#port === undefined ? { value: handle } : this.#sealed(handle, context);
  }

  /** A value as it may be kept where nothing is sealed. */
  shown(value: JsonValue): JsonValue {
    return this.#redactor.json(value);
  }

  /** Words: what is secret in them is never kept. */
  text(text: string): string {
    return this.#redactor.text(text);
  }

  #keep(shown: JsonValue, value: JsonValue, context: string): Keeping {
    return shown === value ? { value } : this.#sealed(value, context);
  }

  #sealed(value: JsonValue, context: string): Keeping {
    if (this.#port === undefined) return { masked: true };
    try {
      return { sealed: this.#port.seal(JSON.stringify(value), context) };
    } catch (cause) {
      this.#report(cause);
      return { masked: true };
    }
  }
}

export function stateContext(sessionId: string, key: string): string {
  return JSON.stringify([sessionId, 'state', key]);
}

export function callContext(sessionId: string, callId: string): string {
  return JSON.stringify([sessionId, 'call', callId]);
}

export function handleContext(sessionId: string): string {
  return JSON.stringify([sessionId, 'resume']);
}

/** All of a state, as it may be kept. Seals of `carried` stay for keys that the state does not have. */
export function keptState(
  state: Pick<State, 'snapshot'>,
  marks: readonly string[],
  sealing: Sealing,
  carried: KeptState['sealed'] = {},
): KeptState {
  const { revision, values } = state.snapshot();
  const kept: Record<string, JsonValue> = {};
  const sealed = new Map(Object.entries(carried));
  const masked: string[] = [];
  for (const [own, value] of Object.entries(values)) {
    sealed.delete(own);
    const { key, ...keeping } = sealing.entry(own, value);
    if ('sealed' in keeping) sealed.set(key, keeping.sealed);
    else if ('masked' in keeping) masked.push(key);
    else Object.defineProperty(kept, key, { ...OWN, value: keeping.value });
  }
  return { revision, values: kept, masked, sealed: Object.fromEntries(sealed), marks };
}

const OWN = { enumerable: true, writable: true, configurable: true } as const;
