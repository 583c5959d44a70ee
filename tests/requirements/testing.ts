import type { Requirement } from '../requirements.ts';

const source = 'issue Runtime, item 11; design.md section 6';

export const testingRequirements: Readonly<Record<string, Requirement>> = {
  'testing:peer': {
    source,
    promise: 'A test plays the service at the level of the wire, without socket, model or waiting.',
  },
  'testing:expect': {
    source,
    promise: 'Frames and events are expected in order, once each; a failure says what came instead.',
  },
  'testing:clock': {
    source,
    promise: 'Session and peer share a manual clock, so that minutes pass in milliseconds.',
  },
  'testing:state': { source, promise: 'State is asserted by shape, key by key.' },
};
