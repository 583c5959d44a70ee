/** Governance, in process: compiling, a turn with an admission, and the scenarios of the showcase. */
import { Child } from '../children.mjs';

export const name = 'flow';
export const peers = ['flow'];

export async function measure() {
  const child = new Child('./flow-process.mjs');
  try {
    return await child.ask('flow', {});
  } finally {
    await child.end();
  }
}
