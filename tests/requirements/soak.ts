import type { Requirement } from '../requirements.ts';

const ISSUE = 'issue 5, item 7';

export const soakRequirements: Readonly<Record<string, Requirement>> = {
  'soak:short': {
    source: ISSUE,
    promise:
      'Whole sessions under seeded faults of every kind lose and double no user turn and no tool result, never end, and recover from every rotation.',
    gap: '5',
  },
  'soak:audio': {
    source: ISSUE,
    promise:
      'Every sample of the microphone is in the ledger of the server, or was dropped for a known reason; every sample of the model is heard.',
  },
  'soak:ledger': {
    source: ISSUE,
    promise:
      'The comparison of both ends finds what is lost and what is doubled, also where a fresh session began.',
  },
  'soak:report': {
    source: ISSUE,
    promise: 'A session that fails is told with its seed and how to run it alone, and the run exits with 1.',
  },
  'docs:reliability': {
    source: 'issue 5, Done when',
    promise: 'docs/reliability.md states each promise with the test that holds it.',
  },
  'soak:leak': {
    source: 'issue 5, item 8',
    promise: 'The heap is flat over 1,000 calls and over 1,000 rotations of one call.',
  },
  'soak:fuzz': {
    source: 'issue 5, item 8',
    promise:
      'Frames with bytes changed, towards the client, the simulator and the command line, end in events, documented closes and exit codes: no crash, no hang, no unhandled rejection.',
  },
  'wire:outbox:spoken': {
    source: 'issue 5, items 1 and 2',
    promise:
      'A spoken turn that the service has written down reaches the model exactly once, as a typed one does.',
  },
  'steer:answerFirst': {
    source: 'issue 5, Must reach',
    promise: 'Context that steers the model does not cut off the answer to a text of the user.',
  },
};
