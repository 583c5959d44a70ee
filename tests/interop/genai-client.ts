/** The published `@google/genai`, both majors, behind the few methods these tests use. */
import * as genai3 from '@google/genai';
import * as genai2 from '@google/genai-v2';
import type { Simulator } from '../../src/simulator/index.ts';

/** A message as the SDK hands it over; its two majors name the same fields. */
export interface SdkMessage {
  readonly setupComplete?: { readonly sessionId?: string };
  readonly serverContent?: {
    readonly modelTurn?: {
      readonly parts?: readonly {
        readonly text?: string;
        readonly inlineData?: { readonly data?: string };
      }[];
    };
    readonly inputTranscription?: { readonly text?: string };
    readonly outputTranscription?: { readonly text?: string };
    readonly interrupted?: boolean;
    readonly generationComplete?: boolean;
    readonly turnComplete?: boolean;
  };
  readonly toolCall?: {
    readonly functionCalls?: readonly {
      readonly id?: string;
      readonly name?: string;
      readonly args?: unknown;
    }[];
  };
  readonly toolCallCancellation?: { readonly ids?: readonly string[] };
  readonly usageMetadata?: { readonly responseTokenCount?: number; readonly totalTokenCount?: number };
}

/** What these tests send. */
export interface SdkSession {
  sendClientContent(content: { turns?: unknown; turnComplete?: boolean }): void;
  sendRealtimeInput(input: {
    audio?: { data: string; mimeType: string };
    text?: string;
    audioStreamEnd?: boolean;
    activityStart?: object;
    activityEnd?: object;
  }): void;
  sendToolResponse(response: {
    functionResponses: { id?: string; name: string; response: Record<string, unknown> }[];
  }): void;
  close(): void;
}

/** Which client, in which of the shapes of spec wire §1.5. */
export interface SdkShape {
  readonly major: 2 | 3;
  readonly shape: 'apiKey' | 'apiKeyPath' | 'ephemeralToken' | 'vertexExpress' | 'vertexProxy';
}

const majors = [2, 3] as const;
const shapes = ['apiKey', 'apiKeyPath', 'ephemeralToken', 'vertexExpress', 'vertexProxy'] as const;

/** Every client in every shape. */
export const everyShape: readonly SdkShape[] = majors.flatMap((major) =>
  shapes.map((shape) => ({ major, shape })),
);

/** The model of a shape that speaks natively. */
export function nativeModelOf({ shape }: SdkShape): string {
  return shape.startsWith('vertex')
    ? 'gemini-live-2.5-flash-native-audio'
    : 'gemini-2.5-flash-native-audio-preview-12-2025';
}

/** A connected session and what it got. */
export class SdkCall {
  readonly messages: SdkMessage[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #session: SdkSession | undefined;
  #wake: () => void = () => {};
  #seen = 0;

  get session(): SdkSession {
    if (this.#session === undefined) throw new Error('not connected');
    return this.#session;
  }

  get outputText(): string {
    return this.messages.map(({ serverContent }) => serverContent?.outputTranscription?.text ?? '').join('');
  }

  get inputText(): string {
    return this.messages.map(({ serverContent }) => serverContent?.inputTranscription?.text ?? '').join('');
  }

  /** PCM bytes received. */
  get audioBytes(): number {
    return this.messages
      .flatMap(({ serverContent }) => serverContent?.modelTurn?.parts ?? [])
      .reduce((sum, { inlineData }) => sum + Buffer.from(inlineData?.data ?? '', 'base64').length, 0);
  }

  connected(session: SdkSession): void {
    this.#session = session;
  }

  received(message: SdkMessage): void {
    this.messages.push(message);
    this.#wake();
  }

  ended(code: number, reason: string): void {
    this.closed = { code, reason };
    this.#wake();
  }

  /** The next message that matches, after the last one waited for; rejects after ten seconds or at the end. */
  async next(matches: (message: SdkMessage) => boolean): Promise<SdkMessage> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const at = this.messages.findIndex((message, i) => i >= this.#seen && matches(message));
      const found = this.messages[at];
      if (found !== undefined) {
        this.#seen = at + 1;
        return found;
      }
      const leftMs = deadline - performance.now();
      if (leftMs <= 0)
        throw new Error(`nothing came that matches: ${JSON.stringify(this.messages).slice(0, 400)}`);
      if (this.closed !== undefined) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  turnComplete(): Promise<SdkMessage> {
    return this.next(({ serverContent }) => serverContent?.turnComplete === true);
  }
}

/** Connects the unmodified client to a simulator. */
export async function connectSdk(
  simulator: Simulator,
  shape: SdkShape,
  config: Readonly<Record<string, unknown>> = {},
  model: string = nativeModelOf(shape),
): Promise<SdkCall> {
  const { GoogleGenAI } = shape.major === 3 ? genai3 : genai2;
  const client = new GoogleGenAI(await clientOptions(simulator, shape));
  const call = new SdkCall();
  // The config of these tests is valid for both majors, whose types differ in name only.
  const connect = client.live.connect.bind(client.live) as unknown as (
    parameters: unknown,
  ) => Promise<SdkSession>;
  const session = await connect({
    model,
    config: { responseModalities: ['AUDIO'], ...config },
    callbacks: {
      onmessage: (message: SdkMessage) => call.received(message),
      onclose: ({ code, reason }: { code: number; reason: string }) => call.ended(code, reason),
      onerror: () => {},
    },
  });
  call.connected(session);
  return call;
}

async function clientOptions(
  simulator: Simulator,
  { major, shape }: SdkShape,
): Promise<genai3.GoogleGenAIOptions> {
  const baseUrl = simulator.url;
  switch (shape) {
    case 'apiKey':
      return { apiKey: 'test', httpOptions: { baseUrl } };
    case 'apiKeyPath':
      return { apiKey: 'test', httpOptions: { baseUrl: `${baseUrl}/proxy/x`, apiVersion: 'v1beta' } };
    case 'ephemeralToken': {
      const { GoogleGenAI } = major === 3 ? genai3 : genai2;
      const issuer = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl, apiVersion: 'v1alpha' } });
      const { name = '' } = await issuer.authTokens.create({ config: { uses: 1 } });
      return { apiKey: name, httpOptions: { baseUrl, apiVersion: 'v1alpha' } };
    }
    case 'vertexExpress':
      return { vertexai: true, apiKey: 'test', httpOptions: { baseUrl } };
    case 'vertexProxy':
      return { vertexai: true, httpOptions: { baseUrl: `${baseUrl}/p`, headers: { 'x-proxy': 'yes' } } };
  }
}
