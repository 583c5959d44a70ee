import type { Requirement } from '../requirements.ts';

/** What the pages promise. */
export const docsRequirements: Readonly<Record<string, Requirement>> = {
  'docs:programs': {
    source: 'spec/style.md 22',
    promise:
      'Every program of the guides compiles, runs, and prints what its comments say; every example compiles.',
  },
  'docs:readme': {
    source: 'issue 3, Done when; spec/style.md 23',
    promise:
      'The first program of the README is the hello example, in at most 20 lines; the README has at most 120.',
  },
  'docs:flow': {
    source: 'issue 4, Done when',
    promise:
      'docs/flow.md speaks of every field of flows, documents and scenarios; its programs and commands run as it says.',
  },
  'docs:links': {
    source: 'issue 3',
    promise: 'Every link between pages leads somewhere, and the index names every page of the guide.',
  },
};
