import type { Requirement } from '../requirements.ts';

const source = 'issue: Runtime, item 10; spec: control §14';

export const builderRequirements: Readonly<Record<string, Requirement>> = {
  'builder:sameOptions': {
    source,
    promise: 'Every setter of `Live.builder()` leads to exactly the options of the plain object.',
  },
  'builder:inference': {
    source,
    promise: 'Extractors, tools and guards have their types without a type argument.',
  },
  'builder:allProblems': {
    source,
    promise: 'Misconfiguration is one error at `connect` that lists every problem.',
  },
  'builder:nothingDropped': {
    source,
    promise: 'What was begun and not ended, or said twice, is told or counts: nothing is dropped in silence.',
  },
  'builder:listeners': {
    source: 'spec: control §14, fast lane',
    promise: 'Callbacks hear from the first event on, and what nobody hears is not handed out.',
  },
  'builder:connects': {
    source,
    promise: 'A call opens on Google AI, on Vertex AI, by the environment or over a transport of your own.',
  },
  'builder:guide': {
    source: 'spec: style §3.22',
    promise: 'The programs of the guide run as they are printed.',
  },
};
