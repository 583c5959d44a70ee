/** Model names as `setup.model` wants them (spec: wire §1.2). */
import { WireError } from '../wire-error.ts';
import type { Platform } from './profile.ts';

const DEFAULT_MODELS: Readonly<Record<Platform, string>> = {
  googleAi: 'gemini-2.5-flash-native-audio-latest',
  vertex: 'gemini-live-2.5-flash-native-audio',
};

/** The model used when none is configured. */
export function defaultModel(platform: Platform): string {
  return DEFAULT_MODELS[platform];
}

export interface VertexPlace {
  readonly project?: string;
  readonly location: string;
}

/** The full resource name of a model. Throws `invalidConfig` on a name that could escape the path. */
export function modelResource(model: string, platform: Platform, place: VertexPlace): string {
  if (!/^[\w.:@-]+(\/[\w.:@-]+)*$/.test(model) || model.includes('..')) throw noModelName(model);
  if (platform === 'googleAi') {
    return /^(models|tunedModels)\//.test(model) ? model : `models/${model}`;
  }
  if (model.startsWith('projects/')) return model;
  const path = publisherPath(model.replace(/^models\//, ''));
  return place.project === undefined ? path : `projects/${place.project}/locations/${place.location}/${path}`;
}

function publisherPath(model: string): string {
  if (model.startsWith('publishers/')) return model;
  const [publisher, id, ...more] = model.split('/');
  if (more.length > 0) throw noModelName(model);
  return id === undefined ? `publishers/google/models/${model}` : `publishers/${publisher}/models/${id}`;
}

function noModelName(model: string): WireError {
  const text = `'${model.slice(0, 80)}' is no model name: use an id like gemini-3.8-live.`;
  return new WireError('invalidConfig', text);
}
