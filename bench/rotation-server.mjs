/** The service of the rotation scenario: the simulator, behind a TCP proxy that can reset connections. */
import { serveCommands } from './children.mjs';
import { nowUs } from './clock.mjs';

const { createSimulator } = await import('../dist/simulator/index.js');
const { createFaultProxy } = await import('../dist/testing/index.js');

const simulator = await createSimulator({ voice: 'tones', latencyMs: 0 });
const proxy = await createFaultProxy({ target: simulator.url });

serveCommands({
  address: () => ({ direct: simulator.url, proxied: proxy.url }),
  /** Resets a connection of the proxy, counted from 1. Tells when that was. */
  reset: ({ connection }) => {
    const atUs = nowUs();
    proxy.inject({ type: 'reset', at: { afterMs: 0 }, connection });
    return { atUs };
  },
});
