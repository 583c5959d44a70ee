/** Runs one call of a tool with an http binding: sends the request, follows it no further than its own host, reads the answer. */
import type { CompiledTool } from '../../../flow/conversation/compiled-conversation.ts';
import type { HttpBinding } from '../../../flow/conversation/http-binding.ts';
import type { JsonValue } from '../../../flow/state-reader.ts';
import { safeCause, scrub, scrubShapes } from '../../../wire/auth/secret.ts';
import type { Secret } from '../../../wire/index.ts';
import { boundedText } from '../../extract/model/bounded-text.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { textHash } from '../../tools/canonical-json.ts';
import { fillKey } from '../../tools/idempotency-key.ts';
import { OutcomeUnknown } from '../../tools/outcome-unknown.ts';
import type { JsonObject, ToolContext } from '../../tools/tool-definition.ts';
import { failureWords, readAnswer } from './http-answer.ts';
import { type HttpRequest, httpRequest } from './http-request.ts';
import { UnusableResult } from './unusable-result.ts';

export interface HttpPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly env: (name: string) => string | undefined;
  readonly maxResponseBytes: number;
}

type HttpTool = CompiledTool & { readonly http: HttpBinding };

const MAX_REDIRECTS = 3;
const MAX_FAILURE_BYTES = 16_384;
/** Nobody was reached, so nothing can have happened. */
const NOT_SENT: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
];

/** The answer as JSON. Throws `toolFailed` with a sentence for the model, free of what the environment holds. */
export async function callHttp(
  tool: HttpTool,
  args: JsonObject,
  context: Pick<ToolContext, 'signal' | 'state'>,
  ports: HttpPorts,
): Promise<JsonValue | UnusableResult> {
  const request = httpRequest(tool, args, ports.env, idempotencyOf(tool, args, context));
  const isCommit = tool.kind === 'commit';
  const clean = (text: string): string => scrubShapes(scrub(text, request.secrets));
  let response: Response;
  try {
    response = await send(request, context.signal, ports.fetch);
  } catch (thrown) {
    if (thrown instanceof RuntimeError) throw thrown;
    throw unreached(thrown, isCommit, clean);
  }
  if (!response.ok) throw await refusal(response, isCommit, clean);
  return read(response, request.secrets, ports.maxResponseBytes);
}

/** A service that knows the header answers a repetition with the first result. */
function idempotencyOf(
  { idempotencyKey, kind }: HttpTool,
  args: JsonObject,
  { state }: Pick<ToolContext, 'state'>,
): string | undefined {
  if (idempotencyKey === undefined || kind !== 'commit') return undefined;
  const filled = fillKey(idempotencyKey, args, (key) => state.get(key));
  return 'key' in filled ? textHash(filled.key) : undefined;
}

/** Follows redirects to the same origin only: another host must not get the headers, nor be asked in our name. */
async function send(
  request: HttpRequest,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  let { url, method, body } = request;
  for (let hops = 0; ; hops++) {
    const init: RequestInit = { method, headers: request.headers, signal, redirect: 'manual' };
    const response = await fetch(url, body === undefined ? init : { ...init, body });
    const isRedirect =
      response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400);
    if (!isRedirect || response.status === 304) return response;
    await response.body?.cancel();
    const next = redirectOf(response, url, method);
    if (next === undefined || hops >= MAX_REDIRECTS) {
      throw new RuntimeError('toolFailed', 'the service sent the request elsewhere, which is not followed', {
        httpStatus: response.status,
      });
    }
    url = next;
    if (response.status === 303) {
      method = 'GET';
      body = undefined;
    }
  }
}

function redirectOf({ headers, status }: Response, from: string, method: string): string | undefined {
  const location = headers.get('location');
  // Some turn a repeated POST into a GET here, others do not.
  const isAmbiguous = method !== 'GET' && (status === 301 || status === 302);
  if (location === null || isAmbiguous || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  if (!URL.canParse(location, from)) return undefined;
  const to = new URL(location, from);
  return to.origin === new URL(from).origin && to.username === '' && to.password === '' ? to.href : undefined;
}

function unreached(thrown: unknown, isCommit: boolean, clean: (text: string) => string): RuntimeError {
  const cause = safeCause(thrown, clean);
  const code = (thrown as { readonly cause?: { readonly code?: unknown } } | null)?.cause?.code;
  return isCommit && !NOT_SENT.includes(code)
    ? new OutcomeUnknown('the connection failed', { cause })
    : new RuntimeError('toolFailed', 'the service cannot be reached', { cause, retryable: true });
}

async function refusal(
  response: Response,
  isCommit: boolean,
  clean: (text: string) => string,
): Promise<RuntimeError> {
  const { status: httpStatus } = response;
  const body = await boundedText(response, MAX_FAILURE_BYTES).catch(() => undefined);
  const words = clean(failureWords(body ?? ''));
  const said = words === '' ? '' : ` (${words})`;
  // Between us and a service that fails there may be one that did its work.
  const why = `the service answered with HTTP ${httpStatus}${said}`;
  if (isCommit && httpStatus >= 500) return new OutcomeUnknown(why, { httpStatus });
  return new RuntimeError('toolFailed', why, {
    httpStatus,
    retryable: httpStatus >= 500 || httpStatus === 429,
  });
}

/** The service has done its work: whatever is wrong with its answer, that stays. */
async function read(
  response: Response,
  secrets: readonly Secret[],
  maxBytes: number,
): Promise<JsonValue | UnusableResult> {
  let body: string | undefined;
  try {
    body = await boundedText(response, maxBytes);
  } catch {
    return new UnusableResult('the connection failed before the answer was complete');
  }
  if (body === undefined) return new UnusableResult(`the answer has more than ${maxBytes} bytes`);
  return readAnswer(body, response.headers.get('content-type') ?? '', (text) => scrub(text, secrets));
}
