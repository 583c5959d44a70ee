/**
 * The fast path of a server audio frame. Frames of one session differ in their base64 only, so the bytes around
 * it are learned from a frame that the full parser has read; a frame that begins and ends with them, and holds
 * nothing but base64 between, is decoded without parsing. Anything else goes the long way.
 */
import { decodeBase64Range, encodeBase64, equalsAt, indexOfAscii, indexOfByte } from '#base64';
import type { AudioItem, FrameItem } from './frame-item.ts';

interface Template {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
  readonly mimeType: string;
  readonly rateHz: number;
}

const QUOTE = 0x22;
/** Enough base64 to be found by; shorter payloads are not worth a template. */
const ANCHOR_BYTES = 48;

export class AudioFrameDecoder {
  #template: Template | undefined;

  /** The audio of a frame that looks like the learned one, or undefined. */
  decode(frame: Uint8Array): AudioItem | undefined {
    const template = this.#template;
    if (template === undefined) return undefined;
    const start = template.prefix.length;
    const end = frame.length - template.suffix.length;
    if (end <= start || !equalsAt(frame, 0, template.prefix) || !equalsAt(frame, end, template.suffix)) {
      return undefined;
    }
    // The suffix begins with the quote that ends the payload: an earlier quote means more fields in between.
    if (indexOfByte(frame, QUOTE, start) !== end) return undefined;
    const data = decodeBase64Range(frame, start, end);
    if (data === undefined) return undefined;
    return { type: 'audio', data, mimeType: template.mimeType, rateHz: template.rateHz };
  }

  /** Learns from a frame and what the full parser made of it. Frames with more than audio teach nothing. */
  learn(frame: Uint8Array, items: readonly FrameItem[]): void {
    const [item] = items;
    if (items.length !== 1 || item?.type !== 'audio' || item.data.length < ANCHOR_BYTES) return;
    const anchor = encodeBase64(item.data.subarray(0, ANCHOR_BYTES));
    const start = indexOfAscii(frame, anchor, 0);
    if (start <= 0 || frame[start - 1] !== QUOTE) return;
    const end = indexOfByte(frame, QUOTE, start);
    // The same text twice, or text that is not plain base64: this frame's payload cannot be told for certain.
    if (end === -1 || indexOfAscii(frame, anchor, end) !== -1) return;
    if (decodeBase64Range(frame, start, end)?.length !== item.data.length) return;
    this.#template = {
      prefix: frame.slice(0, start),
      suffix: frame.slice(end),
      mimeType: item.mimeType,
      rateHz: item.rateHz,
    };
  }
}
