import { type LiveEvent, type LiveHandle, type LiveOptions, live } from '../../../src/live/index.ts';
import { ScriptedPeer, type ScriptedPeerOptions } from '../../../src/testing/index.ts';
import type { Socket, Transport } from '../../../src/wire/index.ts';

/** What stands in the trace only when a test asks for it: too much of it, or not of the order. */
const QUIET: ReadonlySet<string> = new Set(['audio', 'telemetry', 'turnMetrics']);

const NEVER_OPEN: Socket = { bufferedBytes: 0, send: () => {}, close: () => {}, terminate: () => {} };

/**
 * A call that writes down in one list what it does: events as they are told (`turnComplete`), frames as they go out
 * (`> toolResponse`), and whatever hooks and listeners of the test {@link note}.
 */
export class OrderedCall {
  readonly peer: ScriptedPeer;
  readonly events: LiveEvent[] = [];
  /** What becomes of the next connections: they work, are never answered, or never come about. */
  network: 'up' | 'deaf' | 'hanging' = 'up';
  #handle: LiveHandle<object> | undefined;
  #trace: string[] = [];

  constructor(options: ScriptedPeerOptions = {}) {
    this.peer = new ScriptedPeer(options);
  }

  get handle(): LiveHandle<object> {
    if (this.#handle === undefined) throw new Error('open the call first');
    return this.#handle;
  }

  /** Connects; with `gemini-3.8-live` unless told otherwise. */
  async open(options: Partial<LiveOptions> = {}): Promise<this> {
    const { clock, transport } = this.peer;
    this.#handle = await live({ apiKey: 'test', model: 'gemini-3.8-live', ...options }).connect({
      clock,
      transport: this.#watched(transport),
      environment: {},
      random: () => 0.5,
      onEvent: (event) => {
        this.events.push(event);
        if (!QUIET.has(event.type)) this.note(event.type);
      },
    });
    return this;
  }

  /** Writes a line into the trace. */
  note(line: string): void {
    this.#trace.push(line);
  }

  /** The trace since it was last taken. */
  take(): readonly string[] {
    const trace = this.#trace;
    this.#trace = [];
    return trace;
  }

  /** The whole session's events of one type. */
  of<T extends LiveEvent['type']>(type: T): ReadonlyArray<Extract<LiveEvent, { readonly type: T }>> {
    return this.events.filter(
      (event): event is Extract<LiveEvent, { readonly type: T }> => event.type === type,
    );
  }

  /** The value of a key now, as the session's listeners see it. */
  state(key: string): unknown {
    return this.handle.state().get(key);
  }

  #watched(transport: Transport): Transport {
    return {
      canSetHeaders: transport.canSetHeaders,
      open: (request, sink) => {
        if (this.network === 'hanging') return NEVER_OPEN;
        const socket = transport.open(request, sink);
        return {
          get bufferedBytes() {
            return socket.bufferedBytes;
          },
          send: (frame) => {
            const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
            this.note(`> ${Object.keys(JSON.parse(text) as object)[0]}`);
            if (this.network === 'up') socket.send(frame);
          },
          close: (code, reason) => {
            this.note('> close');
            socket.close(code, reason);
          },
          terminate: () => socket.terminate(),
        };
      },
    };
  }
}
