/** The official client, one for all sessions; its messages hold base64, which is decoded as an application would. */
import { GoogleGenAI } from '@google/genai';

export const label = '@google/genai';

let client;

export async function open(url, onAudio, { onText }) {
  client ??= new GoogleGenAI({ apiKey: 'bench', httpOptions: { baseUrl: url } });
  const session = await client.live.connect({
    model: 'models/bench',
    callbacks: {
      onmessage({ serverContent }) {
        for (const { inlineData, text } of serverContent?.modelTurn?.parts ?? []) {
          if (inlineData !== undefined) onAudio(Buffer.from(inlineData.data, 'base64'));
          if (text !== undefined) onText?.(text);
        }
      },
    },
  });
  return {
    sendAudio(chunk) {
      session.sendRealtimeInput({
        audio: { data: chunk.toString('base64'), mimeType: 'audio/pcm;rate=16000' },
      });
    },
    sendText: (turns) => session.sendClientContent({ turns, turnComplete: true }),
    close: () => session.close(),
  };
}
