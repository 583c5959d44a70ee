/** Puts several server contents into one frame, as 3.x models do at times. */
import type { ServerContent, ServerMessage, Transcription } from '../../wire/protocol/server-messages.ts';

/** Holds contents until enough are there or the turn ends. */
export class FrameBundle {
  readonly #frames: number;
  #held: ServerMessage[] = [];

  constructor(frames: number) {
    this.#frames = Math.max(1, frames);
  }

  /** Takes a message and returns what is to be sent now, in order. */
  add(message: ServerMessage): readonly ServerMessage[] {
    const content = message.serverContent;
    if (content === undefined) return [...this.flush(), message];
    this.#held.push(message);
    const ends = content.turnComplete === true || content.interrupted === true;
    const waits = content.generationComplete === true;
    return ends || (!waits && this.#held.length >= this.#frames) ? this.flush() : [];
  }

  /** Everything that is held, as one frame. */
  flush(): readonly ServerMessage[] {
    const held = this.#held;
    this.#held = [];
    if (held.length === 0) return [];
    let bundle = held[0] ?? {};
    for (const message of held.slice(1)) {
      bundle = { ...bundle, ...message, serverContent: merge(bundle.serverContent, message.serverContent) };
    }
    return [bundle];
  }
}

function merge(a: ServerContent = {}, b: ServerContent = {}): ServerContent {
  const parts = [...(a.modelTurn?.parts ?? []), ...(b.modelTurn?.parts ?? [])];
  const modelTurn = parts.length === 0 ? {} : { modelTurn: { ...a.modelTurn, ...b.modelTurn, parts } };
  const input = mergeTranscription(a.inputTranscription, b.inputTranscription);
  const output = mergeTranscription(a.outputTranscription, b.outputTranscription);
  return {
    ...a,
    ...b,
    ...modelTurn,
    ...(input === undefined ? {} : { inputTranscription: input }),
    ...(output === undefined ? {} : { outputTranscription: output }),
  };
}

function mergeTranscription(
  a: Transcription | undefined,
  b: Transcription | undefined,
): Transcription | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { ...a, ...b, text: (a.text ?? '') + (b.text ?? '') };
}
