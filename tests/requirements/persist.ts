import type { Requirement } from '../requirements.ts';

const ISSUE = 'issue 5, item 4';

export const persistRequirements: Readonly<Record<string, Requirement>> = {
  'persist:store': {
    source: `${ISSUE}; design section 4, Persistence`,
    promise:
      'Memory, JSONL and SQLite stores pass one suite: order, two writers, retries, hostile ids, large and odd values, abort, close.',
  },
  'persist:store:model': {
    source: ISSUE,
    promise: 'Whatever the calls, a store answers as a plain map does.',
  },
  'persist:store:kill': {
    source: ISSUE,
    promise:
      'Killed at any point under load, a store has everything that it acknowledged, in order, and no half of anything.',
  },
  'persist:jsonl:torn': {
    source: ISSUE,
    promise:
      'A last line cut at any byte is left out, told of with its place, and written on from; the file is not changed by reading.',
  },
  'persist:bad:located': {
    source: 'issue 5, Bad input',
    promise:
      'Corrupt, foreign and future files and databases are refused with the place; what can be read is recovered on request into a new session.',
  },
  'persist:journal': {
    source: 'spec/style.md section 3.16; spec/control.md section 10',
    promise:
      'The writer keeps order, is bounded, repeats what failed, and catches up by a snapshot when it cannot keep all.',
  },
  'persist:snapshot:read': {
    source: 'issue 5, Bad input',
    promise: 'A snapshot or entry of the wrong shape or version is refused with the place of what is wrong.',
  },
  'persist:fold': {
    source: 'spec/control.md section 16, Snapshot omits marking',
    promise: 'A snapshot at any point, with the entries after it, gives the state at the end.',
  },
  'persist:redaction': {
    source: 'design section 4, Redaction; spec/control.md section 16 (9)',
    promise:
      'A masked value is restored as absent, never as its mask, and told of; sealed ones come back only with the key.',
  },
  'persist:tools': {
    source: ISSUE,
    promise:
      'Open calls are restored with what may be done about them: run again where that is safe, else told as unknown.',
  },
  'persist:restore:fast': {
    source: 'issue 5, Must reach',
    promise: 'A session of one hour is restored within 100 ms.',
  },
  'persist:live': {
    source: 'design section 4, Persistence; issue 5, item 4',
    promise:
      'A live session goes on in another process where it was: state, phase, flow, digressions, repair, turn, words, handle; nobody is greeted twice.',
  },
  'persist:live:kill': {
    source: ISSUE,
    promise:
      'Killed at random points under load, a live session is restored with all that was stored, and no commit runs twice.',
  },
  'persist:live:calls': {
    source: ISSUE,
    promise:
      'Calls that were under way run again where that is safe, the others are told to the model as unknown; a commit begins when the store has that.',
  },
  'persist:live:told': {
    source: ISSUE,
    promise:
      'The model is told what its handle does not hold, and all of the conversation where the handle is refused.',
  },
  'persist:live:begin': {
    source: ISSUE,
    promise:
      'A session is taken up or begun as the application says, and what cannot be stored, or read, fails the connect before anything is opened.',
  },
  'persist:live:conflict': {
    source: ISSUE,
    promise: 'Of two processes with one session the older is told, and stops writing, and begins no commit.',
  },
  'persist:live:bad': {
    source: 'issue 5, Bad input',
    promise:
      'Damaged, foreign and future sessions are refused at connect with the place; the readable part goes on under another id; parts that there are no more are told.',
  },
  'persist:live:end': {
    source: 'spec/control.md section 17.26; spec/voice.md section 17',
    promise: 'When disconnect() has resolved the last snapshot is written, in any phase, bounded.',
  },
  'persist:live:free': {
    source: 'design section 2, The two roads',
    promise: 'Frames of audio do not touch what keeps the session.',
  },
};
