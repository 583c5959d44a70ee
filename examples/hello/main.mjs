import { createSimulator } from 'parlando/simulator';
import { connect } from 'parlando/wire';

const simulator = await createSimulator({ brain: ({ text }) => `You said: ${text}` });
const session = await connect({ apiKey: 'any', baseUrl: simulator.url, outputAudioTranscription: true });
const heard = { words: '', audioBytes: 0 };
session.on('outputTranscription', ({ text }) => (heard.words += text));
session.on('audioData', ({ data }) => (heard.audioBytes += data.length)); // PCM16, 24 kHz
await session.sendText('hello');
for await (const event of session.subscribe()) if (event.type === 'turnComplete') break;
await session.disconnect();
await simulator.close();
console.log(heard);
if (!heard.words.includes('hello') || heard.audioBytes === 0) process.exitCode = 1;
