import type { Requirement } from '../requirements.ts';

export const watchRequirements: Readonly<Record<string, Requirement>> = {
  'watch:predicates': {
    source: 'spec/control.md section 7',
    promise: 'Each predicate holds for exactly the changes that it names, at its edges too.',
  },
  'watch:everyWriter': {
    source: 'spec/control.md section 16.1',
    promise:
      'A watcher sees the sum of all changes since it last looked, whoever made them and however many.',
  },
  'watch:rolledBack': {
    source: 'spec/control.md section 16.2',
    promise: 'A delta that was rolled back reaches no watcher.',
  },
  'watch:fixpoint': {
    source: 'design section 4, spec/control.md section 16 (structural)',
    promise:
      'Computed values and watchers run until nothing moves; a cap ends what never settles and names the keys.',
  },
  'watch:actions': {
    source: 'issue 3 item 6 and bad input',
    promise:
      'Actions that throw or reject are reported and hurt nobody; nobody waits for a promise of theirs.',
  },
  'watch:cooldown': {
    source: 'issue 3 item 6',
    promise: 'Watchers and patterns with a cooldown do not act again before it is over.',
  },
  'watch:computed': {
    source: 'spec/control.md section 7',
    promise:
      'Computed values follow their dependencies in order, are written when they change, and keep an old value.',
  },
  'watch:problems': {
    source: 'spec/control.md section 7',
    promise: 'Cycles, duplicates, self-dependencies and senseless numbers are all found before a start.',
  },
  'watch:patterns': {
    source: 'spec/control.md section 7',
    promise: 'Sustained, rate, turns and tool-failure patterns recognise what they say, at their edges too.',
  },
  'watch:edges': {
    source: 'spec/control.md section 16.8',
    promise: 'A pattern acts once each time it begins to hold; turn counts move with turns only.',
  },
  'watch:timer': {
    source: 'spec/control.md section 16.8',
    promise: 'A timer runs only while something that is watched may change by itself.',
  },
};
