/** Options of `NoiseFloor`, in frames so that they do not depend on the frame's length. */
export interface NoiseFloorOptions {
  /** Where the estimate begins, and the lowest it goes before it has heard the room, in dBFS. */
  readonly initialDbfs: number;
  /** Frames in half of the window whose quietest frame the floor may not stay below. */
  readonly windowFrames: number;
}

/** Slowest adaptation to sound in silence (the reference's 1 %). */
const SLOWEST_RATE = 0.01;
/** Adaptation to sound quieter than the floor: an estimate that is too high makes the detector deaf. */
const FALLING_RATE = 0.05;
/** Fast adaptation ends this far above the initial estimate: what is louder may be a voice. */
const MAX_FAST_RISE_DB = 18;
/** A frame this quiet is a muted or not yet running microphone: it says nothing about the room. */
const MUTED_DBFS = -75;

/**
 * Estimates the level of the background, in dBFS.
 *
 * In silence it follows the sound, at first quickly (weight 1/n for the n-th frame) and then by 1 % a frame, faster
 * downwards. In every state, speech included, it is raised to the quietest frame of the last one to two windows:
 * speech has gaps and noise has none, so a rise of the noise cannot hold the detector open (minimum statistics, after
 * R. Martin, "Noise Power Spectral Density Estimation Based on Optimal Smoothing and Minimum Statistics", 2001).
 * Digital silence lowers it towards its beginning; after a window of it, it starts afresh.
 */
export class NoiseFloor {
  /** The present estimate. */
  dbfs: number;
  readonly #options: NoiseFloorOptions;
  readonly #fastLimitDbfs: number;
  #hasHeard = false;
  #silentFrames = 0;
  #framesMuted = 0;
  #framesInWindow = 0;
  #quietestNow = Number.POSITIVE_INFINITY;
  #quietestBefore = Number.NEGATIVE_INFINITY;

  constructor(options: NoiseFloorOptions) {
    this.#options = options;
    this.#fastLimitDbfs = options.initialDbfs + MAX_FAST_RISE_DB;
    this.dbfs = options.initialDbfs;
  }

  /**
   * Hears a frame before it is judged. The very first sound sets the floor at once, so that a noisy line does not open
   * the detector; up to a limit, so that a stream which begins in the middle of a word is still heard.
   */
  listen(energyDbfs: number): void {
    if (this.#hasHeard || energyDbfs <= MUTED_DBFS) return;
    this.dbfs = Math.min(Math.max(energyDbfs, this.#options.initialDbfs), this.#fastLimitDbfs);
    this.#hasHeard = true;
  }

  /** Takes a judged frame into account; `isSilence` says that the detector was and stays silent. */
  adapt(energyDbfs: number, isSilence: boolean): void {
    // Muted frames count, so that the fading ends of words in digital silence do not become the room.
    if (isSilence) this.#silentFrames++;
    if (energyDbfs <= MUTED_DBFS) {
      this.#countMuted();
    } else {
      this.#framesMuted = 0;
      if (isSilence) this.#follow(energyDbfs);
    }
    this.#raiseToQuietest(energyDbfs);
  }

  #follow(energyDbfs: number): void {
    const difference = energyDbfs - this.dbfs;
    const fast = this.dbfs + difference / this.#silentFrames;
    if (difference < 0) {
      this.dbfs = Math.min(fast, this.dbfs + FALLING_RATE * difference);
    } else {
      this.dbfs = Math.max(Math.min(fast, this.#fastLimitDbfs), this.dbfs + SLOWEST_RATE * difference);
    }
  }

  /** A microphone that is gated between words has no noise to hide them: the floor sinks back, but a lost packet leaves it. */
  #countMuted(): void {
    this.dbfs = Math.min(this.dbfs, this.dbfs + FALLING_RATE * (this.#options.initialDbfs - this.dbfs));
    if (++this.#framesMuted < this.#options.windowFrames) return;
    this.dbfs = this.#options.initialDbfs;
    this.#hasHeard = false;
    this.#silentFrames = 0;
  }

  #raiseToQuietest(energyDbfs: number): void {
    this.#quietestNow = Math.min(this.#quietestNow, energyDbfs);
    if (++this.#framesInWindow < this.#options.windowFrames) return;
    this.dbfs = Math.max(this.dbfs, Math.min(this.#quietestNow, this.#quietestBefore));
    this.#quietestBefore = this.#quietestNow;
    this.#quietestNow = Number.POSITIVE_INFINITY;
    this.#framesInWindow = 0;
  }
}
