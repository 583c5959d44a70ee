import { live, tool } from 'parlando';
import { createSimulator, script } from 'parlando/simulator';

const question = 'How is the weather?';
const brain = script().hears(question).calls('weather').says('It is {{weather.output}}.').toBrain();
const simulator = await createSimulator({ brain }); // a Gemini Live server on this machine
const weather = tool({ name: 'weather', description: 'The weather now.', run: () => 'sunny' });
const agent = live({ baseUrl: simulator.url, apiKey: 'any', instruction: 'Be brief.', tools: [weather] });
const call = await agent.connect();
let audioBytes = 0;
call.on('audio', ({ data }) => (audioBytes += data.length)); // PCM16, 24 kHz: give it to your speaker
call.on('error', ({ error }) => console.error(error.message)); // what failed, and what to do

const turn = call.next('turnRecord');
await call.sendText(question); // or sendAudio(chunk), as the microphone gives them
const { heard, said, tools, latency } = (await turn).record;
console.log({ heard, tool: tools[0].name, said, audioBytes, responseMs: latency.responseMs });
await call.disconnect();
await simulator.close();
if (said !== 'It is sunny.' || audioBytes === 0) process.exitCode = 1;
