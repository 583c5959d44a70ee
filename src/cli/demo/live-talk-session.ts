/** A live session behind the port of a conversation. */
import type { ConnectLiveOptions, LiveAgent, LiveHandle } from '../../live/index.ts';
import type { TalkSession } from '../talk/talk-session.ts';

/** A conversation's session with its live handle. */
export class LiveTalkSession implements TalkSession {
  readonly #opening: Promise<LiveHandle<object>>;
  readonly #abort = new AbortController();
  #handle: LiveHandle<object> | undefined;

  /** Begins to connect at once; how that went {@link ready} tells. */
  constructor(agent: LiveAgent<object>, options: Omit<ConnectLiveOptions, 'signal'>) {
    this.#opening = agent.connect({ ...options, signal: this.#abort.signal });
    this.#opening.then(
      (handle) => {
        this.#handle = handle;
      },
      () => {}, // ready() tells
    );
  }

  /** Undefined until the session is active. */
  get handle(): LiveHandle<object> | undefined {
    return this.#handle;
  }

  async ready(): Promise<void> {
    await this.#opening;
  }

  sendAudio(chunk: Uint8Array): void {
    void this.#handle?.sendAudio(chunk);
  }

  async sendText(text: string): Promise<void> {
    const handle = await this.#opening;
    await handle.sendText(text);
  }

  userSpeech(speaking: boolean): void {
    void (speaking ? this.#handle?.userSpeechStarted() : this.#handle?.userSpeechEnded());
  }

  /** Gives up connecting, or ends the call. */
  async disconnect(reason: string): Promise<void> {
    this.#abort.abort();
    const handle = await this.#opening.catch(() => undefined);
    await handle?.disconnect(reason);
  }
}
