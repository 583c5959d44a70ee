import type { Requirement } from '../requirements.ts';

export const telemetryRequirements: Readonly<Record<string, Requirement>> = {
  'telemetry:latency:stats': {
    source: 'spec/voice.md section 13',
    promise:
      'Latencies have count, last, min, max, mean, percentiles by nearest rank of 256, and a histogram.',
  },
  'telemetry:latency:trigger': {
    source: 'spec/voice.md sections 13 and 16 (27)',
    promise:
      'Latency runs from the end of speech, by any source, or text to the next new output, once per trigger.',
  },
  'telemetry:turnMetrics': {
    source: 'spec/voice.md sections 13 and 12, issue 3',
    promise: 'Each turn has its own metrics, however close turns follow each other.',
  },
  'telemetry:turnDuration': {
    source: 'spec/voice.md section 16 (31)',
    promise: "The average duration of turns leaves the user's idle time out.",
  },
  'telemetry:tokens': {
    source: 'spec/voice.md section 13, spec/wire.md section 3',
    promise: 'Tokens are the last report of each turn, summed, also by modality.',
  },
  'telemetry:dropped': {
    source: 'issue 5',
    promise: "telemetry tells how much of the user's sound was dropped, whatever it waited for",
  },
  'telemetry:snapshot': {
    source: 'seeds 003 (telemetry), spec/voice.md section 13',
    promise: 'The snapshot has every key, as plain JSON.',
  },
  'telemetry:publisher': {
    source: 'seeds 004 (Telemetry), spec/voice.md section 16 (15)',
    promise: 'Snapshots are published at most every 100 ms, when asked for, until the end.',
  },
  'telemetry:signals': {
    source: 'spec/voice.md section 13',
    promise: 'The session keys tell how the session stands; times are computed on read and not journaled.',
  },
  'telemetry:signals:reconnect': {
    source: 'spec/voice.md section 16 (31)',
    promise: 'A reconnect resets no counter, and what belongs to a connection it does reset.',
  },
};
