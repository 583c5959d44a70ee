import type { Requirement } from '../requirements.ts';

export const recordRequirements: Readonly<Record<string, Requirement>> = {
  'record:transcript:assembled': {
    source: 'spec/voice.md section 16 (17), spec/wire.md section 3',
    promise: 'Pieces of both sides are joined per turn; an interim piece is replaced by the next one.',
  },
  'record:transcript:lateWords': {
    source: 'spec/wire.md sections 4 and 9',
    promise:
      "The user's words land in the turn in which they were said, also when they come after the answer, or after its end.",
  },
  'record:transcript:heard': {
    source: 'spec/voice.md section 6, design section 4',
    promise: 'After a barge-in a transcript holds what was heard, and no half of a secret.',
  },
  'record:transcript:bounded': {
    source: 'spec/voice.md section 14',
    promise: 'Transcripts keep 50 turns, summaries of 200 characters, and bounded text per turn.',
  },
  'record:transcript:repair': {
    source: 'spec/control.md sections 3.1 (2) and 17 (22)',
    promise: "The greeting and the voicing of a tool's result do not count toward repair.",
  },
  'record:redaction:stream': {
    source: 'spec/voice.md section 16 (32), spec/control.md section 16',
    promise: 'However a text is cut, its pieces are scrubbed as the whole is, and no secret survives.',
  },
  'record:redaction:digits': {
    source: 'spec/voice.md section 14',
    promise: 'Cards by check digit and runs of digits are masked, in groups, in other scripts, and spoken.',
  },
  'record:redaction:patterns': {
    source: 'spec/voice.md section 14',
    promise:
      'Every occurrence of a custom pattern is masked, in time linear in the text; what cannot be supported is refused.',
  },
  'record:redaction:bounded': {
    source: 'design section 2',
    promise: 'What a scrubber holds back is bounded, and longer candidates are masked by a stated rule.',
  },
  'record:redaction:boundary': {
    source: 'design section 4, spec/control.md section 16 (9)',
    promise:
      'Transcripts, deltas, thoughts, tool arguments and results, state values and extractions are masked.',
  },
  'record:redaction:off': {
    source: 'issue 3',
    promise: 'With nothing to redact, everything passes as the same value.',
  },
  'record:turn': {
    source: 'design section 1.5',
    promise:
      'Each turn leaves one record: heard, said, tools, latencies, tokens, phase; the last 50 are kept.',
  },
  'record:turn:stateDiff': {
    source: 'design section 1.5',
    promise: 'A record tells the net change of each key since the last record, redacted.',
  },
};
