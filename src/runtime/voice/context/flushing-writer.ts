import type { Content, FunctionResponse, SessionWriter } from '../../../wire/index.ts';
import type { ContextQueue } from './context-queue.ts';

/**
 * A session writer that lets waiting context go first, by the rules of {@link ContextQueue}. Tool responses,
 * instructions, explicit content and activity marks flush nothing.
 */
export class FlushingWriter implements SessionWriter {
  readonly #writer: SessionWriter;
  readonly #context: ContextQueue;

  constructor(writer: SessionWriter, context: ContextQueue) {
    this.#writer = writer;
    this.#context = context;
  }

  sendAudio(data: Uint8Array | Int16Array): Promise<void> {
    if (this.#context.pending) this.#context.beforeStream();
    return this.#writer.sendAudio(data);
  }

  sendText(text: string): Promise<void> {
    // What is no string is refused by the writer, and not made one on the way.
    const contextFirst = this.#context.pending && typeof text === 'string';
    return this.#writer.sendText(contextFirst ? this.#context.beforeText(text) : text);
  }

  sendVideo(data: Uint8Array, mimeType?: string): Promise<void> {
    if (this.#context.pending) this.#context.beforeStream();
    return this.#writer.sendVideo(data, mimeType);
  }

  sendToolResponse(responses: readonly FunctionResponse[]): Promise<void> {
    return this.#writer.sendToolResponse(responses);
  }

  sendClientContent(turns: readonly Content[], turnComplete: boolean): Promise<void> {
    return this.#writer.sendClientContent(turns, turnComplete);
  }

  updateInstruction(instruction: string): Promise<void> {
    return this.#writer.updateInstruction(instruction);
  }

  signalActivityStart(): Promise<void> {
    return this.#writer.signalActivityStart();
  }

  signalActivityEnd(): Promise<void> {
    return this.#writer.signalActivityEnd();
  }

  disconnect(reason?: string): Promise<void> {
    return this.#writer.disconnect(reason);
  }
}
