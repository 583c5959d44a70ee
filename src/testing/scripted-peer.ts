import { Buffer } from 'node:buffer';
import {
  createMemoryTransport,
  type FunctionResponse,
  type MemoryPeer,
  type ServerMessage,
  type Transport,
} from '../wire/index.ts';
import { ExpectationError } from './expectation-error.ts';
import { ManualClock, settle } from './manual-clock.ts';
import { matches, printed, type Shape } from './shape.ts';

export interface ScriptedPeerOptions {
  /** The clock that the session and the peer share. @default a new one */
  readonly clock?: ManualClock;
  /** Whether `setup` is answered by `setupComplete` at once. @default true */
  readonly answersSetup?: boolean;
}

/** What a client sent: one JSON object with `setup`, `clientContent`, `realtimeInput`, `toolResponse` or another key. */
export type ClientFrame = Readonly<Record<string, unknown>>;

export interface SaysOptions {
  /** Length of the audio that goes with the words; 0 for text alone. @default 60 ms a word */
  readonly audioMs?: number;
  /** Ends the turn after the words: generationComplete, then turnComplete. @default false */
  readonly thenCompletes?: boolean;
}

const OUTPUT_RATE_HZ = 24_000;

/**
 * The service's side of a call, at the level of the wire, played by a test: no socket, no model, no waiting. Give
 * {@link ScriptedPeer.transport} and {@link ScriptedPeer.clock} to the session, then say what the service does. Every
 * method that sends resolves when the session has taken it in.
 */
export class ScriptedPeer {
  readonly clock: ManualClock;
  readonly transport: Transport;
  readonly #answersSetup: boolean;
  readonly #received: ClientFrame[] = [];
  #peers: MemoryPeer[] = [];
  #seen = 0;
  #calls = 0;

