/** ListModels and GetModel (spec: wire §6, Discover). */
import type { Platform } from '../../wire/model/profile.ts';
import { type CatalogModel, modelCatalog } from '../setup/model-catalog.ts';
import { ok, type RestAnswer, restError } from './rest-error.ts';

/** Every model of the catalog, on one page. */
export function listModels(platform: Platform): RestAnswer {
  const models = modelCatalog.map((model) => describe(model, platform));
  return ok(platform === 'vertex' ? { publisherModels: models } : { models });
}

/** One model. */
export function getModel(id: string, platform: Platform): RestAnswer {
  const model = modelCatalog.find((entry) => entry.id === id);
  if (model === undefined) return restError('NOT_FOUND', `models/${id.slice(0, 64)} is not found.`);
  return ok(describe(model, platform));
}

function describe({ id, displayName, live }: CatalogModel, platform: Platform): unknown {
  if (platform === 'vertex') return { name: `publishers/google/models/${id}`, versionId: 'default' };
  return {
    name: `models/${id}`,
    version: '001',
    displayName,
    inputTokenLimit: live ? 131_072 : 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: live
      ? ['bidiGenerateContent', 'countTokens']
      : ['generateContent', 'countTokens'],
  };
}
