/** The server's side of an in-memory session, for tests of the client. */
import { ManualClock } from '../../src/testing/manual-clock.ts';
import {
  type ConnectOptions,
  createMemoryTransport,
  type MemoryPeer,
  openSession,
  type ServerMessage,
  type SessionConfig,
  type SessionEvent,
  type SessionHandle,
  type Transport,
} from '../../src/wire/index.ts';

/** What a test decides about each connection; by default setup is answered at once. */
export type Accept = (connection: PeerConnection, index: number) => void;

/** One connection as the server sees it. */
export class PeerConnection {
  readonly peer: MemoryPeer;
  /** Every client message, parsed, setup included. */
  readonly received: Array<Record<string, unknown>> = [];
  answersSetup = true;

  constructor(peer: MemoryPeer) {
    this.peer = peer;
    peer.onFrame = (frame) => {
      const message = JSON.parse(frame) as Record<string, unknown>;
      this.received.push(message);
      if ('setup' in message && this.answersSetup) this.say({ setupComplete: {} });
    };
  }

  get setup(): Record<string, unknown> | undefined {
    return this.received.find((message) => 'setup' in message)?.setup as Record<string, unknown> | undefined;
  }

  /** Sends a message as the service does: pretty-printed JSON in a binary frame. */
  say(message: ServerMessage | Record<string, unknown>): void {
    this.peer.send(new TextEncoder().encode(`${JSON.stringify(message, null, 2)}\n`));
  }
}

export interface Rig {
  readonly clock: ManualClock;
  readonly session: SessionHandle;
  readonly events: SessionEvent[];
  readonly connections: PeerConnection[];
  /** The newest connection. */
  readonly server: PeerConnection;
  /** The names of the events so far, phases as `phase:name`. */
  names(): string[];
}

export const CONFIG: SessionConfig = { apiKey: 'test-key', model: 'gemini-3.8-live' };

/** Opens a session against an in-memory server on a manual clock, without waiting for anything. */
export function openRig(
  config: Partial<SessionConfig> = {},
  accept: Accept = () => {},
  options: ConnectOptions = {},
): Rig {
  const clock = new ManualClock();
  const connections: PeerConnection[] = [];
  const transport: Transport = createMemoryTransport((peer) => {
    const connection = new PeerConnection(peer);
    connections.push(connection);
    accept(connection, connections.length - 1);
  });
  const events: SessionEvent[] = [];
  const session = openSession(
    { ...CONFIG, ...config },
    {
      transport,
      clock,
      random: () => 0.5,
      environment: {},
      ...options,
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
    },
  );
  return {
    clock,
    session,
    events,
    connections,
    get server() {
      const newest = connections.at(-1);
      if (newest === undefined) throw new Error('no connection yet');
      return newest;
    },
    names: () => events.map((event) => (event.type === 'phaseChanged' ? `phase:${event.phase}` : event.type)),
  };
}

/** The same, with the session active. */
export async function activeRig(
  config: Partial<SessionConfig> = {},
  accept?: Accept,
  options?: ConnectOptions,
): Promise<Rig> {
  const rig = openRig(config, accept, options);
  await rig.session.waitForPhase('active');
  await settle();
  return rig;
}

/** Lets everything that can happen without time passing happen. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A server frame with one chunk of audio. */
export function audioMessage(pcm: Uint8Array = new Uint8Array(480).fill(7)): ServerMessage {
  const data = Buffer.from(pcm).toString('base64');
  return {
    serverContent: { modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data } }] } },
  };
}
