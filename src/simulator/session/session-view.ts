/** A connection as a test sees it, with hands to disturb it. */
import type { Platform } from '../../wire/model/profile.ts';
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import type { Content } from '../../wire/protocol/content.ts';
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import type { Setup } from '../../wire/protocol/setup.ts';
import type { Fault } from '../faults/fault.ts';
import type { Connection } from './connection.ts';
import type { TurnState } from './turn-state.ts';

/** One connection, live: each property is read when it is asked for. */
export interface SessionView {
  /** Counted from 1 over the life of the simulator. */
  readonly connection: number;
  readonly platform: Platform;
  /** The key of its conversation, for `ledger`; undefined before the setup. */
  readonly conversation: string | undefined;
  readonly phase: 'awaitingSetup' | 'mute' | 'active' | 'closed';
  /** As a token's lock left it; undefined before the setup and after the end. */
  readonly setup: Setup | undefined;
  /** Whether it went on from a handle. */
  readonly resumed: boolean;
  readonly turnPhase: TurnState['phase'];
  readonly userSpeaks: boolean;
  /** Audio heard, in milliseconds. */
  readonly heardMs: number;
  readonly history: readonly Content[];
  /** The last 500 client messages, without media. */
  readonly received: readonly ClientMessage[];
  /** How many audio and video messages came. */
  readonly mediaReceived: number;
  /** The last 500 server messages, without media. */
  readonly sent: readonly ServerMessage[];
  /** PCM bytes sent. */
  readonly audioSentBytes: number;
  /** How it ended. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  /** Adds a fault; moments count from now. */
  inject(fault: Fault): void;
  /** Closes from the server's side. */
  close(code: number, reason?: string): void;
  /** Drops the connection: the client sees 1006. */
  reset(): void;
}

/** The view of a connection. */
export function viewOf(connection: Connection): SessionView {
  const state = () => connection.state;
  const session = () => {
    const now = state();
    if (now.phase === 'active') return now.session;
    return now.phase === 'closed' ? now.last : undefined;
  };
  const { transcript } = connection;
  return {
    connection: connection.number,
    platform: connection.route.kind === 'live' ? connection.route.platform : 'googleAi',
    get conversation() {
      return connection.conversation;
    },
    get phase() {
      return state().phase;
    },
    get setup() {
      const now = state();
      return now.phase === 'active' || now.phase === 'mute' ? now.setup : undefined;
    },
    get resumed() {
      const now = state();
      return now.phase === 'active' && now.resumed;
    },
    get turnPhase() {
      return session()?.turnPhase ?? 'idle';
    },
    get userSpeaks() {
      return session()?.userSpeaks ?? false;
    },
    get heardMs() {
      return session()?.heardMs ?? 0;
    },
    get history() {
      return session()?.history ?? [];
    },
    get received() {
      return transcript.received;
    },
    get mediaReceived() {
      return transcript.mediaReceived;
    },
    get sent() {
      return transcript.sent;
    },
    get audioSentBytes() {
      return transcript.audioSentBytes;
    },
    get closed() {
      const now = state();
      return now.phase === 'closed' ? { code: now.code, reason: now.reason } : undefined;
    },
    inject: (fault) => connection.line.inject(fault),
    close: (code, reason = '') => connection.line.close(code, reason),
    reset: () => connection.line.reset(),
  };
}
