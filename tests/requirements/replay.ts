import type { Requirement } from '../requirements.ts';

const SOURCE = 'issue Never drops, 5; spec/control.md section 10';

/** What recordings and replays promise. */
export const replayRequirements: Readonly<Record<string, Requirement>> = {
  'replay:clean': {
    source: SOURCE,
    promise:
      'A recorded call, whatever happened in it, replays clean by the real runtime: the same frames, byte for byte, and the same final state.',
  },
  'replay:events': {
    source: 'spec/voice.md section 17',
    promise: 'A replay tells the same events as the call that was recorded.',
  },
  'replay:tapes': {
    source: SOURCE,
    promise:
      'Tools, extractors, text models and hooks answer from tapes; what is on no tape is an error, and nothing is ever called.',
  },
  'replay:drift': {
    source: SOURCE,
    promise:
      'A changed result of a tool, a changed option and a removed frame are each a drift that is told with its entry and what differs.',
  },
  'replay:fileAlone': {
    source: SOURCE,
    promise: 'A session that a conversation document describes is replayed from the file alone.',
  },
  'replay:secrets': {
    source: 'spec/style.md section 3.20; design section 4, Redaction',
    promise:
      'Neither a credential nor what the session redacts is in a recording, in frames neither; surrogates of their kind stand for them.',
  },
  'replay:harmless': {
    source: SOURCE,
    promise:
      'A sink that throws, rejects or is too slow ends the recording and is told of; the call goes on.',
  },
  'replay:badInput': {
    source: 'issue Never drops, Bad input',
    promise:
      'A corrupt, torn, foreign or newer recording is refused with its line; on request what stands before is read.',
  },
  'replay:moments': {
    source: SOURCE,
    promise:
      'State, place, flow and transcript can be asked for at any entry of a recording, back and forth.',
  },
  'replay:scenario': {
    source: 'spec/control.md section 11',
    promise: 'A recording of a governed call gives the journal of its state, from which scenarios are made.',
  },
  'replay:command': {
    source: SOURCE,
    promise: '`parlando replay` ends with 0 for clean, 1 for drift and 2 for bad input.',
  },
};
