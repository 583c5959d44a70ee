import type { Requirement } from '../requirements.ts';

export const stateRequirements: Readonly<Record<string, Requirement>> = {
  'state:json': {
    source: 'spec/control.md section 2, issue 3 (bad input)',
    promise: 'State holds JSON only; anything else is refused with a typed error that names the place.',
  },
  'state:frozen': {
    source: 'issue 3 item 2',
    promise:
      'What was stored cannot change through the object that was written, or through the one that was read.',
  },
  'state:reads': {
    source: 'spec/control.md section 2',
    promise:
      'A lenient read takes a wrong type for absent; a strict one tells absent, value and wrong type apart.',
  },
  'state:derived': {
    source: 'spec/control.md section 2',
    promise: 'Reads and existence of a key without a colon fall back to its derived value; others never do.',
  },
  'state:modify': {
    source: 'spec/control.md section 2',
    promise:
      'modify is one read and write, with a fallback for an absent or undecodable value, without derived.',
  },
  'state:reserved': {
    source: 'design section 4, spec/control.md section 16.10',
    promise: 'Applications, tools and extractors cannot write the keys of the runtime, by no way of writing.',
  },
  'state:delta': {
    source: 'spec/control.md sections 2 and 16.2',
    promise:
      'A delta reads through its own changes; they are journaled when committed and leave no trace otherwise.',
  },
  'state:journal': {
    source: 'spec/control.md section 2',
    promise:
      'Mutations are numbered without gaps, the last 1,024 are remembered, and a cursor that lost some is told.',
  },
  'state:sink': {
    source: 'spec/control.md section 2',
    promise: 'A sink gets every mutation in order, redacted; one that throws is reported once and given up.',
  },
  'state:evidence': {
    source: 'spec/control.md section 2',
    promise: 'Evidence tells value, source, confidence and the last mutation of a key.',
  },
  'state:equivalence': {
    source: 'spec/control.md section 2',
    promise:
      'Values that differ only in case, spacing or punctuation are a restatement; other numbers are not.',
  },
  'state:redaction': {
    source: 'spec/control.md sections 2 and 16.9',
    promise:
      'A marked key is masked behind any prefix and inside values, and stays real for reads in the process.',
  },
  'state:snapshot': {
    source: 'spec/control.md section 2',
    promise: 'A snapshot holds the base alone, and importing it lays its values over the present ones.',
  },
  'state:hostileSnapshot': {
    source: 'spec/control.md section 16.9, issue 3 (bad input)',
    promise:
      'An unsound snapshot changes nothing and is refused with the place; none can forge keys or restore masks.',
  },
  'state:schema': {
    source: 'design section 4',
    promise:
      'A schema of the application refuses writes that break it, naming the issues, and changes nothing else.',
  },
  'state:live': {
    source: 'issue 3 item 9',
    promise: 'A live key is computed when read, and is in neither journal nor snapshot.',
  },
  'state:watchWrites': {
    source: 'spec/control.md section 16.1',
    promise: 'A listener hears of each write of the application once it is done, and of none of the runtime.',
  },
};
