/** What a `mimeType` of incoming audio means (spec: wire §2.3). */

/** Raw PCM16 little-endian at a rate, or not something the service takes. */
export type PcmFormat = { readonly rateHz: number } | undefined;

const RAW = /^audio\/(?:pcm|l16|raw|x-raw|s16le)$/;
const DEFAULT_RATE_HZ = 16_000;
const MIN_RATE_HZ = 8_000;
const MAX_RATE_HZ = 48_000;

/** Reads `audio/pcm;rate=16000`; without a rate 16,000 Hz. */
export function pcmFormat(mimeType: string | undefined): PcmFormat {
  const [type = '', ...parameters] = (mimeType || 'audio/pcm').toLowerCase().split(';');
  if (!RAW.test(type.trim())) return undefined;
  const rate = parameters.map((parameter) => /^\s*rate\s*=\s*(\d+)\s*$/.exec(parameter)?.[1]).find(Boolean);
  const rateHz = rate === undefined ? DEFAULT_RATE_HZ : Number(rate);
  return rateHz >= MIN_RATE_HZ && rateHz <= MAX_RATE_HZ ? { rateHz } : undefined;
}