  constructor(options: ScriptedPeerOptions = {}) {
    this.clock = options.clock ?? new ManualClock();
    this.#answersSetup = options.answersSetup ?? true;
    this.transport = createMemoryTransport((peer) => this.#accept(peer));
  }

  /** Everything the client sent on any connection, in order, setups included. */
  get received(): readonly ClientFrame[] {
    return this.#received;
  }

  /** How many connections were opened. */
  get connections(): number {
    return this.#peers.length;
  }

  /** Bytes of microphone audio received. */
  get heardBytes(): number {
    return this.#received.reduce((sum, frame) => sum + audioBytes(frame), 0);
  }

  // What the client is expected to do

  /** The newest setup; fails when there is none or it lacks what `shape` asks for. */
  async expectSetup(shape: Shape = {}): Promise<ClientFrame> {
    await settle();
    const frame = this.#received.findLast((candidate) => 'setup' in candidate);
    if (frame === undefined) throw new ExpectationError('Expected a setup, but the client sent nothing.');
    if (!matches(frame.setup, shape)) throw ExpectationError.unlike('the setup', shape, frame.setup);
    return frame.setup as ClientFrame;
  }

  /** The next frame, setups aside, that no `expect` took yet and that matches; fails when none is there. */
  async expect(shape: Shape): Promise<ClientFrame> {
    await settle();
    for (let index = this.#seen; index < this.#received.length; index++) {
      const frame = this.#received[index];
      if (frame === undefined || !matches(frame, shape)) continue;
      this.#seen = index + 1;
      return frame;
    }
    const rest = this.#received.slice(this.#seen).filter((frame) => !('setup' in frame));
    throw ExpectationError.unlike('one of the frames not yet expected', shape, rest);
  }

  /** Fails when a frame that matches was received since the last `expect`. */
  async expectNone(shape: Shape): Promise<void> {
    await settle();
    const found = this.#received.slice(this.#seen).find((frame) => matches(frame, shape));
    if (found !== undefined) throw new ExpectationError(`Expected no such frame, but got ${printed(found)}.`);
  }

  // What the service does

  /** The model speaks: audio (a quiet tone) with its transcription, word by word. */
  async says(text: string, options: SaysOptions = {}): Promise<void> {
    const words = text.match(/\S+\s*/g) ?? [];
    const audioMs = options.audioMs ?? words.length * 60;
    for (const word of words) {
      if (audioMs > 0) this.#send({ serverContent: { modelTurn: audioTurn(audioMs / words.length) } });
      this.#send({ serverContent: { outputTranscription: { text: word } } });
    }
    if (options.thenCompletes) return this.completes();
    await settle();
  }

  /** The model writes: a text part. */
  async writes(text: string): Promise<void> {
    await this.sends({ serverContent: { modelTurn: { role: 'model', parts: [{ text }] } } });
  }

  /** The service transcribes what the user said. */
  async hears(text: string): Promise<void> {
    await this.sends({ serverContent: { inputTranscription: { text } } });
  }

  /** The model's turn ends, with token counts. */
  async completes(): Promise<void> {
    this.#send({ serverContent: { generationComplete: true } });
    const usageMetadata = { promptTokenCount: 100, responseTokenCount: 20, totalTokenCount: 120 };
    await this.sends({ serverContent: { turnComplete: true }, usageMetadata });
  }

  /** The user cut in: interrupted, and the end of the turn. */
  async interrupts(): Promise<void> {
    this.#send({ serverContent: { interrupted: true } });
    await this.sends({ serverContent: { turnComplete: true } });
  }

  /** The model calls a tool. Returns the call's id; {@link answerTo} has the answer. */
  async calls(name: string, args: Readonly<Record<string, unknown>> = {}, id?: string): Promise<string> {
    this.#calls += 1;
    const callId = id ?? `call-${this.#calls}`;
    await this.sends({ toolCall: { functionCalls: [{ id: callId, name, args }] } });
    return callId;
  }

  /** The answers that the client sent to a call, in order. */
  answersTo(callId: string): readonly FunctionResponse[] {
    const responses = this.#received.flatMap((frame) => {
      const { functionResponses = [] } = (frame.toolResponse ?? {}) as {
        functionResponses?: FunctionResponse[];
      };
      return functionResponses;
    });
    return responses.filter(({ id }) => id === callId);
  }

  /** The only answer to a call; fails when there is none, or more than one. */
  async answerTo(callId: string): Promise<FunctionResponse> {
    await settle();
    const answers = this.answersTo(callId);
    const [answer] = answers;
    if (answer === undefined || answers.length > 1) {
      throw new ExpectationError(
        `Expected one answer to ${callId}, but there are ${answers.length}: ${printed(answers)}.`,
      );
    }
    return answer;
  }

  /** The service takes calls back. */
  async cancels(...ids: readonly string[]): Promise<void> {
    await this.sends({ toolCallCancellation: { ids } });
  }

  /** The service hands out a handle to resume from. */
  async handsOut(newHandle: string): Promise<void> {
    await this.sends({ sessionResumptionUpdate: { newHandle, resumable: true } });
  }

  /** The service will close in `timeLeftMs`. */
  async goesAway(timeLeftMs: number): Promise<void> {
    await this.sends({ goAway: { timeLeft: `${timeLeftMs / 1000}s` } });
  }

  /** The service closes the connection. */
  async disconnects(code = 1000, reason = ''): Promise<void> {
    this.#peers.at(-1)?.close(code, reason);
    await settle();
  }

  /** Any message, as the service sends it: pretty-printed JSON in a binary frame. */
  async sends(message: ServerMessage): Promise<void> {
    this.#send(message);
    await settle();
  }

  #send(message: ServerMessage): void {
    const peer = this.#peers.at(-1);
    if (peer === undefined)
      throw new ExpectationError('Nobody has connected yet: connect the session first.');
    peer.send(new TextEncoder().encode(`${JSON.stringify(message, null, 2)}\n`));
  }

  #accept(peer: MemoryPeer): void {
    this.#peers = [...this.#peers, peer];
    peer.onFrame = (text) => {
      const frame = JSON.parse(text) as ClientFrame;
      this.#received.push(frame);
      if ('setup' in frame && this.#answersSetup) this.#send({ setupComplete: {} });
    };
  }
}

function audioTurn(
  durationMs: number,
): NonNullable<NonNullable<ServerMessage['serverContent']>['modelTurn']> {
  const samples = new Int16Array(Math.round((durationMs * OUTPUT_RATE_HZ) / 1000));
  for (let index = 0; index < samples.length; index++) samples[index] = 800 * Math.sin(index / 8);
  const data = Buffer.from(samples.buffer).toString('base64');
  return { role: 'model', parts: [{ inlineData: { mimeType: `audio/pcm;rate=${OUTPUT_RATE_HZ}`, data } }] };
}

function audioBytes(frame: ClientFrame): number {
  const { audio } = (frame.realtimeInput ?? {}) as { audio?: { data?: string } };
  return audio?.data === undefined ? 0 : Buffer.byteLength(audio.data, 'base64');
}
