import type { Clock } from '../clock.ts';
import type { ResumeMode, RetryOptions } from '../config/session-config.ts';
import type { ModelProfile } from '../model/profile.ts';
import type { Random } from '../platform/system-random.ts';
import type { Content } from '../protocol/content.ts';

/** What the machine must know besides its state. */
export interface StepContext {
  readonly settings: {
    readonly connectTimeoutMs: number;
    readonly setupTimeoutMs: number;
    readonly retry: Readonly<Required<RetryOptions>>;
    readonly resume: ResumeMode;
    /** From the setup to the timer that replaces the connection; Infinity for never. */
    readonly rotateAfterMs: number;
    /** From that timer to the end that is expected. */
    readonly rotateBeforeMs: number;
    readonly profile: Pick<ModelProfile, 'overlap'>;
    /** The conversation so far, for a session that starts fresh. */
    readonly history?: () => readonly Content[];
  };
  /** Whether the model goes on while a function of this name runs. */
  readonly isBackground: (name: string) => boolean;
  readonly random: Random;
  readonly clock: Pick<Clock, 'nowMs'>;
}
