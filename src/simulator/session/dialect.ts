/** How the two platforms and the model generations differ in what they send (spec: wire §3, §9). */
import type { ModelFamily, ModelProfile, Platform } from '../../wire/model/profile.ts';
import type { Content, Part } from '../../wire/protocol/content.ts';
import type { UsageMetadata, VertexUsageMetadata } from '../../wire/protocol/server-messages.ts';
import type { IdSource } from '../random-ids.ts';

/** The shapes of one session. */
export interface Dialect {
  readonly platform: Platform;
  readonly family: ModelFamily;
  /** Audio and its transcript share a frame (3.x); otherwise they come apart, transcript first. */
  readonly bundlesTranscript: boolean;
  /** Transcripts are framed by an empty one and by `{"finished": true}` without text (Vertex). */
  readonly framesTranscripts: boolean;
  /** How far the transcript runs ahead of the audio. */
  readonly transcriptAheadMs: number;
  readonly audioMimeType: string;
  /** A resumption update comes even if the setup did not ask (3.x). */
  readonly offersHandles: boolean;
  /** The turn that called a tool ends when the answer comes, and a new one speaks (2.5 on Vertex). */
  readonly endsTurnAfterTools: boolean;
  /** `generationComplete` follows a tool call (2.0 on Vertex). */
  readonly completesAfterCall: boolean;
  /** A tool response that nobody asked for makes the model speak (Vertex). */
  readonly speaksUnasked: boolean;
  /** `goAway` before the connection limit, in milliseconds. */
  readonly goAwayMs: number;
  /** Longest connection, in milliseconds. */
  readonly connectionLimitMs: number;
  callId(): string;
  modelContent(parts: readonly Part[]): Content;
  usage(usage: UsageMetadata): UsageMetadata | VertexUsageMetadata;
}

const MINUTE_MS = 60_000;

/** The dialect of a model on a platform. */
export function createDialect(profile: ModelProfile, ids: IdSource): Dialect {
  const { platform, family } = profile;
  const vertex = platform === 'vertex';
  const third = family === 'flash3.1' || family === 'live3.8' || family === 'extended3.8';
  return {
    platform,
    family,
    bundlesTranscript: third,
    framesTranscripts: vertex,
    transcriptAheadMs: vertex ? 1000 : 0,
    audioMimeType: vertex && family === 'halfCascade' ? 'audio/pcm' : 'audio/pcm;rate=24000',
    offersHandles: third,
    endsTurnAfterTools: vertex && family === 'native2.5',
    completesAfterCall: vertex && family === 'halfCascade',
    speaksUnasked: vertex,
    goAwayMs: vertex ? MINUTE_MS : 50_000,
    connectionLimitMs: connectionLimitMs(family),
    callId: () => (vertex ? ids.uuid() : ids.functionCall()),
    modelContent: (parts) => (vertex ? { role: 'model', parts } : { parts }),
    usage: (usage) => (vertex ? vertexUsage(usage) : usage),
  };
}

function connectionLimitMs(family: ModelFamily): number {
  switch (family) {
    case 'live3.8':
    case 'extended3.8':
      return 58 * MINUTE_MS;
    case 'flash3.1':
    case 'transcribe':
      return 30 * MINUTE_MS;
    case 'halfCascade':
    case 'native2.5':
    case 'translate':
    case 'unknown':
      return 10 * MINUTE_MS;
  }
}

function vertexUsage(usage: UsageMetadata): VertexUsageMetadata {
  const { responseTokenCount, responseTokensDetails, ...rest } = usage;
  return {
    ...rest,
    ...(responseTokenCount === undefined ? {} : { candidatesTokenCount: responseTokenCount }),
    ...(responseTokensDetails === undefined ? {} : { candidatesTokensDetails: responseTokensDetails }),
    trafficType: 'ON_DEMAND',
  };
}
