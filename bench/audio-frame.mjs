/** A server audio frame as the service sends it: pretty-printed JSON in a binary frame, with a stamp in its PCM. */
import { nowUs } from './clock.mjs';
import { serverFrame } from './server-socket.mjs';
import { STAMP_BASE64_LENGTH, STAMP_BYTES, samplePcm, writeStamp } from './stamp.mjs';

const BINARY = 2;

export function serverMessage(message) {
  return serverFrame(BINARY, Buffer.from(`${JSON.stringify(message, null, 2)}\n`));
}

/** A turn of text only. */
export function textMessage(text) {
  return serverMessage({ serverContent: { modelTurn: { parts: [{ text }] } } });
}

export class AudioFrame {
  #template;
  #stampAt;
  #stamp = Buffer.alloc(STAMP_BYTES);

  constructor(lengthBytes) {
    const data = samplePcm(lengthBytes).toString('base64');
    const inlineData = { mimeType: 'audio/pcm;rate=24000', data };
    this.#template = serverMessage({ serverContent: { modelTurn: { parts: [{ inlineData }] } } });
    this.#stampAt = this.#template.indexOf(data.slice(0, STAMP_BASE64_LENGTH));
  }

  /** The frame of a session's `seq`-th message, sent now. */
  stamped(session, seq) {
    const frame = Buffer.from(this.#template);
    writeStamp(this.#stamp, 0, { session, seq, timeUs: nowUs() });
    frame.latin1Write(this.#stamp.base64Slice(0, STAMP_BYTES), this.#stampAt, STAMP_BASE64_LENGTH);
    return frame;
  }
}
