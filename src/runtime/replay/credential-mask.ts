/** Keeps credentials, and handles that sessions are resumed by, out of text. */
import type { Random } from '../../wire/index.ts';

/** What stands for a credential in words. */
export const REDACTED = '[redacted]';
/** Shorter ones are everywhere. */
const MIN_LENGTH = 8;
const MAX_CREDENTIALS = 100;
const MAX_HANDLES = 1_000;
const HANDLE_LETTERS = 24;
/** JSON text may stand in a text of JSON, and that in a line. */
const MAX_NESTED = 3;
/** A handle behind what announces it, in JSON that may itself be escaped. */
const HANDLE =
  /(ession_?resumption(?:_?update)?\\*"[^{}"]{0,40}\{[^{}]*?handle\\*"[^{}"]{0,40}")([^"\\]{1,4096})/gi;

/** One way in which a credential is written. */
interface Form {
  readonly text: string;
  /** A word of letters may be a name of the format as well. */
  readonly isWord: boolean;
}

export class CredentialMask {
  readonly #random: Random;
  readonly #credentials = new Set<string>();
  readonly #handles = new Map<string, string>();
  #forms: readonly Form[] = [];

  constructor(random: Random, credentials: readonly string[]) {
    this.#random = random;
    for (const credential of credentials) this.add(credential);
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  /** One more credential; a few may be used one after the other. */
  add(credential: string): void {
    if (credential.length < MIN_LENGTH || this.#credentials.has(credential)) return;
    if (this.#credentials.size >= MAX_CREDENTIALS) return;
    this.#credentials.add(credential);
    const added = formsOf(credential).map((text) => ({ text, isWord: /^[a-z]+$/i.test(credential) }));
    // What is part of another one comes later.
    this.#forms = [...this.#forms, ...added].sort((a, b) => b.text.length - a.text.length);
  }

  /** The text of a value, or JSON text. */
  text(text: string): string {
    let shown = text;
    for (const form of this.#forms) shown = shown.replaceAll(form.text, REDACTED);
    return shown;
  }

  /** A whole line of the recording: names, too. */
  line(text: string): string {
    let shown = text;
    for (const form of this.#forms) if (!form.isWord) shown = shown.replaceAll(form.text, REDACTED);
    return shown;
  }

  /** Handles that the service gave become others, each always the same. */
  handlesIn(json: string): string {
    return this.#withHandles(json, (handle) => this.#surrogate(handle));
  }

  /** Of handles that go out the service gave those that are known; the others came from elsewhere, and are masked. */
  handlesOut(json: string): string {
    return this.#withHandles(json, (handle) => this.#handles.get(handle) ?? REDACTED);
  }

  #withHandles(json: string, shown: (handle: string) => string): string {
    if (!json.includes('andle')) return json;
    return json.replace(HANDLE, (_all, before: string, handle: string) => before + shown(handle));
  }

  #surrogate(handle: string): string {
    const known = this.#handles.get(handle);
    if (known !== undefined) return known;
    const letter = (): string => String.fromCharCode(97 + Math.floor(this.#random() * 26));
    const drawn = `handle-${Array.from({ length: HANDLE_LETTERS }, letter).join('')}`;
    const [oldest] = this.#handles.keys();
    if (oldest !== undefined && this.#handles.size >= MAX_HANDLES) this.#handles.delete(oldest);
    this.#handles.set(handle, drawn);
    return drawn;
  }
}

function formsOf(credential: string): readonly string[] {
  const forms = new Set([credential]);
  if (/^[\x20-\x7e]+$/.test(credential)) forms.add(encodeURIComponent(credential));
  let escaped = credential;
  for (let nested = 0; nested < MAX_NESTED; nested++) {
    escaped = JSON.stringify(escaped).slice(1, -1);
    forms.add(escaped);
  }
  return [...forms];
}
