/** The HTTP side of the simulator: reads a request, routes it, writes the answer. */
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Platform } from '../../wire/model/profile.ts';
import { checkKey } from '../routing/access.ts';
import { readCredential } from '../routing/credentials.ts';
import { requestPath } from '../routing/route.ts';
import type { World } from '../world.ts';
import { createAuthToken } from './auth-tokens.ts';
import { type GenerateMethod, generateContent } from './generate-content.ts';
import { getModel, listModels } from './models.ts';
import { ok, type RestAnswer, restError } from './rest-error.ts';

/** Handles one HTTP request. Never rejects. */
export type RestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const GENERATE = /^(.*models\/[^/:]+):(generateContent|streamGenerateContent|countTokens)$/;
const MODELS = /^(?:.*\/)?models(?:\/([^/:]+))?$/;

/** The handler of a simulator. */
export function createRestHandler(world: World): RestHandler {
  return async (request, response) => {
    try {
      const answered = await answer(world, request);
      // The rest of a body that was too large is never read, and nothing after it.
      if (request.destroyed && !request.complete) response.setHeader('connection', 'close');
      write(response, answered);
    } catch (cause) {
      if (request.errored) return; // the caller is gone
      world.notes.add({ type: 'serverFailed', message: 'A REST request could not be handled.', cause });
      write(response, restError('INTERNAL', 'Internal error encountered.'));
    }
  };
}

async function answer(world: World, request: IncomingMessage): Promise<RestAnswer> {
  const target = request.url ?? '/';
  const path = requestPath(target);
  if (request.method === 'OPTIONS') return ok({});
  if (request.method === 'GET' && path === '/') return ok({ service: 'parlando simulator' });
  const [, version = '', resource = ''] = /\/(v\d[a-z0-9]*)\/(.+?)\/?$/.exec(path) ?? [];
  if (resource === '') return restError('NOT_FOUND', 'Requested entity was not found.');
  const platform = restPlatform(resource, world.options.platform);
  const refused = checkCaller(world, request, platform);
  if (refused !== undefined) return refused;
  if (request.method === 'GET') {
    const match = MODELS.exec(resource);
    if (match === null) return restError('NOT_FOUND', 'Requested entity was not found.');
    return match[1] === undefined ? listModels(platform) : getModel(match[1], platform);
  }
  if (request.method !== 'POST') return restError('NOT_FOUND', 'Requested entity was not found.');
  const body = await readJson(request, world.options.limits.bodyBytes);
  if (body === undefined) return restError('INVALID_ARGUMENT', 'Invalid JSON payload received.');
  if (/^(?:auth_tokens|authTokens)$/.test(resource)) return createAuthToken(world, version, body);
  const generate = GENERATE.exec(resource);
  if (generate === null) return restError('NOT_FOUND', 'Requested entity was not found.');
  const [, model = '', method = ''] = generate;
  const sse = new URLSearchParams(target.split('?', 2)[1] ?? '').get('alt') === 'sse';
  // The pattern allows only the three methods.
  return generateContent(world, platform, { model, method: method as GenerateMethod, sse, body, version });
}

function restPlatform(resource: string, fallback: Platform): Platform {
  if (/^(?:projects|publishers)\//.test(resource)) return 'vertex';
  return /^(?:models|tunedModels|auth)/.test(resource) ? 'googleAi' : fallback;
}

function checkCaller(world: World, request: IncomingMessage, platform: Platform): RestAnswer | undefined {
  const credential = readCredential(request.url ?? '/', request.headers);
  switch (credential.kind) {
    case 'apiKey': {
      const refusal = checkKey(credential.key.reveal(), world.options.apiKeys);
      if (refusal === undefined) return undefined;
      const status = refusal.code === 1007 ? 'INVALID_ARGUMENT' : 'PERMISSION_DENIED';
      return restError(status, refusal.reason);
    }
    case 'bearer':
      return undefined;
    case 'token':
      return restError('UNAUTHENTICATED', 'Ephemeral tokens open Live sessions only.');
    case 'none':
      // A proxy in front of Vertex adds the credential itself.
      return platform === 'vertex'
        ? undefined
        : restError('PERMISSION_DENIED', "Method doesn't allow unregistered callers.");
  }
}

/** The body as an object; undefined when it is too large or not a JSON object. */
async function readJson(
  request: IncomingMessage,
  limitBytes: number,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of request) {
    // A request without an encoding yields buffers.
    const bytes = chunk as Buffer;
    lengthBytes += bytes.length;
    if (lengthBytes > limitBytes) return undefined;
    chunks.push(bytes);
  }
  try {
    const json: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function write(response: ServerResponse, answered: RestAnswer): void {
  if (response.writableEnded || response.destroyed) return;
  // Browsers may ask, as they may ask the real service.
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', '*');
  if (answered.type === 'json') {
    response.writeHead(answered.httpStatus, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(`${JSON.stringify(answered.body, null, 2)}\n`);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const item of answered.items) response.write(`data: ${JSON.stringify(item)}\r\n\r\n`);
  response.end();
}
