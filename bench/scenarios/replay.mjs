/** Reading and replaying a recording of ten minutes, half of which the model speaks. */
import { Child } from '../children.mjs';

export const name = 'replay';
export const peers = ['live'];

export async function measure() {
  const child = new Child('./recording-process.mjs');
  try {
    return await child.ask('replay', {});
  } finally {
    await child.end();
  }
}
