/** The server process: as much of the Gemini Live protocol as a bench needs, driven by the messages of its parent. */
import { createServer } from 'node:net';
import { AudioFrame, serverMessage, textMessage } from './audio-frame.mjs';
import { serveCommands } from './children.mjs';
import { nowUs } from './clock.mjs';
import { LatencyHistogram } from './latency-histogram.mjs';
import { ProcessMeter } from './measure.mjs';
import { Pacer } from './pacer.mjs';
import { ServerSocket } from './server-socket.mjs';
import { readStamp, STAMP_BASE64_LENGTH, STAMP_BYTES, samplePcm } from './stamp.mjs';

const SETUP_COMPLETE = serverMessage({ setupComplete: {} });
const TURN_COMPLETE = serverMessage({ serverContent: { turnComplete: true } });
const USER_WORDS = serverMessage({
  serverContent: { inputTranscription: { text: 'Look that up, please.', finished: true } },
});
/** A text is answered so long after it was read; what the timer made of it is told in the answer. */
const SCRIPT_MS = 20;
/** A chunk of audio is longer than that, everything else shorter. */
const LONGEST_WORDS_BYTES = 700;
const DATA_KEY = '"data":"';
/** The key of the payload is looked for in this many bytes. */
const HEAD_BYTES = 128;
/** A client that does not read keeps at most this much waiting; what is not written then counts as not sent. */
const MAX_BACKLOG_BYTES = 32 * 1024 * 1024;

const sessions = [];
const micLatency = new LatencyHistogram();
const meter = new ProcessMeter();
const pacer = new Pacer();
const mic = { received: 0, reordered: 0, corrupt: 0 };
/** Tool calls that were answered, all sessions together. */
let toolResponses = 0;

class Session {
  #socket;
  #ready = false;
  #dataAt = 0;
  #nextSeq = 0;
  sent = 0;

  constructor(tcp) {
    this.#socket = new ServerSocket(tcp, {
      onText: (payload) => (this.#ready ? this.#hear(payload) : this.#setUp(payload)),
      onEnd: () => {
        if (this.#ready) sessions.splice(sessions.indexOf(this), 1);
      },
    });
  }

  speak(frame, index) {
    if (this.#socket.backlogBytes > MAX_BACKLOG_BYTES) return;
    this.#socket.write(frame.stamped(index, this.sent));
    this.sent += 1;
  }

  /** The user has said something, the turn ends, and the model calls a tool. */
  callTool(id) {
    const functionCalls = [{ id, name: 'slow_lookup', args: {} }];
    for (const frame of [USER_WORDS, TURN_COMPLETE, serverMessage({ toolCall: { functionCalls } })]) {
      this.#socket.write(frame);
    }
  }

  end() {
    this.#socket.destroy();
  }

  #setUp(payload) {
    if (!('setup' in JSON.parse(payload.unmask().toString()))) throw new Error('no setup');
    this.#ready = true;
    sessions.push(this);
    this.#socket.write(SETUP_COMPLETE);
  }

  #hear(payload) {
    if (payload.length <= LONGEST_WORDS_BYTES)
      return this.#hearWords(JSON.parse(payload.unmask().toString()));
    if (this.#dataAt === 0) this.#learn(payload);
    const text = payload.unmask(this.#dataAt, this.#dataAt + STAMP_BASE64_LENGTH).latin1Slice();
    const { seq, timeUs } = readStamp(Buffer.from(text, 'base64'));
    micLatency.record(nowUs() - timeUs);
    mic.received += 1;
    if (seq !== this.#nextSeq) mic.reordered += 1;
    this.#nextSeq = seq + 1;
  }

  #hearWords({ clientContent, realtimeInput, toolResponse }) {
    if (toolResponse !== undefined) toolResponses += 1;
    if (clientContent === undefined && realtimeInput?.text === undefined) return;
    const heardUs = nowUs();
    setTimeout(() => {
      this.#socket.write(textMessage(String(nowUs() - heardUs)));
      this.#socket.write(TURN_COMPLETE);
    }, SCRIPT_MS);
  }

  /** Reads a session's first chunk whole: the rest of its PCM must be what the driver sends. */
  #learn(payload) {
    this.#dataAt = payload.unmask(0, HEAD_BYTES).indexOf(DATA_KEY) + DATA_KEY.length;
    const { audio } = JSON.parse(payload.unmask().toString()).realtimeInput;
    const pcm = Buffer.from(audio.data, 'base64');
    const same = pcm.subarray(STAMP_BYTES).equals(samplePcm(pcm.length).subarray(STAMP_BYTES));
    if (!same || audio.mimeType !== 'audio/pcm;rate=16000') mic.corrupt += 1;
  }
}

const server = createServer((tcp) => new Session(tcp));
await new Promise((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));

serveCommands({
  address: () => ({ url: `http://127.0.0.1:${server.address().port}` }),
  speak: ({ lengthBytes, periodMs }) => {
    const frame = new AudioFrame(lengthBytes);
    pacer.start({ sessions: sessions.length, periodMs }, (index) => sessions[index]?.speak(frame, index));
  },
  callTools: ({ overMs }) => {
    sessions.forEach((session, index) => {
      setTimeout(() => session.callTool(`call-${index}`), (index * overMs) / sessions.length);
    });
  },
  hush: () => pacer.stop(),
  start: () => {
    micLatency.reset();
    meter.start();
  },
  stop: () => ({ ...meter.stop(), mic: micLatency.summary() }),
  counts: () => ({ ...mic, toolResponses, sent: sessions.reduce((sum, { sent }) => sum + sent, 0) }),
  reset: () => {
    pacer.stop();
    for (const session of [...sessions]) session.end();
    sessions.length = 0;
    toolResponses = 0;
    Object.assign(mic, { received: 0, reordered: 0, corrupt: 0 });
  },
});
