/**
 * What a model on a platform allows (spec: wire §2.1, §6; voice §4.2). One table, so that an illegal setup field
 * is removed and reported instead of costing a call.
 */

/** `googleAi` is the Gemini Developer API, `vertex` is Vertex AI. */
export type Platform = 'googleAi' | 'vertex';

/** Generations that differ in what they allow. An unknown model passes everything. */
export type ModelFamily =
  | 'halfCascade'
  | 'native2.5'
  | 'flash3.1'
  | 'live3.8'
  | 'extended3.8'
  | 'translate'
  | 'transcribe'
  | 'unknown';

/** How an instruction may legally change in mid-session. */
export type SteeringPath = 'contextUpdate' | 'systemTurn' | 'modelTurn' | 'plainTurn' | 'none';

export interface ModelProfile {
  readonly family: ModelFamily;
  readonly platform: Platform;
  readonly steering: SteeringPath;
  /** True when a tool without `behavior` does not block the conversation. */
  readonly toolsAsyncByDefault: boolean;
  /** True when `functionResponse.scheduling` may be sent. */
  readonly scheduling: boolean;
  /** True when `clientContent` is legal after the first turn. */
  readonly clientContentMidSession: boolean;
  readonly thinking: 'budget' | 'level' | 'none' | 'any';
  /** How long a connection lives, in milliseconds: observed where the documents are vague (spec: wire §4, Limits). */
  readonly connectionLimitMs: number;
  /** How long before that limit a connection is replaced, should no GoAway come. In milliseconds. */
  readonly rotateBeforeMs: number;
  /** True when a session may be resumed before its old socket is closed. Refused by every model known so far. */
  readonly overlap: boolean;
}

const MINUTE_MS = 60_000;
/** Earlier than any GoAway (50 to 60 s before the end), so that a quiet moment can be waited for. */
const ROTATE_BEFORE_MS = 90_000;

const families: ReadonlyArray<readonly [RegExp, ModelFamily]> = [
  [/gemini-3\.8-live-extended/, 'extended3.8'],
  [/gemini-3\.8-live/, 'live3.8'],
  [/live-translate/, 'translate'],
  [/transcribe/, 'transcribe'],
  [/gemini-3\.1-flash-live/, 'flash3.1'],
  [/native-audio/, 'native2.5'],
  [/gemini-2\.0-flash-live|gemini-live-2\.5-flash|gemini-2\.5-flash-live/, 'halfCascade'],
];

/** The family a model id belongs to, whatever prefix it carries. */
export function modelFamily(model: string): ModelFamily {
  return families.find((entry) => entry[0].test(model))?.[1] ?? 'unknown';
}

const profiles = new Map<string, ModelProfile>();

/** The profile of a model on a platform: one object, shared by every session of its family there. */
export function modelProfile(model: string, platform: Platform): ModelProfile {
  const family = modelFamily(model);
  const key = `${platform} ${family}`;
  const profile = profiles.get(key) ?? makeProfile(family, platform);
  profiles.set(key, profile);
  return profile;
}

function makeProfile(family: ModelFamily, platform: Platform): ModelProfile {
  const newest = family === 'live3.8' || family === 'extended3.8';
  return {
    family,
    platform,
    steering: steeringPath(family, platform),
    toolsAsyncByDefault: newest,
    scheduling: family !== 'extended3.8' && family !== 'flash3.1' && (newest || platform === 'googleAi'),
    clientContentMidSession: family !== 'flash3.1',
    thinking: thinkingStyle(family, platform),
    connectionLimitMs: connectionLimitMs(family),
    rotateBeforeMs: ROTATE_BEFORE_MS,
    overlap: false,
  };
}

function connectionLimitMs(family: ModelFamily): number {
  switch (family) {
    case 'live3.8':
    case 'extended3.8':
      return 58 * MINUTE_MS;
    case 'flash3.1':
    case 'transcribe':
      return 30 * MINUTE_MS;
    case 'native2.5':
    case 'halfCascade':
    case 'translate':
    case 'unknown':
      return 10 * MINUTE_MS;
  }
}

function steeringPath(family: ModelFamily, platform: Platform): SteeringPath {
  if (family === 'live3.8' || family === 'extended3.8') return 'contextUpdate';
  if (family === 'flash3.1') return 'none';
  if (family === 'native2.5') return platform === 'vertex' ? 'modelTurn' : 'plainTurn';
  return platform === 'vertex' ? 'systemTurn' : 'plainTurn';
}

function thinkingStyle(family: ModelFamily, platform: Platform): ModelProfile['thinking'] {
  switch (family) {
    case 'live3.8':
      return 'none';
    case 'extended3.8':
      return 'level';
    case 'flash3.1':
      return platform === 'vertex' ? 'none' : 'level';
    case 'native2.5':
    case 'halfCascade':
      return platform === 'vertex' ? 'none' : 'budget';
    case 'translate':
    case 'transcribe':
    case 'unknown':
      return 'any';
  }
}
