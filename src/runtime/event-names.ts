import { didYouMean } from '../flow/index.ts';
import type { LiveEventType } from './live-event.ts';
import { type OptionProblem, RuntimeError } from './runtime-error.ts';

/** Every type of event there is. */
const TYPES: Readonly<Record<LiveEventType, true>> = {
  ...{ audio: true, media: true, textDelta: true, textComplete: true, thought: true },
  ...{ inputTranscript: true, outputTranscript: true, vadStart: true, vadEnd: true },
  ...{ extraction: true, extractionError: true, statePromotion: true, phaseTransition: true },
  ...{ toolExecution: true, toolCancelled: true, turnComplete: true, interrupted: true },
  ...{ connected: true, disconnected: true, error: true, goAway: true, rotated: true },
  ...{ telemetry: true, turnMetrics: true, turnRecord: true, lagged: true },
  ...{ fillerCue: true, reprompted: true, verbatimChecked: true, violation: true, deadAir: true },
};

/** Listeners of events that never come. */
export function unknownEvents(listeners: object | undefined, path: string): readonly OptionProblem[] {
  return Object.keys(listeners ?? {})
    .filter((type) => !Object.hasOwn(TYPES, type))
    .map((type) => ({ path: `${path}.${type}`, message: noSuchEvent(type) }));
}

/** Throws `invalidArgument` for a type that no event has: whoever waits for it would wait for ever. */
export function requireEventType(type: unknown): void {
  if (typeof type !== 'string') {
    throw new RuntimeError('invalidArgument', 'The type of an event is a text, for example turnRecord.');
  }
  if (!Object.hasOwn(TYPES, type)) throw new RuntimeError('invalidArgument', noSuchEvent(type));
}

/** Throws `invalidArgument` for a listener that could not be called. */
export function requireListener(listener: unknown): void {
  if (typeof listener === 'function') return;
  throw new RuntimeError('invalidArgument', 'A listener of events is a function.');
}

function noSuchEvent(type: string): string {
  return `There is no event "${type}".${didYouMean(type, Object.keys(TYPES))}`;
}

/** Every type of event. The keys of the record are the types. */
export const EVENT_TYPES: readonly LiveEventType[] = Object.keys(TYPES) as LiveEventType[];
