/** What a recording costs on the way of an audio frame of 1,920 bytes, down and up. */
import { Child } from '../children.mjs';

export const name = 'recording';
export const peers = ['live'];

export async function measure() {
  const child = new Child('./recording-process.mjs');
  try {
    return await child.ask('recording', {});
  } finally {
    await child.end();
  }
}
