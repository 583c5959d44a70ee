/** What a release must reach within one run: `parlando/wire`, and the whole `LiveHandle` of `parlando`. */

/** `of` at most `limit` times `peer`. */
const atMost = (metric, peer, limit, of = 'parlando') => ({ metric, of, peer, limit, kind: 'atMost' });
/** `peer` at least `limit` times `parlando/wire`. */
const atLeast = (metric, peer, limit) => ({ metric, of: 'parlando', peer, limit, kind: 'atLeast' });
/** `of` itself at most `limit`. */
const absolute = (metric, limit, of = 'parlando') => ({ metric, of, limit, kind: 'absolute' });

export const TARGETS = [
  atMost('downlinkUs1920', 'bare-ws', 1.45),
  atLeast('downlinkUs1920', 'genai', 1.1),
  atMost('downlinkUs9600', 'bare-ws', 1.55),
  atLeast('downlinkUs9600', 'genai', 1.4),
  atMost('downlinkUs48000', 'bare-ws', 1.35),
  atLeast('downlinkUs48000', 'genai', 2.2),
  absolute('encodeUs', 0.35),
  atMost('uplinkUs', 'genai', 0.8),
  atMost('idleKib1000', 'bare-ws', 1.4),
  atMost('idleKib1000', 'genai', 1),
  atMost('freshKib1000', 'bare-ws', 1.4),
  atMost('freshKib1000', 'genai', 1),
  atMost('duplexCpu500', 'genai', 0.8),
  atMost('duplexDownP99Ms500', 'genai', 1),
  atMost('duplexKib500', 'genai', 0.7),
  absolute('duplexLost500', 0),
  absolute('duplexReordered500', 0),
  atMost('downlinkUs1920', 'parlando', 1.25, 'live'),
  atMost('downlinkUs1920', 'genai', 1, 'live'),
  absolute('micUs', 25, 'live'),
  // Eight bytes a chunk would be 234.
  absolute('micGrowthKib', 200, 'live'),
  absolute('idleKib1000', 40, 'live'),
  absolute('textP50Ms', 2, 'live'),
  absolute('textP99Ms', 5, 'live'),
  absolute('micWireP99Ms', 1, 'live'),
  absolute('slowGapMoreMs', 1, 'live'),
  absolute('flowCompileMs', 10, 'flow'),
  absolute('flowDocumentMs', 10, 'flow'),
  absolute('flowTurnUs', 50, 'flow'),
  absolute('flowScenariosMs', 2_000, 'flow'),
  absolute('restoreFirstMs', 100, 'live'),
  absolute('restoreMs', 100, 'live'),
  absolute('recordingDownUs', 3, 'live'),
  absolute('recordingUpUs', 3, 'live'),
  absolute('replaySeconds', 2, 'live'),
  absolute('rotationGapP99Ms', 60),
  absolute('resetRecoveryP50Ms', 300),
  absolute('keepEntryUs', 50, 'live'),
];
