/**
 * A Kaiser-windowed sinc low-pass cut into polyphase branches (Crochiere and Rabiner, "Multirate Digital Signal
 * Processing", ch. 4; Kaiser's window and its length formula, 1974).
 */

/** How much of the band survives and how well the rest is suppressed. */
export interface FilterShape {
  /** End of the flat band, as a fraction of the lower of both Nyquist frequencies, where the stop band begins. */
  readonly passband: number;
  /** Suppression of aliases and images, in dB. */
  readonly stopbandDb: number;
}

/** One filter table, immutable after construction and safe to share. */
export interface PolyphaseFilter {
  /** Coefficients per branch: a multiple of 4. */
  readonly taps: number;
  /** `up` branches of `taps` coefficients; branch p serves outputs that fall p/up of a sample after an input. */
  readonly coefficients: Float64Array;
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/**
 * Designs the filter that changes a rate by `up / down` (in lowest terms).
 *
 * Every branch is scaled to unity gain at DC, so a constant input gives exactly that constant at every phase.
 */
export function designPolyphaseFilter(up: number, down: number, shape: FilterShape): PolyphaseFilter {
  // Frequencies as fractions of the input's Nyquist: going down, the output's lower Nyquist decides.
  const stop = Math.min(1, up / down);
  const transition = stop * (1 - shape.passband);
  const cutoff = stop - transition / 2;
  const beta = 0.1102 * (shape.stopbandDb - 8.7);
  const length = (shape.stopbandDb - 7.95) / (2.285 * Math.PI * transition);
  const half = 2 * Math.ceil(length / 4);
  const taps = 2 * half;
  const coefficients = new Float64Array(up * taps);
  const windowScale = 1 / besselI0(beta);
  for (let branch = 0; branch < up; branch++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - (half - 1) - branch / up;
      const edge = distance / half;
      const angle = Math.PI * cutoff * distance;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      const value = sinc * besselI0(beta * Math.sqrt(Math.max(0, 1 - edge * edge))) * windowScale;
      coefficients[branch * taps + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < taps; tap++) {
      const at = branch * taps + tap;
      coefficients[at] = (coefficients[at] as number) / sum;
    }
  }
  return { taps, coefficients };
}
