/** Encoding a 640-byte chunk, in process and without a socket: the best of several medians. */
import { Child } from '../children.mjs';

export const name = 'encode';
export const peers = ['ws-json', 'parlando'];

export async function measure(_lab, peer) {
  const child = new Child('./encode-process.mjs');
  try {
    return { encodeUs: await child.ask('encode', { peer }) };
  } finally {
    await child.end();
  }
}
