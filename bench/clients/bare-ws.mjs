/**
 * The floor: `ws` moving the same bytes and nothing else. Messages down are discarded but for their stamp, which is
 * read on request; chunks up are a frame made beforehand, in which only the stamp is new.
 */
import { WebSocket } from 'ws';
import { STAMP_BASE64_LENGTH, STAMP_BYTES } from '../stamp.mjs';
import { openRawSocket, userTurn } from './raw-socket.mjs';

const DATA_KEY = '"data": "';
const TEXT_KEY = '"text": "';
const PREFIX = '{"realtimeInput":{"audio":{"data":"';
const SUFFIX = '","mimeType":"audio/pcm;rate=16000"}}}';

export const label = 'ws, discarded';

let frame;

export async function open(url, onAudio, { wantsStamps, onText }) {
  let dataAt = 0;
  const socket = await openRawSocket(WebSocket, url, (data) => {
    if (onText !== undefined) return findText(data, onText);
    if (!wantsStamps) return onAudio(data);
    if (dataAt === 0) dataAt = data.indexOf(DATA_KEY) + DATA_KEY.length;
    onAudio(Buffer.from(data.latin1Slice(dataAt, dataAt + STAMP_BASE64_LENGTH), 'base64'));
  });
  return {
    sendAudio(chunk) {
      frame ??= Buffer.from(PREFIX + chunk.toString('base64') + SUFFIX);
      frame.latin1Write(chunk.base64Slice(0, STAMP_BYTES), PREFIX.length, STAMP_BASE64_LENGTH);
      socket.send(frame, { binary: false });
    },
    sendText: (text) => socket.send(userTurn(text)),
    close: () => socket.close(),
  };
}

function findText(data, onText) {
  const keyAt = data.indexOf(TEXT_KEY);
  if (keyAt === -1) return;
  const textAt = keyAt + TEXT_KEY.length;
  onText(data.latin1Slice(textAt, data.indexOf('"', textAt)));
}
