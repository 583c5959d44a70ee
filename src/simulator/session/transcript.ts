/** What crossed a line, for assertions: the last messages of each direction, without their media. */
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import type { Line } from './line.ts';

const MAX_MESSAGES = 500;

/** The last 500 messages each way. Audio and pictures are counted, not kept. */
export class Transcript {
  readonly #received: ClientMessage[] = [];
  readonly #sent: ServerMessage[] = [];
  #mediaReceived = 0;
  #audioSentBytes = 0;

  /** Client messages, oldest first, without audio and video. */
  get received(): readonly ClientMessage[] {
    return this.#received;
  }

  /** Server messages, oldest first, without frames that only carry audio. */
  get sent(): readonly ServerMessage[] {
    return this.#sent;
  }

  /** How many audio and video messages came. */
  get mediaReceived(): number {
    return this.#mediaReceived;
  }

  /** PCM bytes sent. */
  get audioSentBytes(): number {
    return this.#audioSentBytes;
  }

  heard(message: ClientMessage): void {
    if (
      'realtimeInput' in message &&
      !('text' in message.realtimeInput) &&
      !('activityStart' in message.realtimeInput) &&
      !('activityEnd' in message.realtimeInput) &&
      !('audioStreamEnd' in message.realtimeInput)
    ) {
      this.#mediaReceived++;
      return;
    }
    this.#received.push(message);
    if (this.#received.length > MAX_MESSAGES) this.#received.shift();
  }

  /** A line that notes what it sends, and tells when it ends itself. */
  record(line: Line, ended: (code: number, reason: string) => void): Line {
    return {
      send: (message) => {
        this.#note(message);
        line.send(message);
      },
      sendRaw: (text) => line.sendRaw(text),
      close: (code, reason) => {
        line.close(code, reason);
        ended(code, reason);
      },
      reset: () => {
        line.reset();
        ended(1006, '');
      },
    };
  }

  #note(message: ServerMessage): void {
    const parts = message.serverContent?.modelTurn?.parts ?? [];
    let media = false;
    for (const { inlineData } of parts) {
      if (inlineData === undefined) continue;
      media = true;
      const { data } = inlineData;
      const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
      this.#audioSentBytes += (data.length * 3) / 4 - padding;
    }
    if (media && Object.keys(message.serverContent ?? {}).length === 1) return;
    this.#sent.push(media ? withoutMedia(message) : message);
    if (this.#sent.length > MAX_MESSAGES) this.#sent.shift();
  }
}

function withoutMedia(message: ServerMessage): ServerMessage {
  const { modelTurn: _dropped, ...content } = message.serverContent ?? {};
  return { ...message, serverContent: content };
}
