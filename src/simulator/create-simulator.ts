/// <reference lib="esnext.disposable" preserve="true" />
/** A Gemini Live server in this process, with ears, a brain and a voice. */
import { systemClock } from '../wire/platform/system-clock.ts';
import { systemRandom } from '../wire/platform/system-random.ts';
import type { Transport } from '../wire/transport/transport.ts';
import { createEchoBrain } from './brain/echo-brain.ts';
import { ConversationBook } from './ledger/conversation-book.ts';
import type { ConversationLedger } from './ledger/conversation-record.ts';
import { createNoteLog, type SimulatorNote } from './note-log.ts';
import { createFrameParser } from './protocol/client-frame.ts';
import { createIdSource } from './random-ids.ts';
import { createRestHandler } from './rest/rest-handler.ts';
import { createResumptionStore } from './resumption/resumption-store.ts';
import { ConnectionSet } from './server/connection-set.ts';
import { createSimulatorTransport } from './server/memory-transport.ts';
import { listen } from './server/socket-server.ts';
import type { SessionView } from './session/session-view.ts';
import { resolveOptions, type SimulatorOptions } from './simulator-options.ts';
import { createTokenStore } from './tokens/token-store.ts';
import { chooseVoice } from './voice/choose-voice.ts';
import { createWallClock } from './wall-clock.ts';
import type { World } from './world.ts';

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`: what `baseUrl` of a client takes. */
  readonly url: string;
  readonly port: number;
  /** Connects without sockets, for tests on a manual clock; URLs are routed as real ones are, whatever their host. */
  readonly transport: Transport;
  /** Connections, oldest first, live: every open one and the last hundred closed ones. */
  readonly sessions: readonly SessionView[];
  /** The keys of all conversations, oldest first. */
  readonly conversations: readonly string[];
  /** What the model of a conversation knows; without a key, of the only one there is. Undefined when there is none. */
  ledger(conversation?: string): ConversationLedger | undefined;
  /** The last 200 notes. */
  readonly notes: readonly SimulatorNote[];
  /** Ends every connection (1001) and stops listening. Every call returns the same promise. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a simulator. Rejects with the system's error when the port or the interface cannot be had, and with a
 * `RangeError` for an option that is not usable.
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const connections = new ConnectionSet(world);
  const { host = '127.0.0.1', port = 0 } = options;
  const server = await listen(world, connections, createRestHandler(world), { port, host });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      connections.closeAll();
      await server.close();
    })();
    return closing;
  };
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${server.port}`,
    port: server.port,
    transport: createSimulatorTransport(connections, world.options.frames),
    get sessions() {
      return connections.views;
    },
    get conversations() {
      return world.conversations.records.map(({ conversation }) => conversation);
    },
    ledger(conversation) {
      if (conversation !== undefined) return world.conversations.get(conversation);
      const { records } = world.conversations;
      return records.length === 1 ? records[0] : undefined;
    },
    get notes() {
      return world.notes.notes;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function createWorld(options: SimulatorOptions): World {
  const clock = options.clock ?? systemClock;
  // The only look at the calendar: from here on the date moves with the injected clock.
  const startedAt = options.startedAt ?? new Date();
  const wallClock = createWallClock(clock, startedAt.getTime());
  const ids = createIdSource(options.random ?? systemRandom);
  const notes = createNoteLog(options.onNote ?? warnOfFailure);
  const resolved = resolveOptions(options);
  const choice = options.voice ?? (options.clock === undefined ? 'auto' : 'tones');
  return {
    options: resolved,
    clock,
    wallClock,
    ids,
    notes,
    brain: options.brain ?? createEchoBrain(),
    voice: chooseVoice(choice, notes),
    tokens: createTokenStore(ids, wallClock),
    resumption: createResumptionStore(ids, wallClock, resolved.limits.handleMs),
    conversations: new ConversationBook({
      clock,
      conversationOf: options.conversationOf,
      keepHashes: options.hashAudio === true,
      plan: resolved.faults,
    }),
    parsers: { googleAi: createFrameParser('googleAi'), vertex: createFrameParser('vertex') },
  };
}

const WARNED: ReadonlyArray<SimulatorNote['type']> = ['brainFailed', 'placeholderEmpty', 'serverFailed'];

/** Without a listener, a brain that throws would show as a closed connection only, and an empty placeholder not at all. */
function warnOfFailure({ type, message, cause }: SimulatorNote): void {
  if (!WARNED.includes(type)) return;
  const why = cause instanceof Error ? `: ${cause.stack ?? cause.message}` : '';
  process.emitWarning(`${message}${why}`, { type: 'ParlandoSimulatorWarning', code: type });
}
