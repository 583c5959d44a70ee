/** What a simulator can be told, and what it does when it is not. */
import type { Clock } from '../wire/clock.ts';
import type { Platform } from '../wire/model/profile.ts';
import type { Random } from '../wire/platform/system-random.ts';
import type { Setup } from '../wire/protocol/setup.ts';
import type { Brain } from './brain/brain.ts';
import { checkFaults } from './faults/check-faults.ts';
import type { Fault } from './faults/fault.ts';
import { checkPlan, type FaultPlan } from './faults/fault-plan.ts';
import type { SimulatorNote } from './note-log.ts';
import type { AcceptedKeys } from './routing/access.ts';
import type { AcceptedModels } from './setup/model-catalog.ts';
import type { Voice } from './voice/voice.ts';

/** Bounds. A connection over a limit is closed, never slowed. */
export interface SimulatorLimits {
  /** Largest client frame; a larger one closes with 1009. @default 16777216 (16 MiB) */
  readonly frameBytes: number;
  /** Sessions at one time; the next closes with 1011 RESOURCE_EXHAUSTED. @default 5000 */
  readonly sessions: number;
  /**
   * Longest connection in milliseconds; `goAway` comes 50 s (Vertex 60 s) before. Infinity turns it off.
   * @default by model: 58 minutes on 3.8, 30 on 3.1, 10 on others (spec: wire §4 Limits)
   */
  readonly connectionMs: number | undefined;
  /**
   * Longest time without a client message; then 1008 `The operation was aborted.` The real service takes 86 to 198 s.
   * @default Infinity
   */
  readonly idleMs: number;
  /**
   * Longest time from the open socket to the setup; then 1008 `The operation was aborted.` The service's own figure is
   * unpublished; this lies in the range of its idle limit. Infinity turns it off. @default 120000
   */
  readonly setupMs: number;
  /** A client that has this much unread is cut off. @default 33554432 (32 MiB) */
  readonly unreadBytes: number;
  /** Largest REST body. @default 20971520 (20 MiB) */
  readonly bodyBytes: number;
  /** How long a handle is good after its session ended. @default 7200000 (two hours, as documented) */
  readonly handleMs: number;
}

/**
 * Which voice speaks. `auto` takes espeak-ng when it is installed, else the wasm peer
 * `@echogarden/espeak-ng-emscripten`, else the built-in tones.
 */
export type VoiceChoice = 'auto' | 'tones' | 'espeak' | 'espeakWasm' | Voice;

/** Options of `createSimulator`; all have defaults. */
export interface SimulatorOptions {
  /** TCP port; 0 picks a free one. @default 0 */
  readonly port?: number;
  /** Interface to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** The shape of connections whose path names no service; a path that names one decides itself. @default 'googleAi' */
  readonly platform?: Platform;
  /** What frames the server sends. The real service sends binary ones. @default 'binary' */
  readonly frames?: 'binary' | 'text';
  /** What answers. @default `createEchoBrain()` */
  readonly brain?: Brain;
  /** What speaks. @default 'auto', but 'tones' when `clock` is given: a process does not keep simulated time */
  readonly voice?: VoiceChoice;
  /** Time. @default the system's */
  readonly clock?: Clock;
  /** What goes wrong. @default nothing */
  readonly faults?: readonly Fault[] | FaultPlan;
  /**
   * Names the conversation a setup belongs to, so that a fresh session after a lost one joins it in the ledger.
   * @default a resumed session belongs to the one it resumes, a fresh one is a conversation of its own
   */
  readonly conversationOf?: (setup: Setup) => string | undefined;
  /** Whether the ledger keeps a hash of every audio chunk, 50 a second. @default false */
  readonly hashAudio?: boolean;
  /** Which API keys are good. @default 'any' */
  readonly apiKeys?: AcceptedKeys;
  /** Which models there are. @default 'known' */
  readonly models?: AcceptedModels;
  /** Writes down an utterance (16 kHz mono); undefined falls back to a placeholder. @default none */
  readonly transcribe?: (samples: Int16Array) => string | undefined | Promise<string | undefined>;
  /** From the end of the user's turn to the first output, in milliseconds. @default 150 */
  readonly latencyMs?: number;
  /** How much faster than real time audio is sent, at most 4. @default 4 */
  readonly speed?: number;
  readonly limits?: Partial<SimulatorLimits>;
  /** The date when the simulator starts, for token and handle lifetimes. @default now */
  readonly startedAt?: Date;
  /** Makes ids. @default the system's */
  readonly random?: Random;
  /** Told of what the protocol has no word for. @default nobody */
  readonly onNote?: (note: SimulatorNote) => void;
}

/** Options with defaults, as sessions see them. */
export interface ResolvedOptions {
  readonly platform: Platform;
  readonly frames: 'binary' | 'text';
  readonly faults: FaultPlan;
  readonly apiKeys: AcceptedKeys;
  readonly models: AcceptedModels;
  readonly transcribe: SimulatorOptions['transcribe'];
  readonly latencyMs: number;
  readonly speed: number;
  readonly limits: SimulatorLimits;
}

const MEBIBYTE = 1024 * 1024;

const VOICES: readonly unknown[] = ['auto', 'tones', 'espeak', 'espeakWasm'] satisfies VoiceChoice[];

/** Fills in defaults. Throws a `RangeError` for an option that is not usable. */
export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  const { brain, faults = [], latencyMs = 150, speed = 4, voice } = options;
  if (!(speed > 0 && speed <= 4)) throw new RangeError(`speed is ${speed}: use a number above 0, at most 4`);
  if (!(latencyMs >= 0)) throw new RangeError(`latencyMs is ${latencyMs}: use milliseconds from 0`);
  if (brain !== undefined && typeof brain !== 'function') throw new RangeError('brain must be a function');
  if (typeof voice === 'string' && !VOICES.includes(voice)) {
    throw new RangeError(`voice must be a Voice or one of: ${VOICES.join(', ')}`);
  }
  const plan: FaultPlan = isList(faults) ? { always: faults } : faults;
  if (isList(faults)) checkFaults(faults);
  else checkPlan(faults);
  return {
    platform: options.platform ?? 'googleAi',
    frames: options.frames ?? 'binary',
    faults: plan,
    apiKeys: options.apiKeys ?? 'any',
    models: options.models ?? 'known',
    transcribe: options.transcribe,
    latencyMs,
    speed,
    limits: {
      frameBytes: 16 * MEBIBYTE,
      sessions: 5000,
      connectionMs: undefined,
      idleMs: Number.POSITIVE_INFINITY,
      setupMs: 120_000,
      unreadBytes: 32 * MEBIBYTE,
      bodyBytes: 20 * MEBIBYTE,
      handleMs: 2 * 60 * 60 * 1000,
      ...options.limits,
    },
  };
}

function isList(faults: readonly Fault[] | FaultPlan): faults is readonly Fault[] {
  return Array.isArray(faults);
}
