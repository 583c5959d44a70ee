/** Plausible token counts (spec: wire §4, Limits): nobody here tokenises. */
import type { Content, Part } from '../../wire/protocol/content.ts';
import type { ModalityTokenCount } from '../../wire/protocol/server-messages.ts';

/** Tokens by modality. */
export interface TokenCounts {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

export const NO_TOKENS: TokenCounts = { text: 0, audio: 0, image: 0 };

const CHARS_PER_TOKEN = 4;
const AUDIO_IN_PER_SECOND = 25;
const AUDIO_OUT_PER_SECOND = 32;
const IMAGE_TOKENS = 258;

/** About four characters a token. */
export function textTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/** 25 tokens a second of audio that was heard. */
export function audioInTokens(durationMs: number): number {
  return Math.round((durationMs * AUDIO_IN_PER_SECOND) / 1000);
}

/** 32 tokens a second of audio that was spoken. */
export function audioOutTokens(durationMs: number): number {
  return Math.round((durationMs * AUDIO_OUT_PER_SECOND) / 1000);
}

/** The cost of written content. */
export function contentTokens(content: Content): TokenCounts {
  return content.parts.reduce((sum, part) => addTokens(sum, partTokens(part)), NO_TOKENS);
}

export function addTokens(a: TokenCounts, b: TokenCounts): TokenCounts {
  return { text: a.text + b.text, audio: a.audio + b.audio, image: a.image + b.image };
}

export function totalTokens(counts: TokenCounts): number {
  return counts.text + counts.audio + counts.image;
}

/** The details list of usage metadata; modalities without tokens are left out. */
export function tokenDetails(counts: TokenCounts): readonly ModalityTokenCount[] {
  const all: readonly (readonly [string, number])[] = [
    ['TEXT', counts.text],
    ['AUDIO', counts.audio],
    ['IMAGE', counts.image],
  ];
  return all.filter(([, count]) => count > 0).map(([modality, tokenCount]) => ({ modality, tokenCount }));
}

function partTokens(part: Part): TokenCounts {
  if (part.text !== undefined) return { ...NO_TOKENS, text: textTokens(part.text) };
  if (part.inlineData !== undefined) return { ...NO_TOKENS, image: IMAGE_TOKENS };
  const data = part.functionCall ?? part.functionResponse;
  return data === undefined ? NO_TOKENS : { ...NO_TOKENS, text: textTokens(JSON.stringify(data)) };
}

/** One still image. */
export const imageTokens: TokenCounts = { text: 0, audio: 0, image: IMAGE_TOKENS };
