import { atOnce } from '../../../flow/fault.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import { RuntimeError } from '../../runtime-error.ts';

/** A stage of the microphone's chain: a filter, echo cancellation, a denoiser. It keeps its own state. */
export interface MicProcessor {
  /**
   * Processes the next stretch of the stream, in place (returning nothing) or into another array, which it may reuse for
   * the next stretch. The samples given are its to write to, during the call. Must take well under a millisecond.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a method that works in place is written without a return.
  process(samples: Int16Array): Int16Array | void;
}

/** Runs processors one after another. One that throws is reported once, and left out from then on. */
export class MicChain {
  readonly #report: RuntimeHost['report'];
  #processors: readonly MicProcessor[];

  constructor(processors: readonly MicProcessor[], report: RuntimeHost['report']) {
    this.#processors = processors;
    this.#report = report;
  }

  /** Whether nothing is left that would change audio. */
  get isEmpty(): boolean {
    return this.#processors.length === 0;
  }

  /** The result may be the input, changed; it is valid until the next call. */
  process(samples: Int16Array): Int16Array {
    let result = samples;
    for (const processor of this.#processors) result = this.#run(processor, result);
    return result;
  }

  #run(processor: MicProcessor, samples: Int16Array): Int16Array {
    try {
      const result = atOnce(processor.process(samples));
      if (result === undefined || result instanceof Int16Array) return result ?? samples;
      throw new TypeError(
        `A microphone processor returned ${typeof result}: return an Int16Array or nothing.`,
      );
    } catch (cause) {
      this.#processors = this.#processors.filter((other) => other !== processor);
      const text = 'A microphone processor threw, and is left out from now on: see the cause.';
      this.#report(new RuntimeError('processorFailed', text, { cause }));
      return samples;
    }
  }
}
