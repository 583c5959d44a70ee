/** `parlando/wire`, as built: a typed session whose `audioData` events hold PCM. */
import { connect } from 'parlando/wire';

export const label = 'parlando/wire';

export async function open(url, onAudio, { onText }) {
  const session = await connect({ apiKey: 'bench', baseUrl: url });
  session.on('audioData', ({ data }) => onAudio(data));
  if (onText !== undefined) session.on('textDelta', ({ text }) => onText(text));
  return {
    sendAudio: (chunk) => void session.sendAudio(chunk),
    sendText: (text) => void session.sendText(text),
    close: () => void session.disconnect(),
  };
}
