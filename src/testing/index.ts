/** `parlando/testing`: what tests of voice agents need. */

// Questions to what happened
export { EventLog, type EventSource, expectState } from './event-log.ts';
export { ExpectationError } from './expectation-error.ts';
// The network's side of a call
export {
  createFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
} from './fault-proxy/create-fault-proxy.ts';
export type { ProxyConnection, ProxyTarget } from './fault-proxy/proxied-connection.ts';
export type { Direction, Pace, ProxyFault, ProxyFaultKind, ProxyMoment } from './fault-proxy/proxy-fault.ts';
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
