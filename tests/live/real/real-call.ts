/** A live session on a real socket, against the real simulator on loopback, at real pace. */
import type { TestContext } from 'vitest';
import {
  type ConnectLiveOptions,
  connectLive,
  type LiveEvent,
  type LiveHandle,
  type LiveOptions,
} from '../../../src/live/index.ts';
import {
  createSimulator,
  type SessionView,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/index.ts';

type Place = Pick<LiveOptions, 'model' | 'apiKey' | 'vertex' | 'accessToken'>;

const VERTEX: Place = { vertex: { project: 'p', location: 'us-central1' }, accessToken: 'test' };
const GOOGLE_AI: Place = { apiKey: 'test' };

/** Every generation on every platform that has it. */
export const PLACES = {
  '2.5 on Google AI': { ...GOOGLE_AI, model: 'gemini-2.5-flash-native-audio-preview-12-2025' },
  '2.5 on Vertex': { ...VERTEX, model: 'gemini-live-2.5-flash-native-audio' },
  '3.1 on Google AI': { ...GOOGLE_AI, model: 'gemini-3.1-flash-live-preview' },
  '3.8 on Google AI': { ...GOOGLE_AI, model: 'gemini-3.8-live' },
  '3.8 on Vertex': { ...VERTEX, model: 'gemini-3.8-live' },
} as const satisfies Readonly<Record<string, Place>>;

export type PlaceName = keyof typeof PLACES;

/** The names, for `test.for`. */
export const EVERY_PLACE: readonly PlaceName[] = Object.keys(PLACES) as PlaceName[];

const PATIENCE_MS = 10_000;

/** A simulator whose voice needs nothing installed; closed when the test ends. */
export async function startSimulator(
  context: Pick<TestContext, 'onTestFinished'>,
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const simulator = await createSimulator({ voice: 'tones', latencyMs: 20, onNote: () => {}, ...options });
  context.onTestFinished(() => simulator.close());
  return simulator;
}

/** One call, and everything it told. */
export class RealCall {
  readonly simulator: Simulator;
  readonly events: LiveEvent[] = [];
  #handle: LiveHandle | undefined;
  #seen = 0;
  #wake: () => void = () => {};

  constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  /** Opens a call; it is hung up when the test ends. */
  static async open(
    context: Pick<TestContext, 'onTestFinished'>,
    simulator: Simulator,
    options: LiveOptions,
    ports: Omit<ConnectLiveOptions, 'onEvent' | 'environment'> = {},
  ): Promise<RealCall> {
    const call = new RealCall(simulator);
    call.#handle = await connectLive(
      { baseUrl: simulator.url, ...options },
      {
        ...ports,
        environment: {},
        onEvent: (event) => {
          call.events.push(event);
          call.#wake();
        },
      },
    );
    context.onTestFinished(() => call.handle.disconnect());
    return call;
  }

  get handle(): LiveHandle {
    if (this.#handle === undefined) throw new Error('not connected');
    return this.#handle;
  }

  /** The newest connection, as the simulator sees it. */
  get peer(): SessionView {
    const peer = this.simulator.sessions.at(-1);
    if (peer === undefined) throw new Error('nobody connected');
    return peer;
  }

  of<T extends LiveEvent['type']>(type: T): Array<Extract<LiveEvent, { readonly type: T }>> {
    return this.events.filter(
      (event): event is Extract<LiveEvent, { readonly type: T }> => event.type === type,
    );
  }

  /** The messages of the errors so far. */
  get errors(): readonly string[] {
    return this.of('error').map(({ error }) => `${error.code}: ${error.message}`);
  }

  /** The next event of a type that holds, after the last one waited for. */
  async until<T extends LiveEvent['type']>(
    type: T,
    holds: (event: Extract<LiveEvent, { readonly type: T }>) => boolean = () => true,
  ): Promise<Extract<LiveEvent, { readonly type: T }>> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (;;) {
      for (let at = this.#seen; at < this.events.length; at++) {
        const event = this.events[at] as Extract<LiveEvent, { readonly type: T }>;
        if (event.type !== type || !holds(event)) continue;
        this.#seen = at + 1;
        return event;
      }
      await this.#more(deadlineMs - performance.now(), type);
    }
  }

  /** Waits for something that no event tells. */
  async untilTrue(holds: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!holds()) {
      if (performance.now() > deadlineMs) throw new Error(`it never came true: ${this.story}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The types of the events so far, runs of one summed up. */
  get story(): string {
    const types = this.events.map(({ type }) => type);
    return types.filter((type, at) => type !== types[at - 1]).join(' ');
  }

  async #more(leftMs: number, type: string): Promise<void> {
    if (leftMs <= 0) throw new Error(`no ${type} came: ${this.story} ${this.errors.join('; ')}`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, leftMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Sends audio in chunks of 20 ms, at real time; slices of `rateHz` samples. */
export async function speak(handle: LiveHandle, samples: Int16Array, rateHz = 16_000): Promise<void> {
  const chunk = rateHz / 50;
  const startMs = performance.now();
  for (let at = 0; at < samples.length; at += chunk) {
    const dueMs = startMs + (at / rateHz) * 1000;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await handle.sendAudio(samples.subarray(at, at + chunk));
  }
}
