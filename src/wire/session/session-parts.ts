/** What a SessionHandle is made of, so that tests and decorators can make their own. */
import type { IgnoredSetting } from '../config/ignored-settings.ts';
import type { SessionEnd } from '../connection/connection-state.ts';
import type { ModelProfile } from '../model/profile.ts';
import type { EventHub } from './event-hub.ts';
import type { PhaseWatch } from './phase-watch.ts';
import type { SessionCommand } from './session-command.ts';
import type { ConnectionStatus } from './session-event.ts';

/** Where commands go. A returned promise that nobody awaits never becomes an unhandled rejection. */
export interface CommandSink {
  /**
   * Resolves when the command is written to the socket, or kept until there is one. Rejects with `sessionEnded`,
   * `sendQueueFull`, `unsupportedByModel` or `invalidArgument`. `disconnect` resolves when the session has ended.
   */
  submit(command: SessionCommand): Promise<void>;
  /** The fast lane of `submit({type: 'audio'})`. */
  sendAudio(chunk: Uint8Array): Promise<void>;
}

/** A view of a session's state; each property is the value of now. */
export interface SessionState {
  /** A UUID made on this side; the same across reconnects. */
  readonly sessionId: string;
  readonly profile: ModelProfile;
  /** Settings of the config that the model would have refused, and that were left out. */
  readonly ignoredSettings: readonly IgnoredSetting[];
  readonly connection: ConnectionStatus;
  /** From 1. */
  readonly turn: number;
  readonly generation: number;
  /** Tool calls not yet answered, by id. */
  readonly openCalls: readonly string[];
  /** The newest handle to resume this session from. */
  readonly resumeHandle: string | undefined;
  /** Chunks of input audio dropped because they grew too old while there was no connection. */
  readonly droppedAudioChunks: number;
  /** How long they were, in milliseconds; of encoded audio an estimate, at 64 kbit/s. */
  readonly droppedAudioMs: number;
  /** Resolves when the session has ended, for every waiter. */
  readonly ended: Promise<SessionEnd>;
}

export interface SessionParts {
  readonly commands: CommandSink;
  readonly events: EventHub;
  readonly state: SessionState;
  readonly phase: PhaseWatch;
}
