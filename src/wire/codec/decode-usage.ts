/** Token counts; Vertex's names become the common ones (spec: wire §3, `usageMetadata`). */
import type { ModalityTokenCount, UsageMetadata } from '../protocol/server-messages.ts';
import { asList, asNumber, asObject, asText, fieldOf, type Guard, type JsonObject } from './json-reader.ts';

const counts = [
  'promptTokenCount',
  'cachedContentTokenCount',
  'responseTokenCount',
  'toolUsePromptTokenCount',
  'thoughtsTokenCount',
  'totalTokenCount',
] as const;
const details = [
  'promptTokensDetails',
  'cacheTokensDetails',
  'responseTokensDetails',
  'toolUsePromptTokensDetails',
] as const;
const labels = ['trafficType', 'serviceTier'] as const;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads what is there; counts of a wrong type are left out, because usage is advisory. */
export function decodeUsage(raw: JsonObject): UsageMetadata {
  const usage: Writable<UsageMetadata> = {};
  for (const name of counts) assign(usage, name, asNumber(countIn(raw, name)));
  for (const name of details) assign(usage, name, asModalityCounts(countIn(raw, name)));
  for (const name of labels) assign(usage, name, asText(countIn(raw, name)));
  return usage;
}

function countIn(raw: JsonObject, name: string): unknown {
  return fieldOf(raw, name) ?? fieldOf(raw, name.replace('response', 'candidates'));
}

function assign<K extends keyof UsageMetadata>(
  usage: Writable<UsageMetadata>,
  name: K,
  value: UsageMetadata[K] | undefined,
): void {
  if (value !== undefined) usage[name] = value;
}

const asModalityCounts: Guard<readonly ModalityTokenCount[]> = (value) =>
  asList(value)?.flatMap((entry) => {
    const object = asObject(entry);
    const modality = object && asText(object.modality);
    if (object === undefined || modality === undefined) return [];
    const tokenCount = asNumber(fieldOf(object, 'tokenCount'));
    return [tokenCount === undefined ? { modality } : { modality, tokenCount }];
  });
