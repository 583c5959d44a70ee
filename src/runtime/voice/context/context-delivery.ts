/** How steering and facts reach the model beside the user's words (spec: voice §7.2, control §5). */
import type { Content } from '../../../wire/index.ts';

/** When a batch goes out: now, or with what the user says next (a prompt: when the floor is free). */
export type DeliveryMode = 'immediate' | 'deferred';

/** One batch of a boundary. */
export interface ContextPlan {
  /** In the order in which the model is to read them; may be empty. */
  readonly turns: readonly Content[];
  /** True when the model is to speak about it without waiting for the user. */
  readonly prompt: boolean;
  /**
   * What the batch is about, for example `steering`: whatever was queued under the same tag and is still undelivered
   * is dropped, because the newer batch says it again or no longer means it. Without a tag nothing is replaced.
   */
  readonly tag?: string;
}

/** Takes batches; whoever steers has no other way to the wire. Never throws; failures are reported by the host. */
export interface ContextDelivery {
  deliver(plan: ContextPlan, mode: DeliveryMode): void;
}

/** Why an armed prompt was not sent. */
export type PromptCancelReason =
  /** The user began to speak: the model will answer that. */
  'userSpoke' | 'sessionEnded';
