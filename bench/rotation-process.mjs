/** The client of the rotation scenario: replaces its connection, or has it replaced, and says how long that took. */
import { serveCommands } from './children.mjs';
import { nowUs } from './clock.mjs';

const [peer] = process.argv.slice(2);
const MODEL = 'gemini-3.8-live';
const PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
const KEY = { 'x-goog-api-key': 'bench' };
const SETUP = JSON.stringify({
  setup: { model: `models/${MODEL}`, generationConfig: { responseModalities: ['AUDIO'] } },
});
const PEERS = { 'bare-ws': bareWs, parlando };
const { open } = await PEERS[peer]();

/** In the order of their connections. */
const calls = [];
const recoveries = [];

serveCommands({
  rotations: async ({ url, count }) => {
    const call = await open(url, () => {});
    await call.ready;
    const gapsMs = [];
    for (let round = 0; round < count; round += 1) gapsMs.push(await call.rotate());
    call.close();
    return { gapsMs };
  },
  open: async ({ url, count }) => {
    for (let index = 0; index < count; index += 1) {
      const recovery = withResolvers();
      recoveries.push(recovery.promise);
      calls.push(await open(url, () => recovery.resolve({ atUs: nowUs() })));
    }
    await Promise.all(calls.map(({ ready }) => ready));
  },
  recovery: async ({ index }) => {
    const when = await recoveries[index];
    calls[index].close();
    return when;
  },
});

function withResolvers() {
  const deferred = {};
  deferred.promise = new Promise((resolve) => {
    deferred.resolve = resolve;
  });
  return deferred;
}

/** The floor of the machine: a socket that is closed or lost, the next one at once, its setup, `setupComplete`. */
async function bareWs() {
  const { WebSocket } = await import('ws');
  return {
    open: async (url, onRecovered) => {
      let socket;
      let isLeft = false;
      const connect = async () => {
        const opened = new WebSocket(url.replace('http', 'ws') + PATH, {
          perMessageDeflate: false,
          headers: KEY,
        });
        opened.on('error', () => {});
        opened.on('open', () => opened.send(SETUP));
        await new Promise((resolve) => opened.once('message', resolve));
        socket = opened;
        opened.on('close', () => {
          if (!isLeft && socket === opened) void connect().then(onRecovered);
        });
      };
      await connect();
      return {
        ready: Promise.resolve(),
        rotate: async () => {
          const startUs = nowUs();
          const old = socket;
          socket = undefined;
          old.close();
          await connect();
          return (nowUs() - startUs) / 1_000;
        },
        close: () => {
          isLeft = true;
          socket.terminate();
        },
      };
    },
  };
}

/** From the end of the old connection until the session is active on the new one, resumed by its handle. */
async function parlando() {
  const { connect } = await import('../dist/wire/index.js');
  return {
    open: async (url, onRecovered) => {
      const call = await connect({ apiKey: 'bench', model: MODEL, baseUrl: url });
      let gapMs = Number.NaN;
      call.on('rotated', (event) => {
        gapMs = event.resumed ? event.gapMs : Number.NaN;
        if (event.resumed) onRecovered();
      });
      return {
        // A handle is there.
        ready: call.resumeHandle ?? new Promise((resolve) => call.on('sessionResumeUpdate', resolve)),
        rotate: async () => {
          await call.rotate({ atOnce: true });
          if (!Number.isFinite(gapMs)) throw new Error('the handle was not used');
          return gapMs;
        },
        close: () => void call.disconnect(),
      };
    },
  };
}
