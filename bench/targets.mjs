/** The ratios that a release must reach, all of `parlando/wire` and within one run. */

/** `parlando` at most `limit` times `peer`. */
const atMost = (metric, peer, limit) => ({ metric, peer, limit, kind: 'atMost' });
/** `peer` at least `limit` times `parlando`. */
const atLeast = (metric, peer, limit) => ({ metric, peer, limit, kind: 'atLeast' });
/** `parlando` itself at most `limit`. */
const absolute = (metric, limit) => ({ metric, limit, kind: 'absolute' });

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
];
