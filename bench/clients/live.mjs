/** A full live session through the public entry: lanes, state, telemetry and transcripts on, and an `audio` listener. */
import { live } from 'parlando';

export const label = 'parlando LiveHandle';

let agent;

export async function open(url, onAudio, { onText } = {}) {
  agent ??= live({ apiKey: 'bench', baseUrl: url });
  return session(await agent.connect(), onAudio, onText);
}

export function session(call, onAudio, onText) {
  call.on('audio', ({ data }) => onAudio(data));
  if (onText !== undefined) call.on('textDelta', ({ text }) => onText(text));
  return {
    sendAudio: (chunk) => void call.sendAudio(chunk),
    sendText: (text) => void call.sendText(text),
    close: () => void call.disconnect(),
  };
}
