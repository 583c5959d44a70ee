/** A whole call under test: a scripted service, a manual clock, and a reference that sees all that passes between. */
import { expect } from 'vitest';
import { LiveCore } from '../../../src/runtime/live-core.ts';
import type { LiveEvent } from '../../../src/runtime/live-event.ts';
import { LiveHandle } from '../../../src/runtime/live-handle.ts';
import { resolveLiveOptions } from '../../../src/runtime/resolve-live-options.ts';
import { ScriptedPeer, settle } from '../../../src/testing/index.ts';
import type { ServerMessage, Transport } from '../../../src/wire/index.ts';
import { room, voice } from '../../support/uplink-rig.ts';
import { type CallVariant, optionsOf, type Scripts } from './call-variant.ts';
import { Reference } from './reference.ts';

/** Events that a failure tells of. */
const STORY_LENGTH = 50;
const CHUNK = 320;
const LOUD = voice(2000);
const QUIET = room(2000);

export class CallRig implements Scripts {
  readonly variant: CallVariant;
  readonly peer = new ScriptedPeer();
  readonly reference: Reference;
  readonly core: LiveCore;
  readonly handle: LiveHandle;
  readonly events: LiveEvent[] = [];
  extract: Scripts['extract'] = 'quick';
  /** Words of either side are numbered, so that each can be found again. */
  words = 0;
  calls = 0;
  #soundAt = 0;
  #unsettled = 0;
  readonly #timers = new Set<() => void>();

  private constructor(variant: CallVariant) {
    this.variant = variant;
    const { clock } = this.peer;
    this.reference = new Reference(variant, () => clock.nowMs());
    const resolved = resolveLiveOptions(optionsOf(variant, this), {});
    const transport = tapped(this.peer.transport, this.reference);
    const onEvent = (event: LiveEvent): void => {
      this.events.push(event);
      if (this.events.length > 2 * STORY_LENGTH) this.events.splice(0, STORY_LENGTH);
      this.reference.fromRuntime(event);
    };
    this.core = new LiveCore(resolved, { transport, clock, environment: {}, random: () => 0.5 }, { onEvent });
    this.handle = new LiveHandle(this.core);
  }

  static async open(variant: CallVariant): Promise<CallRig> {
    const rig = new CallRig(variant);
    await rig.core.session.waitForPhase('active');
    rig.#readAll();
    await settle();
    return rig;
  }

  get clock(): ScriptedPeer['clock'] {
    return this.peer.clock;
  }

  get isOver(): boolean {
    return this.reference.events.disconnected > 0;
  }

  get isConnected(): boolean {
    return this.handle.connection.state === 'open';
  }

