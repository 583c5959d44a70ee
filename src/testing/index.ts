/** `parlando/testing`: what tests of voice agents need. */

// Recordings of calls, and what becomes of them
export {
  type ReadRecording,
  type ReadRecordingOptions,
  readRecording,
} from '../runtime/replay/read-recording.ts';
export type {
  RecordedInput,
  Recording,
  RecordingEntry,
  RecordingHeader,
  TapedError,
  TapedOutcome,
} from '../runtime/replay/recording.ts';
export { recordingChanges } from '../runtime/replay/recording-changes.ts';
export { type ReplayOptions, type ReplayResult, replay } from '../runtime/replay/replay.ts';
export type { ReplayDifference, StateDifference } from '../runtime/replay/replay-difference.ts';
export { ReplayError, type ReplayErrorCode } from '../runtime/replay/replay-error.ts';
export { documentOptions } from '../runtime/replay/replay-options.ts';
export { type Moment, openTimeline, type Timeline } from '../runtime/replay/timeline.ts';
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
// What a store of your own must do
export { type StoreCheck, type StoreSubject, storeSuite } from './store-suite.ts';
