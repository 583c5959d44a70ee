/** What one writes by hand in an afternoon: `ws`, JSON.parse, JSON.stringify, and Buffer for base64. */
import { WebSocket } from 'ws';
import { openRawSocket } from './raw-socket.mjs';

export const label = 'ws + JSON';

export async function open(url, onAudio) {
  const socket = await openRawSocket(WebSocket, url, (data) => {
    const { serverContent } = JSON.parse(data);
    for (const { inlineData } of serverContent?.modelTurn?.parts ?? []) {
      if (inlineData !== undefined) onAudio(Buffer.from(inlineData.data, 'base64'));
    }
  });
  return {
    sendAudio(chunk) {
      const audio = { data: chunk.toString('base64'), mimeType: 'audio/pcm;rate=16000' };
      socket.send(JSON.stringify({ realtimeInput: { audio } }));
    },
    close: () => socket.close(),
  };
}
