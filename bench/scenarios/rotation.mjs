/**
 * The gap of a rotation, and recovery from a TCP reset until the session is active again, over sockets on loopback. Service
 * and client are processes of their own. The simulator answers a setup at once, so that nothing is subtracted.
 */
import { Child } from '../children.mjs';
import { median } from '../measure.mjs';

export const name = 'rotation';
export const peers = ['bare-ws', 'parlando'];

const ROTATIONS = 200;
const RESETS = 50;

export async function measure(_lab, peer) {
  const server = new Child('./rotation-server.mjs');
  const client = new Child('./rotation-process.mjs', [peer]);
  try {
    const { direct, proxied } = await server.ask('address');
    const { gapsMs } = await client.ask('rotations', { url: direct, count: ROTATIONS });
    await client.ask('open', { url: proxied, count: RESETS });
    const recoveriesMs = [];
    for (let index = 0; index < RESETS; index += 1) {
      const { atUs } = await server.ask('reset', { connection: index + 1 });
      const { atUs: activeUs } = await client.ask('recovery', { index });
      recoveriesMs.push((activeUs - atUs) / 1_000);
    }
    return {
      rotationGapP50Ms: median(gapsMs),
      rotationGapP99Ms: p99(gapsMs),
      resetRecoveryP50Ms: median(recoveriesMs),
      resetRecoveryMaxMs: Math.max(...recoveriesMs),
    };
  } finally {
    await Promise.all([server.end(), client.end()]);
  }
}

function p99(values) {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1];
}
