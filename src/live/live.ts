import { type ConnectLiveOptions, connectLive } from '../runtime/connect-live.ts';
import type { ExtractedValues, Extractor } from '../runtime/extract/extractor.ts';
import type { LiveHandle } from '../runtime/live-handle.ts';
import type { LiveOptions } from '../runtime/live-options.ts';

/** An agent, ready to be called, as often as wanted: each call has a session and, unless one is given, a state of its own. */
export interface LiveAgent<Extracted extends object> {
  readonly options: LiveOptions;
  /**
   * Opens a call; resolves when it is active. Rejects with `invalidOptions` (every problem of the options at once) or with
   * the `WireError` that ended the attempt.
   */
  connect(ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>>;
}

/** {@link LiveOptions}, with the extractors' types kept for `handle.extracted(name)`. */
export type AgentOptions<Extractors extends readonly Extractor[]> = Omit<LiveOptions, 'extractors'> & {
  readonly extractors?: Extractors;
};

/** Defines an agent as one plain object. Nothing is checked or opened before `connect`. */
export function live<const Extractors extends readonly Extractor[] = readonly []>(
  options: AgentOptions<Extractors>,
): LiveAgent<ExtractedValues<Extractors>> {
  return { options, connect: (ports) => connectLive(options, ports) };
}
