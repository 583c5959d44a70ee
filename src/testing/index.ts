/** `parlando/testing`: what tests of voice agents need. */

// Questions to what happened
export { EventLog, type EventSource, expectState } from './event-log.ts';
export { ExpectationError } from './expectation-error.ts';
// Time
export { ManualClock, settle } from './manual-clock.ts';
// The service's side of a call
export {
  type ClientFrame,
  type SaysOptions,
  ScriptedPeer,
  type ScriptedPeerOptions,
} from './scripted-peer.ts';
export type { Shape } from './shape.ts';
