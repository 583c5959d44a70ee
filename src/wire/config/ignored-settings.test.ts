import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { Platform } from '../model/profile.ts';
import { encodeSetup, ignoredSettings } from './resolve-config.ts';
import type { SessionConfig } from './session-config.ts';

const LIVE_38 = 'gemini-3.8-live';
const EXTENDED_38 = 'gemini-3.8-live-extended-thinking';
const FLASH_31 = 'gemini-3.1-flash-live-preview';
const NATIVE_25 = 'gemini-2.5-flash-native-audio-preview-12-2025';
const VERTEX_25 = 'gemini-live-2.5-flash-native-audio';
const CASCADE = 'gemini-live-2.5-flash-preview';
const TRANSLATE = 'gemini-3.5-live-translate-preview';

interface Case {
  readonly config: SessionConfig;
  readonly path: string;
  /** Who leaves it out, as `platform model`; everybody else keeps it. */
  readonly ignoredBy: readonly string[];
}

const all: ReadonlyArray<readonly [Platform, string]> = [
  ['googleAi', LIVE_38],
  ['googleAi', EXTENDED_38],
  ['googleAi', FLASH_31],
  ['googleAi', NATIVE_25],
  ['googleAi', CASCADE],
  ['googleAi', TRANSLATE],
  ['vertex', LIVE_38],
  ['vertex', EXTENDED_38],
  ['vertex', VERTEX_25],
  ['vertex', CASCADE],
];
const every = all.map(([platform, model]) => `${platform} ${model}`);
const onGoogleAi = every.filter((name) => name.startsWith('googleAi'));
const onVertex = every.filter((name) => name.startsWith('vertex'));
const newest = every.filter((name) => name.includes('3.8'));
const is31 = [`googleAi ${FLASH_31}`];
const oldVertex = onVertex.filter((name) => !name.includes('3.8'));
const tool = (behavior: 'BLOCKING' | 'NON_BLOCKING'): SessionConfig => ({
  tools: [{ functionDeclarations: [{ name: 'f', behavior }, { name: 'g' }] }, { googleSearch: {} }],
});

/** The table of spec/voice.md section 4.2 and spec/wire.md sections 2.1 and 6. */
const table: readonly Case[] = [
  {
    config: { thinkingConfig: { includeThoughts: true } },
    path: 'generationConfig.thinkingConfig',
    ignoredBy: [`googleAi ${LIVE_38}`, `vertex ${LIVE_38}`, ...oldVertex],
  },
  {
    config: { thinkingConfig: { thinkingBudget: 0, includeThoughts: true } },
    path: 'generationConfig.thinkingConfig.thinkingBudget',
    ignoredBy: [`googleAi ${EXTENDED_38}`, `vertex ${EXTENDED_38}`, `googleAi ${FLASH_31}`],
  },
  {
    config: { thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: true } },
    path: 'generationConfig.thinkingConfig.thinkingLevel',
    ignoredBy: [`googleAi ${NATIVE_25}`, `googleAi ${CASCADE}`],
  },
  {
    config: { thinkingConfig: { thinkingLevel: 'MINIMAL', includeThoughts: true } },
    path: 'generationConfig.thinkingConfig.thinkingLevel',
    ignoredBy: [
      `googleAi ${NATIVE_25}`,
      `googleAi ${CASCADE}`,
      `googleAi ${EXTENDED_38}`,
      `vertex ${EXTENDED_38}`,
    ],
  },
  {
    config: { enableAffectiveDialog: true },
    path: 'generationConfig.enableAffectiveDialog',
    ignoredBy: [...newest, ...is31],
  },
  {
    config: { proactivity: { proactiveAudio: false } },
    path: 'proactivity',
    ignoredBy: [...newest, ...is31],
  },
  { config: { explicitVadSignal: true }, path: 'explicitVadSignal', ignoredBy: onGoogleAi },
  {
    config: { sessionResumption: { transparent: true } },
    path: 'sessionResumption.transparent',
    ignoredBy: onGoogleAi,
  },
  { config: { avatarConfig: { avatarName: 'a' } }, path: 'avatarConfig', ignoredBy: onGoogleAi },
  {
    config: { responseModalities: ['VIDEO'] },
    path: 'generationConfig.responseModalities',
    ignoredBy: onGoogleAi,
  },
  { config: { labels: { team: 'voice' } }, path: 'labels', ignoredBy: onGoogleAi },
  {
    config: {
      speechConfig: {
        voiceConfig: {
          replicatedVoiceConfig: { mimeType: 'audio/wav', voiceSampleAudio: 'AA==', consentAudio: 'AA==' },
        },
      },
    },
    path: 'generationConfig.speechConfig.voiceConfig.replicatedVoiceConfig.consentAudio',
    ignoredBy: onVertex,
  },
  { config: { stopSequences: ['x'] }, path: 'generationConfig.stopSequences', ignoredBy: every },
  {
    config: { responseMimeType: 'application/json' },
    path: 'generationConfig.responseMimeType',
    ignoredBy: every,
  },
  {
    config: { responseSchema: { type: 'OBJECT' } },
    path: 'generationConfig.responseSchema',
    ignoredBy: every,
  },
  {
    config: tool('NON_BLOCKING'),
    path: 'tools.functionDeclarations.f.behavior',
    ignoredBy: [...oldVertex, ...is31],
  },
  {
    config: tool('BLOCKING'),
    path: 'tools.functionDeclarations.f.behavior',
    ignoredBy: [...oldVertex, ...is31, `googleAi ${EXTENDED_38}`, `vertex ${EXTENDED_38}`],
  },
  // Never ignored by anybody.
  {
    config: { historyConfig: { initialHistoryInClientContent: true } },
    path: 'historyConfig',
    ignoredBy: [],
  },
  { config: { temperature: 1 }, path: 'generationConfig.temperature', ignoredBy: [] },
];

