/** Which service a request path names, as real clients spell it (spec: wire §1.1, §1.5, §4.1 rule 1, §9). */
import type { Platform } from '../../wire/model/profile.ts';

/** Where an upgrade request wants to go. */
export type LiveRoute =
  | {
      readonly kind: 'live';
      readonly platform: Platform;
      /** `v1`, `v1beta`, `v1alpha`, `v1beta1`, … */
      readonly version: string;
      /** The method for ephemeral tokens. */
      readonly constrained: boolean;
      /** A path that names no service, as a client with a bare proxy URL sends it: no credential is expected. */
      readonly bare: boolean;
    }
  | { readonly kind: 'unknownMethod' };

const METHOD = '[./]BidiGenerateContent(Constrained)?(?:/locations/[^/]+|/[a-z0-9-]+)?/?$';
const GOOGLE_AI = new RegExp(`google\\.ai\\.generativelanguage\\.(v[a-z0-9]+)\\.GenerativeService${METHOD}`);
const VERTEX = new RegExp(`google\\.cloud\\.aiplatform\\.(v[a-z0-9]+)\\.LlmBidiService${METHOD}`);

/** The path of a request target without its query, with repeated slashes collapsed. */
export function requestPath(target: string): string {
  const path = target.split(/[?#]/, 1)[0] ?? '/';
  return path.replace(/\/{2,}/g, '/');
}

/**
 * Routes an upgrade. `/p` is a Vertex client behind a proxy; any other path that names no Google service takes
 * `fallback`; a path that names one but not a method we serve is `unknownMethod`.
 */
export function liveRoute(target: string, fallback: Platform): LiveRoute {
  const path = requestPath(target);
  const googleAi = GOOGLE_AI.exec(path);
  if (googleAi !== null) return live('googleAi', googleAi);
  const vertex = VERTEX.exec(path);
  if (vertex !== null) return live('vertex', vertex);
  if (path.includes('google.')) return { kind: 'unknownMethod' };
  const platform = path === '/p' ? 'vertex' : fallback;
  return { kind: 'live', platform, version: 'v1alpha', constrained: false, bare: true };
}

function live(platform: Platform, match: RegExpExecArray): LiveRoute {
  return {
    kind: 'live',
    platform,
    version: match[1] ?? 'v1',
    constrained: match[2] !== undefined,
    bare: false,
  };
}
