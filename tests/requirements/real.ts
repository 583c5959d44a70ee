import type { Requirement } from '../requirements.ts';

const of = (source: string, promise: string): Requirement => ({ source, promise });

/** What a whole live session promises on real sockets against the real simulator. */
export const realRequirements: Readonly<Record<string, Requirement>> = {
  'real:turns': of(
    'issue 3, Build 1 and 8',
    'Text and speech are answered on every generation and platform, and each turn leaves a complete record.',
  ),
  'real:edges': of(
    'design §4',
    'Speech has edges and a latency where the server tells of no voice activity.',
  ),
  'real:tools': of('issue 3, Build 4', 'Inline and background tools work on every generation and platform.'),
  'real:bargeIn': of(
    'issue 3, Build 3',
    'A user who cuts in ends the turn where it was heard, on every model.',
  ),
  'real:steering': of(
    'issue 3, Build 7',
    'Phases steer by the path that the model has, as the server received it.',
  ),
  'real:knowledge': of('issue 3, Build 5', 'An extractor asks the text model of the same service over REST.'),
  'real:redaction': of(
    'issue 3, Build 8',
    'No event, record, state or snapshot of a real call holds a secret.',
  ),
  'real:speech': of(
    'issue 3, Build 3',
    'Recorded speech makes turns under the authority of the server and of the client.',
  ),
  'real:blockedMic': of(
    'wire §4, Tools',
    'On models that may close on audio during a blocking call the microphone waits for its answer, bounded.',
  ),
  'real:faults': of(
    'wire §4.1.8',
    'A live session survives what a server does wrong, or ends with a typed reason and leaves nothing behind.',
  ),
  'real:longCall': of(
    'design §1.5',
    'After ten minutes and sixty turns records, counts and telemetry agree with the server.',
  ),
  'real:crowd': of(
    'issue 3, Must reach',
    'Twenty sessions at once keep their order and their state to themselves.',
  ),
};
