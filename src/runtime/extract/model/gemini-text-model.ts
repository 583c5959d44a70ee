/** A text model of Gemini over REST `generateContent`. */
import { safeCause, scrub, scrubShapes } from '../../../wire/auth/secret.ts';
import {
  type Clock,
  type EndpointConfig,
  type Environment,
  systemClock,
  WireError,
} from '../../../wire/index.ts';
import { processEnvironment } from '../../../wire/platform/environment.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { boundedText } from './bounded-text.ts';
import { GeminiEndpoint } from './gemini-endpoint.ts';
import { errorMessage, geminiReply, geminiRequest } from './gemini-reply.ts';
import type { TextModel, TextReply, TextRequest } from './text-model.ts';

export interface GeminiTextModelOptions extends EndpointConfig {
  /** The model's id, with or without its prefix, for example `gemini-2.5-flash`. Not a Live model. */
  readonly model: string;
  /** How long one question may take, its retry included. @default 30000 */
  readonly timeoutMs?: number;
  /** The largest answer. @default 1048576 (1 MiB) */
  readonly maxResponseBytes?: number;
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch;
  /** Time of timeout and retry. @default the system's */
  readonly clock?: Clock;
  /** Environment variables. @default the process's */
  readonly env?: Environment;
}

const RETRY_AFTER_MS = 300;
const MEBIBYTE = 1024 * 1024;
/** Statuses of a moment; a second try may get through. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Asks Gemini over HTTPS, with the credentials, environment variables and base URLs of a Live session. A retryable
 * failure is tried once more after 300 ms. A model that refuses a thinking budget is asked without one from then on.
 * Throws a `WireError` (`invalidConfig`, `missingCredentials`) when the options cannot be used.
 */
export function geminiTextModel(options: GeminiTextModelOptions): TextModel {
  return new GeminiTextModel(options);
}

class GeminiTextModel implements TextModel {
  readonly #endpoint: GeminiEndpoint;
  readonly #fetch: typeof globalThis.fetch;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  #thinks = true;

  constructor({
    model,
    timeoutMs,
    maxResponseBytes,
    fetch,
    clock,
    env,
    ...endpoint
  }: GeminiTextModelOptions) {
    this.#endpoint = new GeminiEndpoint(model, endpoint, env ?? processEnvironment());
    // Looked up at each call, so that it can be replaced, and called as the platform demands.
    this.#fetch = fetch ?? ((...request) => globalThis.fetch(...request));
    this.#clock = clock ?? systemClock;
    this.#timeoutMs = timeoutMs ?? 30_000;
    this.#maxBytes = maxResponseBytes ?? MEBIBYTE;
  }

  generate(request: TextRequest): Promise<TextReply> {
    return this.#bounded(request.signal, (signal) => this.#ask(request, signal));
  }

  /** Opens the connection and fetches the first token. */
  async warmUp(): Promise<void> {
    const never = new AbortController().signal;
    await this.#bounded(never, (signal) => this.#send('GET', this.#endpoint.url, undefined, signal));
  }

  async #ask(request: TextRequest, signal: AbortSignal): Promise<TextReply> {
    const thinks = this.#thinks && request.thinkingBudget !== undefined;
    try {
      return await this.#askPatiently(request, thinks, signal);
    } catch (error) {
      if (!thinks || !(error instanceof RuntimeError) || error.httpStatus !== 400) throw error;
    }
    const reply = await this.#askPatiently(request, false, signal);
    // It was the budget, for the rest of the question is the same.
    this.#thinks = false;
    return reply;
  }

  async #askPatiently(request: TextRequest, thinks: boolean, signal: AbortSignal): Promise<TextReply> {
    const url = `${this.#endpoint.url}:generateContent`;
    const body = JSON.stringify(geminiRequest(request, thinks));
    try {
      return geminiReply(await this.#send('POST', url, body, signal));
    } catch (error) {
      if (signal.aborted || !(error instanceof RuntimeError) || !error.retryable) throw error;
    }
    await this.#pause(signal);
    return geminiReply(await this.#send('POST', url, body, signal));
  }

  /** One request. Rejects with a `RuntimeError` free of secrets. */
  async #send(method: string, url: string, body: string | undefined, signal: AbortSignal): Promise<string> {
    let response: Response;
    let text: string | undefined;
    try {
      const headers = await this.#endpoint.headers(signal);
      // A redirect could carry the key to another host.
      const init: RequestInit = { method, headers, signal, redirect: 'error' };
      response = await this.#fetch(url, body === undefined ? init : { ...init, body });
      text = await boundedText(response, this.#maxBytes);
    } catch (thrown) {
      throw this.#unreachable(thrown);
    }
    if (text === undefined) {
      const message = `the text model answered with more than ${this.#maxBytes} bytes: ask for less, or raise maxResponseBytes`;
      throw new RuntimeError('textModelFailed', message, { httpStatus: response.status });
    }
    if (!response.ok) throw this.#refusal(response.status, errorMessage(text));
    return text;
  }

  #unreachable(thrown: unknown): RuntimeError {
    if (thrown instanceof WireError) {
      return new RuntimeError('textModelFailed', thrown.message, {
        cause: thrown,
        retryable: thrown.retryable,
      });
    }
    const cause = safeCause(thrown, (text) => this.#clean(text));
    const text = 'the text model cannot be reached: see the cause, and check network and baseUrl';
    return new RuntimeError('textModelFailed', text, { cause, retryable: true });
  }

  #refusal(httpStatus: number, words: string): RuntimeError {
    const said = words === '' ? '' : `: ${this.#clean(words)}`;
    const hint = httpStatus === 401 || httpStatus === 403 ? '; check the credential and what it may use' : '';
    const text = `the text model answered with HTTP ${httpStatus}${said}${hint}`;
    return new RuntimeError('textModelFailed', text, { httpStatus, retryable: RETRYABLE.has(httpStatus) });
  }

  #clean(text: string): string {
    return scrubShapes(scrub(text, this.#endpoint.secrets));
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#clock.schedule(RETRY_AFTER_MS, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** Work with a signal that aborts with the caller's or when the time is up, whose errors then say so. */
  async #bounded<T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = (): void =>
      controller.abort(new RuntimeError('aborted', 'the question to the text model was aborted'));
    if (outer.aborted) abort();
    outer.addEventListener('abort', abort, { once: true });
    const cancel = this.#clock.schedule(this.#timeoutMs, () => {
      const text = `the text model gave no answer within ${this.#timeoutMs} ms`;
      controller.abort(new RuntimeError('textModelTimeout', text, { retryable: true }));
    });
    try {
      controller.signal.throwIfAborted();
      // A fetch that does not heed its signal is not waited for.
      return await Promise.race([work(controller.signal), aborted(controller.signal)]);
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      cancel();
      outer.removeEventListener('abort', abort);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