function on(platform: Platform, model: string, config: SessionConfig): SessionConfig {
  return { ...config, model, ...(platform === 'vertex' && { vertex: { project: 'p' } }) };
}

function valueAt(tree: unknown, path: string): unknown {
  let value = tree;
  for (const key of path.split('.')) {
    const next = (value as Record<string, unknown> | undefined)?.[key];
    value = Array.isArray(next) ? next[0] : next;
    if (key === 'f') value = undefined;
  }
  return value;
}

describe('settings that a model would refuse', () => {
  test.for(table)(
    '$path is left out and named exactly where it is refused',
    ({ config, path, ignoredBy }, context) => {
      verifies(context, 'wire:config:ignored-settings');
      for (const [platform, model] of all) {
        const where = `${platform} ${model}`;
        const own = on(platform, model, config);
        const everyIgnored = ignoredSettings(own, {});
        const ignored = everyIgnored.filter((setting) => setting.path === path);
        expect(ignored, where).toHaveLength(ignoredBy.includes(where) ? 1 : 0);
        for (const { reason } of ignored) expect(reason).toMatch(/\w{3,} \w+/);
        const sent = JSON.parse(encodeSetup(own, {})) as { readonly setup: object };
        if (path.endsWith('.behavior')) {
          const text = JSON.stringify(sent.setup);
          expect(text.includes('behavior'), where).toBe(!ignoredBy.includes(where));
          expect(text, 'the rest of the tools stays').toMatch(/"name":"f".*"name":"g".*googleSearch/);
        } else {
          // A budget also goes when all of its thinkingConfig does.
          const gone = everyIgnored.some((setting) => `${path}.`.startsWith(`${setting.path}.`));
          expect(valueAt(sent.setup, path) === undefined, where).toBe(gone);
        }
      }
    },
  );

  test.for(table)('an unknown model gets $path, on both platforms', ({ config, path }, context) => {
    verifies(context, 'wire:config:ignored-settings');
    for (const platform of ['googleAi', 'vertex'] as const) {
      const own = on(platform, 'gemini-5-live', config);
      expect(ignoredSettings(own, {})).toEqual([]);
      const sent = encodeSetup(own, {});
      expect(sent).toContain(`"${path.split('.').at(-1)}"`);
    }
  });

  test('leaving out transparent keeps the opt-in to resumption', (context) => {
    verifies(context, 'wire:config:ignored-settings');
    const config: SessionConfig = { model: NATIVE_25, sessionResumption: { transparent: true } };
    expect(JSON.parse(encodeSetup(config, {})).setup.sessionResumption).toEqual({});
    const withHandle: SessionConfig = { ...config, sessionResumption: { transparent: true, handle: 'h' } };
    expect(JSON.parse(encodeSetup(withHandle, {})).setup.sessionResumption).toEqual({ handle: 'h' });
  });

  test('an avatar that Google AI does not have does not leave the modality VIDEO behind', () => {
    const sent = JSON.parse(encodeSetup({ model: LIVE_38, avatarConfig: { avatarName: 'a' } }, {}));
    expect(sent.setup).toEqual({ model: `models/${LIVE_38}`, generationConfig: {}, sessionResumption: {} });
  });

  test('the config itself is not changed', () => {
    const config: SessionConfig = {
      model: FLASH_31,
      ...tool('BLOCKING'),
      thinkingConfig: { thinkingBudget: 1 },
    };
    const before = structuredClone(config);
    expect(ignoredSettings(config, {})).toHaveLength(2);
    expect(config).toEqual(before);
  });
});
