/** Persistence, in process: what keeping a session costs, and how long it takes to go on with an hour of it. */
import { Child } from '../children.mjs';

export const name = 'restore';
export const peers = ['live'];

export async function measure() {
  const child = new Child('./restore-process.mjs');
  try {
    return await child.ask('restore', {});
  } finally {
    await child.end();
  }
}
