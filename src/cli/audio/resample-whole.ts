/** A whole recording at another rate. */
import { createResampler, type ResamplerQuality } from '../../audio/index.ts';

/** Converts mono samples; the result is `samples` itself at equal rates. Throws an AudioError for odd rates. */
export function resampleWhole(
  samples: Int16Array,
  fromHz: number,
  toHz: number,
  quality: ResamplerQuality = 'high',
): Int16Array {
  const resampler = createResampler({ fromHz, toHz, quality });
  const body = resampler.process(samples);
  const tail = resampler.flush();
  if (tail.length === 0) return body;
  const whole = new Int16Array(body.length + tail.length);
  whole.set(body);
  whole.set(tail, body.length);
  return whole;
}
