/** A client that speaks plain JSON to a simulator through its in-memory transport, on a manual clock. */
import { createToneVoice, OUTPUT_RATE_HZ, type Simulator } from '../../src/simulator/index.ts';
import type { ManualClock } from '../../src/testing/manual-clock.ts';
import type { ServerMessage } from '../../src/wire/protocol/server-messages.ts';
import type { SocketClose } from '../../src/wire/transport/transport.ts';

export const googleAiPath =
  '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=test';
export const vertexPath = '/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent';
export const nativeModel = 'models/gemini-2.5-flash-native-audio-preview-12-2025';
export const textModel = 'models/gemini-2.0-flash-live-001';
export const model31 = 'models/gemini-3.1-flash-live-preview';
export const model38 = 'models/gemini-3.8-live';
export const vertexModel =
  'projects/p/locations/us-central1/publishers/google/models/gemini-live-2.5-flash-native-audio';

/** A message and when it came. */
export interface Arrival {
  readonly atMs: number;
  readonly message: ServerMessage;
}

export interface DialOptions {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call. */
export class RawCaller {
  readonly arrivals: Arrival[] = [];
  readonly rawFrames: (string | Uint8Array)[] = [];
  closed: SocketClose | undefined;
  opened = false;
  #seen = 0;
  readonly #clock: ManualClock;
  readonly #socket: ReturnType<Simulator['transport']['open']>;

  constructor(simulator: Simulator, clock: ManualClock, options: DialOptions = {}) {
    this.#clock = clock;
    const { path = googleAiPath, headers = {} } = options;
    this.#socket = simulator.transport.open(
      { url: `ws://simulator${path}`, headers, maxFrameBytes: 64 * 1024 * 1024 },
      {
        opened: () => {
          this.opened = true;
        },
        frame: (data) => {
          this.rawFrames.push(data);
          const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
          try {
            this.arrivals.push({ atMs: clock.nowMs(), message: JSON.parse(text) as ServerMessage });
          } catch {
            // A malformed frame is kept in rawFrames only.
          }
        },
        alive: () => {},
        closed: (close) => {
          this.closed = close;
        },
      },
    );
  }

  get messages(): readonly ServerMessage[] {
    return this.arrivals.map(({ message }) => message);
  }

  /** The kinds of what came, in order, audio and transcripts summed up. */
  get kinds(): readonly string[] {
    const kinds = this.messages.map(kindOf);
    return kinds.filter((kind, i) => kind !== kinds[i - 1] || !/^(audio|transcript|words)/.test(kind));
  }

  /** PCM bytes of each audio chunk that came. */
  get audioChunks(): readonly number[] {
    return this.messages.flatMap((message) =>
      (message.serverContent?.modelTurn?.parts ?? []).flatMap(({ inlineData }) =>
        inlineData === undefined ? [] : [Buffer.from(inlineData.data, 'base64').length],
      ),
    );
  }

  get outputText(): string {
    return this.messages.map((message) => message.serverContent?.outputTranscription?.text ?? '').join('');
  }

  get inputText(): string {
    return this.messages.map((message) => message.serverContent?.inputTranscription?.text ?? '').join('');
  }

  get handles(): readonly string[] {
    return this.messages.flatMap(({ sessionResumptionUpdate }) => sessionResumptionUpdate?.newHandle ?? []);
  }

  send(json: unknown): void {
    this.#socket.send(typeof json === 'string' ? json : JSON.stringify(json));
  }

  say(text: string): void {
    this.send({ clientContent: { turns: [{ role: 'user', parts: [{ text }] }], turnComplete: true } });
  }

  sendAudio(samples: Int16Array, mimeType = 'audio/pcm;rate=24000'): void {
    const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
    this.send({ realtimeInput: { audio: { data, mimeType } } });
  }

  /** Streams audio at real time in 100 ms chunks. */
  async stream(samples: Int16Array, rateHz = OUTPUT_RATE_HZ): Promise<void> {
    const chunk = rateHz / 10;
    for (let at = 0; at < samples.length; at += chunk) {
      this.sendAudio(samples.subarray(at, at + chunk), `audio/pcm;rate=${rateHz}`);
      await this.#clock.advanceAsync(100);
    }
  }

  /** Runs the clock until a message matches that came after the last one waited for; whether one did. */
  async until(matches: (message: ServerMessage) => boolean, limitMs = 60_000): Promise<boolean> {
    const found = (): number =>
      this.arrivals.findIndex(({ message }, i) => i >= this.#seen && matches(message));
    const reached = await this.#clock.runUntil(() => found() >= 0, limitMs);
    this.#seen = reached ? found() + 1 : this.arrivals.length;
    return reached;
  }

  async untilTurnComplete(limitMs = 60_000): Promise<boolean> {
    return this.until(({ serverContent }) => serverContent?.turnComplete === true, limitMs);
  }

  async untilClosed(limitMs = 60_000): Promise<SocketClose | undefined> {
    await this.#clock.runUntil(() => this.closed !== undefined, limitMs);
    return this.closed;
  }

  hangUp(): void {
    this.#socket.close(1000, '');
  }

  drop(): void {
    this.#socket.terminate();
  }
}

/** Dials and sets up; the setup's answer has come when this resolves, unless there is none. */
export async function dial(
  simulator: Simulator,
  clock: ManualClock,
  setup: Readonly<Record<string, unknown>> = {},
  options: DialOptions = {},
): Promise<RawCaller> {
  const caller = new RawCaller(simulator, clock, options);
  await clock.advanceAsync(0);
  caller.send({ setup: { model: nativeModel, ...setup } });
  await clock.advanceAsync(0);
  return caller;
}

/** What a message mainly is. */
export function kindOf(message: ServerMessage): string {
  const content = message.serverContent;
  if (message.setupComplete !== undefined) return 'setupComplete';
  if (message.toolCall !== undefined) return 'toolCall';
  if (message.toolCallCancellation !== undefined) return 'toolCallCancellation';
  if (message.goAway !== undefined) return 'goAway';
  if (message.sessionResumptionUpdate !== undefined) {
    return message.sessionResumptionUpdate.resumable === true ? 'handle' : 'noHandle';
  }
  if (message.voiceActivity !== undefined) return message.voiceActivity.type ?? 'voiceActivity';
  if (content === undefined) return 'other';
  if (content.interrupted === true) return 'interrupted';
  if (content.turnComplete === true) return 'turnComplete';
  if (content.generationComplete === true) return 'generationComplete';
  if (content.waitingForInput === true) return 'waitingForInput';
  if (content.interimInputTranscription !== undefined) return 'interim';
  if (content.inputTranscription !== undefined) return 'words';
  const parts = content.modelTurn?.parts ?? [];
  if (parts.some(({ inlineData }) => inlineData !== undefined)) return 'audio';
  if (parts.some(({ thought }) => thought === true)) return 'thought';
  if (parts.some(({ text }) => text !== undefined)) return 'text';
  return content.outputTranscription === undefined ? 'empty' : 'transcript';
}

/** Something that sounds like speech: the tone voice, 24 kHz. */
export function speech(text: string): Int16Array {
  const spoken = createToneVoice().speak(text, {
    voiceName: undefined,
    languageCode: undefined,
    signal: new AbortController().signal,
  });
  if (spoken instanceof Promise) throw new TypeError('the tone voice answers at once');
  return spoken.samples;
}

/** Silence, 24 kHz. */
export function silence(ms: number): Int16Array {
  return new Int16Array((OUTPUT_RATE_HZ * ms) / 1000);
}
