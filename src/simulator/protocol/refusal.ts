/**
 * How the service says no: a WebSocket close with a code and a reason (spec: wire §5). Codes are ambiguous, so the
 * reasons are the documented texts, word for word where they are known.
 */
import { Buffer } from 'node:buffer';

/** Why a connection is closed by the server. */
export interface Refusal {
  /** 1000, 1007, 1008 or 1011. */
  readonly code: number;
  /** At most 123 bytes of UTF-8 once it is on the wire; longer texts are cut there. */
  readonly reason: string;
}

const MAX_REASON_BYTES = 123;

/** Cuts a reason to what a close frame can carry, never inside a character. */
export function fitReason(reason: string): string {
  if (Buffer.byteLength(reason) <= MAX_REASON_BYTES) return reason;
  const bytes = Buffer.from(reason).subarray(0, MAX_REASON_BYTES);
  return bytes.toString().replace(/\uFFFD+$/u, '');
}

/** Code 1007: the message or the setup is wrong, and stays wrong if it is sent again. */
export function invalid(reason: string): Refusal {
  return { code: 1007, reason };
}

/** Code 1008: not allowed, not found, not possible. */
export function denied(reason: string): Refusal {
  return { code: 1008, reason };
}

/** Code 1011: the service failed or is full. */
export function failed(reason: string): Refusal {
  return { code: 1011, reason };
}

/** A field the message type does not have. `path` is snake_case as in the real text; empty at the top level. */
export function unknownField(name: string, path: string): Refusal {
  const at = path === '' ? '' : ` at '${path}'`;
  return invalid(`Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`);
}

/** Names of the documented refusals. */
export type RefusalName =
  | 'invalidArgument'
  | 'malformedJson'
  | 'keyInvalid'
  | 'keyExpired'
  | 'keyLeaked'
  | 'unregistered'
  | 'unauthenticated'
  | 'mediaChunks'
  | 'textOnNativeAudio'
  | 'explicitActivity'
  | 'entityNotFound'
  | 'sessionNotFound'
  | 'goAwayIgnored'
  | 'aborted'
  | 'cancelled'
  | 'notImplemented'
  | 'internal'
  | 'exhausted';

/** The documented refusals that carry no parameters. */
export const refusals: Readonly<Record<RefusalName, Refusal>> = {
  invalidArgument: invalid('Request contains an invalid argument.'),
  malformedJson: invalid('Invalid JSON payload received. Unexpected token.'),
  keyInvalid: invalid('API key not valid. Please pass a valid API key.'),
  keyExpired: invalid('API key expired. Please renew the API key.'),
  keyLeaked: denied('Your API key was reported as leaked. Please use another API key.'),
  unregistered: denied(
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  ),
  unauthenticated: denied(
    'Request is missing required authentication credential. Expected OAuth 2 access token.',
  ),
  mediaChunks: invalid('realtime_input.media_chunks is deprecated. Use audio, video, or text instead.'),
  textOnNativeAudio: invalid('Cannot extract voices from a non-audio request.'),
  explicitActivity: invalid(
    'Explicit activity control is not supported when automatic activity detection is enabled.',
  ),
  entityNotFound: denied('Requested entity was not found.'),
  sessionNotFound: denied('BidiGenerateContent session not found'),
  goAwayIgnored: denied(
    'Connection aborted because the client failed to close the connection after receiving a GoAway signal.',
  ),
  aborted: denied('The operation was aborted.'),
  notImplemented: denied('Operation is not implemented, or supported, or enabled.'),
  cancelled: { code: 1000, reason: 'The operation was cancelled.' },
  internal: failed('Internal error encountered.'),
  exhausted: failed('RESOURCE_EXHAUSTED: Maximum concurrent sessions exceeded.'),
};
