/** The microphone's whole road through a session, in process and without a socket; and what a call of ten minutes leaves. */
import { Child } from '../children.mjs';

export const name = 'mic';
export const peers = ['parlando', 'live'];

export async function measure(_lab, peer) {
  const child = new Child('./mic-process.mjs', [], ['--expose-gc']);
  try {
    const { chunkUs, growthKib } = await child.ask('talk', { peer });
    return { micUs: chunkUs, micGrowthKib: growthKib };
  } finally {
    await child.end();
  }
}
