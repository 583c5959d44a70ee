import type { Content, FunctionResponse, SessionWriter } from '../../wire/index.ts';
import type { AppInput } from './app-input.ts';

/** Who hears what the application does, and lets it be done. */
export interface InputHearer {
  input<T>(input: AppInput, run: () => T): T;
}

/** A writer that tells what the application sends. */
export class RecordedWriter implements SessionWriter {
  readonly #writer: SessionWriter;
  readonly #hearer: InputHearer;

  constructor(writer: SessionWriter, hearer: InputHearer) {
    this.#writer = writer;
    this.#hearer = hearer;
  }

  sendAudio(data: Uint8Array | Int16Array): Promise<void> {
    return this.#hearer.input({ do: 'audio', data }, () => this.#writer.sendAudio(data));
  }

  sendText(text: string): Promise<void> {
    return this.#hearer.input({ do: 'text', text }, () => this.#writer.sendText(text));
  }

  sendVideo(data: Uint8Array, mimeType?: string): Promise<void> {
    return this.#hearer.input({ do: 'video', data, mimeType }, () => this.#writer.sendVideo(data, mimeType));
  }

  sendToolResponse(responses: readonly FunctionResponse[]): Promise<void> {
    return this.#hearer.input({ do: 'toolResponse', responses }, () =>
      this.#writer.sendToolResponse(responses),
    );
  }

  sendClientContent(turns: readonly Content[], turnComplete: boolean): Promise<void> {
    return this.#hearer.input({ do: 'clientContent', turns, turnComplete }, () =>
      this.#writer.sendClientContent(turns, turnComplete),
    );
  }

  updateInstruction(instruction: string): Promise<void> {
    return this.#hearer.input({ do: 'instruct', instruction }, () =>
      this.#writer.updateInstruction(instruction),
    );
  }

  signalActivityStart(): Promise<void> {
    return this.#hearer.input({ do: 'activityStart' }, () => this.#writer.signalActivityStart());
  }

  signalActivityEnd(): Promise<void> {
    return this.#hearer.input({ do: 'activityEnd' }, () => this.#writer.signalActivityEnd());
  }

  disconnect(reason?: string): Promise<void> {
    return this.#hearer.input({ do: 'disconnect', reason }, () => this.#writer.disconnect(reason));
  }
}
