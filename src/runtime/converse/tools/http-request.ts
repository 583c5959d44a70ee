/** What is sent for one call of a tool with an http binding. */
import type { CompiledTool } from '../../../flow/conversation/compiled-conversation.ts';
import {
  HEADER_TEXT,
  type HttpBinding,
  type HttpMethod,
  hasBody,
  hasDotSegment,
  methodOf,
} from '../../../flow/conversation/http-binding.ts';
import { fillTemplate } from '../../../flow/conversation/http-template.ts';
import type { JsonValue } from '../../../flow/state-reader.ts';
import { Secret } from '../../../wire/index.ts';
import { RuntimeError } from '../../runtime-error.ts';
import type { JsonObject } from '../../tools/tool-definition.ts';
import { valueAt } from './value-at.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** What was taken from the environment: nothing may show it. */
  readonly secrets: readonly Secret[];
}

const MAX_URL_LENGTH = 8192;

/**
 * The request of one call. Throws `toolFailed`, with a sentence for the model, when it cannot be made: then nothing was sent.
 * @param idempotencyKey sent as the header of that name, unless the binding has its own
 */
export function httpRequest(
  { http, kind }: Pick<CompiledTool, 'kind'> & { readonly http: HttpBinding },
  args: JsonObject,
  env: (name: string) => string | undefined,
  idempotencyKey?: string,
): HttpRequest {
  const method = methodOf(http, kind);
  const body = hasBody(http, kind) ? JSON.stringify(args) : undefined;
  const secrets: Secret[] = [];
  const headers = new Map([['accept', 'application/json']]);
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
  for (const [name, template] of Object.entries(http.headers ?? {})) {
    const value = fillTemplate(template, (place) => {
      if (place.type === 'argument') return headerText(args, place.name);
      const secret = environmentText(place.name, env);
      secrets.push(new Secret(secret));
      return secret;
    });
    headers.set(name.toLowerCase(), value);
  }
  return { url: fillUrl(http.url, args), method, headers: Object.fromEntries(headers), body, secrets };
}

function fillUrl(template: string, args: JsonObject): string {
  const url = fillTemplate(template, ({ name }) => {
    try {
      return encodeURIComponent(argumentText(args, name));
    } catch (cause) {
      if (cause instanceof RuntimeError) throw cause;
      throw refused(`\`${name}\` is not text that can be sent`);
    }
  });
  if (hasDotSegment(url)) throw refused('an argument would lead to another address');
  if (url.length > MAX_URL_LENGTH) throw refused('its arguments are too long for an address');
  return url;
}

function headerText(args: JsonObject, name: string): string {
  const text = argumentText(args, name);
  if (HEADER_TEXT.test(text)) return text;
  throw refused(`\`${name}\` has characters that cannot be sent`);
}

/** Files of secrets end with a line break, which is no part of them. */
function environmentText(name: string, env: (name: string) => string | undefined): string {
  const text = env(name)?.trim() ?? '';
  if (text !== '' && HEADER_TEXT.test(text)) return text;
  const why = text === '' ? 'is not set' : 'holds characters that a header cannot';
  throw refused('it is not set up here', new Error(`the environment variable ${name} ${why}`));
}

/** An address without a part of it would be another address. */
function argumentText(args: JsonObject, name: string): string {
  const value: JsonValue | undefined = valueAt(args, name);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value.trim() !== '') return value;
  const isMissing = value === undefined || value === null || typeof value === 'string';
  throw refused(`\`${name}\` ${isMissing ? 'is missing' : 'must be a text or a number'}`);
}

function refused(why: string, cause?: unknown): RuntimeError {
  return new RuntimeError('toolFailed', `nothing was sent, for ${why}`, cause === undefined ? {} : { cause });
}
