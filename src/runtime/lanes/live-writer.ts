import type { Content, FunctionResponse, SessionWriter } from '../../wire/index.ts';
import type { LiveParts } from './live-parts.ts';
import { refused } from './refused.ts';

/**
 * `handle.writer()`, and what the handle and hooks send by: pending context goes before what the user sends, and the
 * session knows of it, whoever sends it.
 */
export class LiveWriter implements SessionWriter {
  readonly #core: LiveParts;

  constructor(core: LiveParts) {
    this.#core = core;
  }

  sendAudio(data: Uint8Array | Int16Array): Promise<void> {
    return this.#core.voice.uplink.sendAudio(data);
  }

  sendText(text: string): Promise<void> {
    const { lane, voice } = this.#core;
    const sent = voice.writer.sendText(text);
    if (typeof text === 'string') lane.post({ type: 'userText', text });
    return sent;
  }

  sendVideo(data: Uint8Array, mimeType?: string): Promise<void> {
    const refusal = refused({ type: 'video', data, ...(mimeType !== undefined && { mimeType }) });
    if (refusal !== undefined) return refusal;
    const { signals, voice } = this.#core;
    signals.videoSent();
    return voice.writer.sendVideo(data, mimeType);
  }

  sendToolResponse(responses: readonly FunctionResponse[]): Promise<void> {
    return this.#core.respond(responses);
  }

  /** Content that completes a turn is the user's; what else it holds is history. */
  sendClientContent(turns: readonly Content[], turnComplete: boolean): Promise<void> {
    const refusal = refused({ type: 'clientContent', turns, turnComplete });
    if (refusal !== undefined) return refusal;
    const { lane, voice } = this.#core;
    voice.uplink.ownWordsSent();
    const sent = voice.writer.sendClientContent(turns, turnComplete);
    if (turnComplete) lane.post({ type: 'userText', text: lastUserText(turns) });
    return sent;
  }

  updateInstruction(instruction: string): Promise<void> {
    return this.#core.instruct(instruction);
  }

  signalActivityStart(): Promise<void> {
    return this.#core.session.signalActivityStart();
  }

  signalActivityEnd(): Promise<void> {
    return this.#core.session.signalActivityEnd();
  }

  disconnect(reason?: string): Promise<void> {
    return this.#core.teardown.disconnect(reason);
  }
}

/** What the user says last; empty when it is no text. */
function lastUserText(turns: readonly Content[]): string {
  const ofUser = turns.slice(turns.findLastIndex(({ role }) => role !== undefined && role !== 'user') + 1);
  const texts = ofUser.flatMap(({ parts = [] }) => parts.flatMap(({ text }) => text ?? []));
  return texts.join('\n');
}
