/** `parlando/wire`, as built: a typed session whose `audioData` events hold PCM. */
import { connect } from 'parlando/wire';

export const label = 'parlando/wire';

export async function open(url, onAudio) {
  const session = await connect({ apiKey: 'bench', baseUrl: url });
  session.on('audioData', ({ data }) => onAudio(data));
  return {
    sendAudio: (chunk) => void session.sendAudio(chunk),
    close: () => void session.disconnect(),
  };
}
