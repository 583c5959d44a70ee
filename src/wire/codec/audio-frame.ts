/**
 * The fast path of a server audio frame. Frames of one session differ in their base64 only, so the bytes around
 * it are learned from a frame that the full parser has read; a frame that begins and ends with them, and holds
 * nothing but base64 between, is decoded without parsing. Anything else goes the long way.
 */
import { decodeBase64Range, encodeBase64, equalsAt, indexOfAscii, indexOfByte } from '#base64';
import { decodeServerFrame } from './decode.ts';
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
/** Another payload, shorter than any that is learned from, and what it decodes to. */
const PROBE = new TextEncoder().encode('AQIDBAUG');
const PROBE_BYTES = '1,2,3,4,5,6';

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
    // Anything but base64 in between, an earlier quote and so more fields too, gives undefined.
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
    if (end === -1 || decodeBase64Range(frame, start, end)?.length !== item.data.length) return;
    // Copies: the slice of a Buffer is a view, which would keep, and change with, what the socket read.
    const prefix = new Uint8Array(frame.subarray(0, start));
    const suffix = new Uint8Array(frame.subarray(end));
    if (!isPayloadSlot(prefix, suffix)) return;
    this.#template = { prefix, suffix, mimeType: item.mimeType, rateHz: item.rateHz };
  }
}

/** Whether what stands between is what the full parser takes for the audio, and not a twin of it elsewhere. */
function isPayloadSlot(prefix: Uint8Array, suffix: Uint8Array): boolean {
  const probed = new Uint8Array(prefix.length + PROBE.length + suffix.length);
  probed.set(prefix);
  probed.set(PROBE, prefix.length);
  probed.set(suffix, prefix.length + PROBE.length);
  const decoded = decodeServerFrame(probed);
  const item = decoded.ok && decoded.items.length === 1 ? decoded.items[0] : undefined;
  return item?.type === 'audio' && String(item.data) === PROBE_BYTES;
}