  later(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.schedule(ms, () => {
        this.#timers.delete(cancel);
        resolve();
      });
      this.#timers.add(cancel);
    });
  }

  /** A promise that was handed out must settle by the end. */
  given(promise: Promise<unknown>): void {
    this.#unsettled += 1;
    const done = (): void => {
      this.#unsettled -= 1;
    };
    promise.then(done, done);
  }

  answers(call: { readonly id: string; readonly name: string }): void {
    this.reference.tools.handedIn(call.id);
    this.given(this.handle.sendToolResponse([{ ...call, response: { done: call.id } }]));
  }

  async sends(...messages: readonly ServerMessage[]): Promise<void> {
    if (!this.isConnected) return;
    for (const message of messages) await this.peer.sends(message);
  }

  async passes(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    await settle();
  }

  /** The microphone, in real time. */
  async hears(sound: 'loud' | 'quiet', chunks: number): Promise<void> {
    const source = sound === 'loud' ? LOUD : QUIET;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const at = (this.#soundAt++ * CHUNK) % (source.length - CHUNK);
      this.given(this.handle.sendAudio(source.subarray(at, at + CHUNK)));
      this.clock.advance(20);
    }
    await settle();
  }

  /** What must hold between any two inputs. */
  check(): void {
    const { core, handle, reference } = this;
    reference.settled();
    if (!this.isOver && reference.wire.isReady) {
      const voiceState = handle.voiceState();
      const found = {
        modelInTurn: core.voice.quiet.modelInTurn,
        userSpeaking: voiceState.userSpeaking,
        playbackActive: voiceState.playbackActive,
        playing: handle.playback.active,
        promptWaits:
          core.voice.context.promptArmed &&
          reference.floorFree &&
          !reference.owesReply &&
          !core.voice.quiet.modelInTurn,
      };
      // The runtime may know that a reply is due before anything of it comes; the watchdog may give a turn up.
      if (reference.modelInTurn && !reference.variant.quiet) {
        this.#same('modelInTurn', found.modelInTurn, true);
      }
      // What the user says beside a blocking call is sent soon after it; a prompt goes behind that.
      const isSent = !reference.tools.holdsMicrophone && this.clock.nowMs() - reference.toolsMovedMs > 100;
      if (isSent) {
        this.#same('userSpeaking', found.userSpeaking, reference.userTurn);
        this.#same('a prompt waits on a free floor', found.promptWaits, false);
      }
      this.#same('playbackActive', found.playbackActive, reference.playing);
      this.#same('playback.active', found.playing, reference.playing);
    }
    expect(reference.violations, this.#story()).toEqual([]);
  }

  /** Everybody is done, and nobody says more: nothing may be left hanging. */
  async quiesce(): Promise<void> {
    await this.clock.runUntil(() => this.isOver || this.isConnected, 300_000);
    await settle();
    if (this.isOver) return;
    this.given(this.handle.userSpeechEnded());
    await this.sends({ voiceActivity: { type: 'ACTIVITY_END' } });
    await this.hears('quiet', 100);
    for (const call of this.reference.tools.openByHand) this.answers(call);
    // Serial calls wait for one another, and confirmations and deadlines for their time.
    await this.passes(60_000);
    for (let turn = 0; turn < 2; turn++) {
      await this.sends({ serverContent: { modelTurn: { parts: [{ text: 'Good.' }] } } });
      await this.sends({ serverContent: { turnComplete: true } });
      await this.passes(30_000);
    }
    if (this.isOver) return;
    this.check();
    const { context } = this.core.voice;
    this.#same('a prompt is left', context.promptArmed, false);
    this.#same('promptPending is left', this.handle.voiceState().promptPending, false);
    this.#same('the model is still asked for', this.reference.owesPrompt, false);
    this.#same('the floor is free', this.reference.floorFree, true);
    this.#same('modelInTurn at rest', this.core.voice.quiet.modelInTurn, false);
    this.#same('records are missing', this.reference.events.awaitedRecords, 0);
    this.#same('the phase', this.handle.phase, 'active');
    expect(this.reference.violations, this.#story()).toEqual([]);
  }

  /** Ends the call, and looks at what is left of it. */
  async end(): Promise<void> {
    this.given(this.handle.disconnect());
    this.given(this.handle.done());
    await this.clock.runUntil(() => this.isOver && this.#unsettled === 0, 60_000);
    await settle();
    for (const cancel of this.#timers) cancel();
    await settle();
    this.reference.events.ended();
    this.reference.tools.ended();
    expect(this.reference.violations, this.#story()).toEqual([]);
    this.#same('timers are left', this.clock.pending, 0);
    this.#same('promises are left', this.#unsettled, 0);
    this.#same('a prompt is left after the end', this.core.voice.context.promptArmed, false);
    this.#same('promptPending after the end', this.handle.voiceState().promptPending, false);
    this.#same('userSpeaking after the end', this.handle.voiceState().userSpeaking, false);
    this.#same('the last event', this.events.at(-1)?.type, 'disconnected');
    this.#wordsOfTheUser();
    expect(this.reference.violations, this.#story()).toEqual([]);
  }

  /** Each word of the user stands in one record, and in one only. */
  #wordsOfTheUser(): void {
    const told = this.handle.turns.flatMap(({ heard }) => heard.match(/u\d+/g) ?? []);
    if (new Set(told).size !== told.length) this.reference.violations.push(`words twice in records: ${told}`);
  }

  #same(what: string, found: unknown, expected: unknown): void {
    if (found !== expected) {
      const at = this.clock.nowMs();
      this.reference.violations.push(`${at} ms: ${what} is ${String(found)}, not ${String(expected)}`);
    }
  }

  #readAll(): void {
    const receiver = this.handle.events({ capacity: 100_000 });
    const read = async (): Promise<void> => {
      while ((await receiver.recv()) !== undefined);
    };
    const stream = async (): Promise<void> => {
      for await (const _event of this.handle.stream());
    };
    this.given(read());
    this.given(stream());
  }

  /** The last of what happened, for a failure. */
  #story(): string {
    const tail = this.events.slice(-STORY_LENGTH).map((event) => {
      if (event.type === 'audio') return 'audio';
      const { type, seq: _seq, turn, ...rest } = event;
      return `${type}@${turn} ${JSON.stringify(rest).slice(0, 160)}`;
    });
    return `${this.reference.violations.join('\n')}\n${tail.join('\n')}\n`;
  }
}

/** Shows the reference each frame before its receiver sees it. */
function tapped(transport: Transport, reference: Reference): Transport {
  const decoder = new TextDecoder();
  const parsed = (data: Uint8Array | string): ServerMessage =>
    JSON.parse(typeof data === 'string' ? data : decoder.decode(data));
  return {
    canSetHeaders: transport.canSetHeaders,
    open(request, sink) {
      const socket = transport.open(request, {
        opened() {
          reference.connectionOpened();
          sink.opened();
        },
        frame(data) {
          reference.fromServer(parsed(data));
          sink.frame(data);
        },
        alive: () => sink.alive(),
        closed(close) {
          reference.connectionClosed();
          sink.closed(close);
        },
      });
      return {
        bufferedBytes: 0,
        send(frame) {
          reference.fromClient(parsed(frame) as Readonly<Record<string, unknown>>);
          socket.send(frame);
        },
        close: (code, reason) => socket.close(code, reason),
        terminate: () => socket.terminate(),
      };
    },
  };
}
