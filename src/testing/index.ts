/** `parlando/testing`: what tests of voice agents need. */

export { ManualClock } from './manual-clock.ts';
