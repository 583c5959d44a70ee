import { listed } from '../../runtime/listeners.ts';
import type { LiveEventOf, LiveEventType } from '../../runtime/live-event.ts';
import type { EventListener, SessionEventOf, SessionEventType, SessionPhase } from '../../wire/index.ts';
import { FlowSettingsBuilder } from './flow-settings.ts';

/**
 * Who hears what the model and the user do, as it happens: synchronously in the socket's callback, in order. Be quick: what
 * takes its time belongs beside the call. What a listener throws is an `error` event, and the others are called.
 */
export abstract class FastListeners extends FlowSettingsBuilder {
  /** Calls `listener` for each event of one type, from the first one on; several for one type are all called. */
  on<Type extends LiveEventType>(type: Type, listener: (event: LiveEventOf<Type>) => void): this {
    return this.merge('on', { [type]: together(this.options.on?.[type], listener) });
  }

  /** The same for raw events of the wire session. */
  onSession<Type extends SessionEventType>(type: Type, listener: EventListener<Type>): this {
    return this.merge('onSession', { [type]: together(this.options.onSession?.[type], listener) });
  }

  /** PCM16 from the model, shared: do not write to it. */
  onAudio(listener: (data: Uint8Array) => void): this {
    return this.on('audio', ({ data }) => listener(data));
  }

  /** Inline media that is not audio: avatar video. */
  onMedia(listener: (data: Uint8Array, mimeType: string) => void): this {
    return this.on('media', ({ data, mimeType }) => listener(data, mimeType));
  }

  onTextDelta(listener: (text: string) => void): this {
    return this.on('textDelta', ({ text }) => listener(text));
  }

  onTextComplete(listener: (text: string) => void): this {
    return this.on('textComplete', ({ text }) => listener(text));
  }

  onThought(listener: (text: string) => void): this {
    return this.on('thought', ({ text }) => listener(text));
  }

  /** Pieces of what the user says, then the whole with `isFinal`. */
  onInputTranscript(listener: (text: string, isFinal: boolean) => void): this {
    return this.on('inputTranscript', ({ text, isFinal }) => listener(text, isFinal));
  }

  /** Pieces of what the model says, then the whole with `isFinal`. */
  onOutputTranscript(listener: (text: string, isFinal: boolean) => void): this {
    return this.on('outputTranscript', ({ text, isFinal }) => listener(text, isFinal));
  }

  onVadStart(listener: () => void): this {
    return this.on('vadStart', () => listener());
  }

  onVadEnd(listener: () => void): this {
    return this.on('vadEnd', () => listener());
  }

  /** The phase of the wire session. */
  onSessionPhase(listener: (phase: SessionPhase) => void): this {
    return this.onSession('phaseChanged', ({ phase }) => listener(phase));
  }

  /** Token counts, as the service sends them. */
  onUsage(listener: (usage: SessionEventOf<'usage'>['usage']) => void): this {
    return this.onSession('usage', ({ usage }) => listener(usage));
  }
}

function together<Item>(before: unknown, item: Item): unknown {
  return before === undefined ? item : [...listed(before), item];
}
