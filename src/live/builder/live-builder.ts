import type { ConnectLiveOptions } from '../../runtime/connect-live.ts';
import type { ExtractionOptions } from '../../runtime/extract/extraction-runner.ts';
import type { Extractor } from '../../runtime/extract/extractor.ts';
import {
  type ModelExtractorOptions,
  modelExtractor,
  type Stated,
} from '../../runtime/extract/model-extractor.ts';
import {
  type FieldRules,
  type Recognised,
  type RuleExtractorOptions,
  ruleExtractor,
} from '../../runtime/extract/rule-extractor.ts';
import type { LiveHandle } from '../../runtime/live-handle.ts';
import type { PersistenceOptions } from '../../runtime/persist/persistence-options.ts';
import type { Store } from '../../runtime/persist/store.ts';
import type { Transport, WireRecorder } from '../../wire/index.ts';
import { agentOf, type GoogleAiKey, type LiveAgent, type VertexEndpoint } from '../agent.ts';
import { ControlCallbacks } from './control-callbacks.ts';

/** What an agent knows of its extractors, with one more. */
type With<Extracted, Name extends string, Value> = LiveBuilder<Extracted & { readonly [Key in Name]: Value }>;

/**
 * Describes an agent step by step, and comes to exactly the options that `live()` takes. Setters are synchronous and return
 * the builder; nothing is checked before `connect`, which tells every problem at once.
 *
 * `Extracted` follows from the extractors.
 */
export class LiveBuilder<Extracted extends object> extends ControlCallbacks implements LiveAgent<Extracted> {
  /** Adds an extractor; `handle.extracted(name)` has its type. */
  extractor<const Name extends string, Value extends object>(
    extractor: Extractor<Name, Value>,
  ): With<Extracted, Name, Value> {
    this.append('extractors', extractor);
    // The one thing that changes is what the type remembers.
    return this as unknown as With<Extracted, Name, Value>;
  }

  /** Asks a text model about the last turns, after each turn or when the trigger says. */
  extractTurns<const Name extends string, Input, Output>(
    options: ModelExtractorOptions<Name, Input, Output>,
  ): With<Extracted, Name, Stated<Output>> {
    return this.extractor(modelExtractor(options));
  }

  /** The same as soon as the model has generated its whole answer, which may still be playing. */
  extractOnGeneration<const Name extends string, Input, Output>(
    options: Omit<ModelExtractorOptions<Name, Input, Output>, 'trigger'>,
  ): With<Extracted, Name, Stated<Output>> {
    return this.extractTurns<Name, Input, Output>({ ...options, trigger: 'generationComplete' });
  }

  /** Finds fields by recognisers, without a model. */
  extractRecord<const Name extends string, const Fields extends FieldRules>(
    options: RuleExtractorOptions<Name, Fields>,
  ): With<Extracted, Name, Recognised<Fields>> {
    return this.extractor(ruleExtractor(options));
  }

  /** How long extractors may take, and be waited for. */
  extraction(options: ExtractionOptions): this {
    return this.merge('extraction', options);
  }

  /** Keeps the session in a store, so that it can go on in another process. */
  persistence(store: Store, options: Omit<PersistenceOptions, 'store'> = {}): this {
    return this.merge('persistence', { store, ...options });
  }

  /** Publishes a `telemetry` event so often, at least 100 ms apart. */
  telemetryInterval(durationMs: number): this {
    return this.set('telemetryIntervalMs', durationMs);
  }

  /** Is given every frame of both directions. */
  wireRecorder(recorder: WireRecorder): this {
    return this.set('recorder', recorder);
  }

  /** The agent as it is now; what is said to the builder afterwards does not change it. */
  build(): LiveAgent<Extracted> {
    return agentOf(this.options);
  }

  connect(ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>> {
    return this.build().connect(ports);
  }

  restore(sessionId: string, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>> {
    return this.build().restore(sessionId, ports);
  }

  connectGoogleAi(apiKey: GoogleAiKey, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>> {
    return this.build().connectGoogleAi(apiKey, ports);
  }

  connectVertex(endpoint: VertexEndpoint, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>> {
    return this.build().connectVertex(endpoint, ports);
  }

  connectFromEnv(ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>> {
    return this.build().connectFromEnv(ports);
  }

  connectWithTransport(transport: Transport, ports?: ConnectLiveOptions): Promise<LiveHandle<Extracted>> {
    return this.build().connectWithTransport(transport, ports);
  }
}

/** Where agents begin that are described step by step. */
export const Live: { readonly builder: () => LiveBuilder<Readonly<Record<never, never>>> } = Object.freeze({
  /** A new builder, without any options. */
  builder: () => new LiveBuilder<Readonly<Record<never, never>>>(),
});
