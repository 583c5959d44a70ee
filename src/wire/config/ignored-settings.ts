/**
 * Settings that a model would refuse, or never answer, are removed from the setup and reported
 * (spec: wire §2.1, §6; voice §4.2). Unknown models pass everything.
 */
import type { ModelFamily, ModelProfile } from '../model/profile.ts';
import type { Setup } from '../protocol/setup.ts';
import type { Tool } from '../protocol/tools.ts';

/** A setting that was left out, and why. */
export interface IgnoredSetting {
  /** The path in the setup, for example `generationConfig.thinkingConfig`. */
  readonly path: string;
  readonly reason: string;
}

interface Rule {
  readonly path: string;
  readonly reason: string;
  readonly applies: (profile: ModelProfile, value: unknown) => boolean;
}

const isFamily =
  (...families: ModelFamily[]): Rule['applies'] =>
  ({ family }) =>
    families.includes(family);
const onGoogleAi: Rule['applies'] = ({ platform }) => platform === 'googleAi';
const onVertex: Rule['applies'] = ({ platform }) => platform === 'vertex';
const always: Rule['applies'] = () => true;

const written: readonly Rule[] = [
  {
    path: 'generationConfig.thinkingConfig',
    reason: 'this model takes no thinking settings',
    applies: ({ thinking }) => thinking === 'none',
  },
  {
    path: 'generationConfig.thinkingConfig.thinkingBudget',
    reason: 'this model takes a thinkingLevel instead of a budget',
    applies: ({ thinking }) => thinking === 'level',
  },
  {
    path: 'generationConfig.thinkingConfig.thinkingLevel',
    reason: 'this model takes a thinkingBudget instead of a level',
    applies: ({ thinking }) => thinking === 'budget',
  },
  {
    path: 'generationConfig.thinkingConfig.thinkingLevel',
    reason: 'this model takes LOW, MEDIUM or HIGH',
    applies: ({ family }, value) => family === 'extended3.8' && value === 'MINIMAL',
  },
  {
    path: 'generationConfig.enableAffectiveDialog',
    reason: 'only 2.5 native audio models have affective dialog as a setting',
    applies: isFamily('live3.8', 'extended3.8', 'flash3.1'),
  },
  {
    path: 'proactivity',
    reason: 'proactive audio is always on in 3.8 and absent in 3.1',
    applies: isFamily('live3.8', 'extended3.8', 'flash3.1'),
  },
  { path: 'explicitVadSignal', reason: 'only Vertex sends voice activity on request', applies: onGoogleAi },
  {
    path: 'sessionResumption.transparent',
    reason: 'transparent resumption is Vertex only',
    applies: onGoogleAi,
  },
  { path: 'avatarConfig', reason: 'avatars are Vertex only', applies: onGoogleAi },
  {
    // An avatar makes VIDEO the default, so it goes with the avatar; the service's own default is AUDIO.
    path: 'generationConfig.responseModalities',
    reason: 'video is Vertex only: the model answers in audio',
    applies: ({ platform }, value) =>
      platform === 'googleAi' && Array.isArray(value) && value.includes('VIDEO'),
  },
  { path: 'labels', reason: 'labels are Vertex only', applies: onGoogleAi },
  {
    path: 'generationConfig.speechConfig.voiceConfig.replicatedVoiceConfig.consentAudio',
    reason: 'Vertex takes a consent signature instead of consent audio',
    applies: onVertex,
  },
  { path: 'generationConfig.stopSequences', reason: 'Live has no stop sequences', applies: always },
  { path: 'generationConfig.responseMimeType', reason: 'Live has no structured output', applies: always },
  { path: 'generationConfig.responseSchema', reason: 'Live has no structured output', applies: always },
];
/** With their paths split, once. */
const rules = written.map((rule) => ({ ...rule, keys: rule.path.split('.') }));

/** Shared, because most configs are legal. */
const NOTHING: readonly IgnoredSetting[] = [];

/** The setup without what its model would refuse, and what was removed. */
export function legalSetup(
  setup: Setup,
  profile: ModelProfile,
): { readonly setup: Setup; readonly ignored: readonly IgnoredSetting[] } {
  if (profile.family === 'unknown') return { setup, ignored: NOTHING };
  const ignored: IgnoredSetting[] = [];
  let legal: Setup = setup;
  rules.forEach(({ path, keys, reason, applies }) => {
    const value = valueAt(legal, keys);
    if (value === undefined || !applies(profile, value)) return;
    // The rules name optional fields of Setup only, so what remains is still a Setup.
    legal = without(legal, keys) as unknown as Setup;
    ignored.push({ path, reason });
  });
  return stripBehavior(legal, profile, ignored);
}

function stripBehavior(
  setup: Setup,
  profile: ModelProfile,
  ignored: IgnoredSetting[],
): { readonly setup: Setup; readonly ignored: readonly IgnoredSetting[] } {
  const newest = profile.family === 'live3.8' || profile.family === 'extended3.8';
  const refusesAll = profile.family === 'flash3.1' || (profile.platform === 'vertex' && !newest);
  const refuses = (behavior: string | undefined): boolean =>
    behavior !== undefined && (refusesAll || (profile.family === 'extended3.8' && behavior === 'BLOCKING'));
  const tools = setup.tools?.map((tool): Tool => {
    if (!tool.functionDeclarations?.some((declaration) => refuses(declaration.behavior))) return tool;
    const functionDeclarations = tool.functionDeclarations.map((declaration) => {
      if (!refuses(declaration.behavior)) return declaration;
      const { behavior: _, ...rest } = declaration;
      const reason = refusesAll ? 'this model runs tools one way only' : 'this model never blocks on a tool';
      ignored.push({ path: `tools.functionDeclarations.${declaration.name}.behavior`, reason });
      return rest;
    });
    return { ...tool, functionDeclarations };
  });
  return {
    setup: tools === undefined ? setup : { ...setup, tools },
    ignored: ignored.length === 0 ? NOTHING : ignored,
  };
}

type Tree = Readonly<Record<string, unknown>>;

function valueAt(tree: object, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(childOf, tree);
}

function childOf(value: unknown, key: string): unknown {
  return (value as Tree | undefined)?.[key];
}

/** `tree` without the leaf at `keys`; what that leaves empty stays, because an empty `sessionResumption` opts in. */
function without(tree: object, keys: readonly string[]): Tree {
  const [key = '', ...deeper] = keys;
  const { [key]: child, ...rest } = tree as Tree;
  return deeper.length === 0 ? rest : { ...rest, [key]: without(child as object, deeper) };
}
