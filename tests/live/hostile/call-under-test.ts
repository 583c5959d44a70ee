import { expect } from 'vitest';
import { type LiveEvent, type LiveHandle, type LiveOptions, live } from '../../../src/live/index.ts';
import { EventLog, type ManualClock, ScriptedPeer, settle } from '../../../src/testing/index.ts';

export type CallOptions = Partial<LiveOptions>;

/** A live session on a scripted peer, and what is asked of each at its end. */
export class CallUnderTest {
  readonly peer: ScriptedPeer;
  readonly handle: LiveHandle<object>;
  readonly log: EventLog<LiveEvent>;
  readonly options: CallOptions;

  private constructor(peer: ScriptedPeer, handle: LiveHandle<object>, options: CallOptions) {
    this.peer = peer;
    this.handle = handle;
    this.options = options;
    this.log = new EventLog(handle);
  }

  static async open(options: CallOptions = {}, onEvent?: (event: LiveEvent) => void): Promise<CallUnderTest> {
    const peer = new ScriptedPeer();
    const handle = await live(withModel(options)).connect({
      transport: peer.transport,
      clock: peer.clock,
      random: () => 0.5,
      environment: {},
      ...(onEvent !== undefined && { onEvent }),
    });
    return new CallUnderTest(peer, handle, options);
  }

  get clock(): ManualClock {
    return this.peer.clock;
  }

  /** Codes of the errors told so far. */
  get codes(): readonly string[] {
    return this.log.of('error').map(({ error }) => error.code);
  }

  /** One turn: the user's text, the model's words, its end. */
  async turn(user = 'Hello.', model = 'Hello to you.'): Promise<void> {
    void this.handle.sendText(user);
    await this.peer.says(model, { thenCompletes: true });
    await this.clock.advanceAsync(0);
  }

  /** The session still takes turns: this one leaves its record. */
  async expectAlive(): Promise<void> {
    const before = this.log.of('turnRecord').length;
    await this.turn('Are you there?', 'Yes, I am.');
    await this.clock.advanceAsync(5_000);
    const fresh = this.log.of('turnRecord').slice(before);
    expect(fresh.map(({ record }) => [record.heard, record.said])).toContainEqual([
      'Are you there?',
      'Yes, I am.',
    ]);
  }

  /** Ends the session: everybody who waits is released, one `disconnected` is last, and no timer is left. */
  async end(): Promise<void> {
    const waiting = [this.handle.disconnect(), this.handle.done(), this.handle.done()];
    await this.expectEnded(Promise.all(waiting));
  }

  /** The session has ended, or does so when `end` resolves, without more than its bounds on the clock. */
  async expectEnded(end: Promise<unknown> = this.handle.done()): Promise<void> {
    let ended = false;
    void end.then(() => (ended = true));
    await this.clock.runUntil(() => ended, 30_000);
    expect(ended, 'everybody who waits for the end is released').toBe(true);
    await settle();
    expect(this.log.of('disconnected')).toHaveLength(1);
    // A listener that breaks on `disconnected` is told of, and nothing else comes after it.
    const last = this.log.events.findLast((event) => !isListenerError(event));
    expect(last?.type).toBe('disconnected');
    expect(this.clock.pending, 'timers that are left').toBe(0);
  }

  /** Ends this session; another one of the same agent then works. */
  async endAndOpenAnother(): Promise<void> {
    await this.end();
    const another = await CallUnderTest.open(this.options);
    await another.expectAlive();
    await another.end();
  }
}

export function withModel(options: CallOptions): LiveOptions {
  return { apiKey: 'test-key', model: 'gemini-3.8-live', ...options };
}

function isListenerError(event: LiveEvent): boolean {
  return event.type === 'error' && event.error.code === 'listenerFailed';
}
