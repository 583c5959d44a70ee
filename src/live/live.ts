import type { ExtractedValues, Extractor } from '../runtime/extract/extractor.ts';
import type { LiveOptions } from '../runtime/live-options.ts';
import { agentOf, type LiveAgent } from './agent.ts';

/** {@link LiveOptions}, with the extractors' types kept for `handle.extracted(name)`. */
export type AgentOptions<Extractors extends readonly Extractor[]> = Omit<LiveOptions, 'extractors'> & {
  readonly extractors?: Extractors;
};

/** Defines an agent as one plain object. Nothing is checked or opened before `connect`. */
export function live<const Extractors extends readonly Extractor[] = readonly []>(
  options: AgentOptions<Extractors>,
): LiveAgent<ExtractedValues<Extractors>> {
  return agentOf(options);
}
