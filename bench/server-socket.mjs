/**
 * The server's end of RFC 6455, only as much as a bench needs, straight on a TCP socket: the server must never be
 * what limits a client. Frames out are written whole by the caller; of frames in only the head is unmasked.
 */
import { createHash } from 'node:crypto';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A whole frame, unmasked as servers send it. */
export function serverFrame(opcode, payload) {
  const { length } = payload;
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = 0x80 | opcode;
  if (headerLength === 2) frame[1] = length;
  else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  payload.copy(frame, headerLength);
  return frame;
}

export class ServerSocket {
  #tcp;
  #pending = Buffer.alloc(0);
  #open = false;
  #onText;

  /** @param onText called with a view of each text frame's masked payload, which is valid during the call only. */
  constructor(tcp, { onText, onEnd }) {
    this.#tcp = tcp;
    this.#onText = onText;
    tcp.setNoDelay(true);
    tcp.on('data', (data) => this.#receive(data));
    tcp.on('error', () => tcp.destroy());
    tcp.on('close', () => onEnd(this));
  }

  /** Bytes written that the network has not taken. */
  get backlogBytes() {
    return this.#tcp.writableLength;
  }

  write(frame) {
    this.#tcp.write(frame);
  }

  destroy() {
    this.#tcp.destroy();
  }

  #receive(data) {
    const bytes = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
    let offset = this.#open ? 0 : this.#upgrade(bytes);
    if (this.#open) {
      for (let end = this.#frame(bytes, offset); end > 0; end = this.#frame(bytes, offset)) offset = end;
    }
    this.#pending = offset === bytes.length ? Buffer.alloc(0) : bytes.subarray(offset);
  }

  /** Where the frames begin, or 0 while the request is not complete. */
  #upgrade(bytes) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1) return 0;
    const key = /^sec-websocket-key: *(\S+)/im.exec(bytes.toString('latin1', 0, end))?.[1] ?? '';
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    this.#tcp.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    this.#open = true;
    return end + 4;
  }

  /** Handles one frame; its end, or 0 when it is not complete. */
  #frame(bytes, offset) {
    if (bytes.length < offset + 6) return 0;
    const opcode = bytes[offset] & 0x0f;
    let length = bytes[offset + 1] & 0x7f;
    let start = offset + 6;
    if (length === 126) {
      if (bytes.length < offset + 8) return 0;
      length = bytes.readUInt16BE(offset + 2);
      start = offset + 8;
    } else if (length === 127) {
      if (bytes.length < offset + 14) return 0;
      length = Number(bytes.readBigUInt64BE(offset + 2));
      start = offset + 14;
    }
    const end = start + length;
    if (bytes.length < end) return 0;
    if (opcode === TEXT) this.#onText(new MaskedPayload(bytes, start, end));
    else if (opcode === PING) this.write(serverFrame(PONG, new MaskedPayload(bytes, start, end).unmask()));
    else if (opcode === CLOSE) {
      this.#tcp.end(serverFrame(CLOSE, new MaskedPayload(bytes, start, end).unmask(0, Math.min(length, 2))));
    }
    return end;
  }
}

class MaskedPayload {
  #bytes;
  #start;
  length;

  constructor(bytes, start, end) {
    this.#bytes = bytes;
    this.#start = start;
    this.length = end - start;
  }

  unmask(from = 0, to = this.length) {
    const plain = Buffer.allocUnsafe(to - from);
    for (let index = from; index < to; index += 1) {
      plain[index - from] = this.#bytes[this.#start + index] ^ this.#bytes[this.#start - 4 + (index & 3)];
    }
    return plain;
  }
}
