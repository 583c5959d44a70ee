import type { Requirement } from '../requirements.ts';

const ISSUE = 'issue 2, `parlando` CLI';
const LIVE_ISSUE = 'issue 3, Build 12';

export const cliRequirements: Readonly<Record<string, Requirement>> = {
  'cli:demo:realTime': {
    source: 'issue 2, Done when, line 1',
    promise:
      'The demo ends by itself within 60 s with 0 and prints connected, an inputTranscription, audioData, outputTranscription, turnComplete and disconnected in order.',
  },
  'cli:demo:fast': {
    source: ISSUE,
    promise: 'On its simulated clock the demo prints the same events in a few seconds.',
  },
  'cli:demo:shows': {
    source: ISSUE,
    promise: 'The demo shows words of both sides, a tool call with its result, a barge-in and latencies.',
  },
  'cli:demo:story': {
    source: LIVE_ISSUE,
    promise:
      'Beside the words the demo shows phases, changes of state with their reasons, tool calls that ran or were refused, and at the end a record of each turn.',
  },
  'cli:demo:layers': {
    source: LIVE_ISSUE,
    promise:
      'With --json the demo prints events of the wire, events of the live session and changes of state apart.',
  },
  'cli:demo:booked': {
    source: LIVE_ISSUE,
    promise: 'The demo ends with 0 only when the table was booked, whatever the model says.',
  },
  'cli:demo:card': {
    source: 'issue 4, Build 6',
    promise:
      'The demo shows a payment that a flow refuses, what it waits for, and that exactly what was agreed to is taken.',
  },
  'cli:demo:paid': {
    source: 'issue 4, Build 6',
    promise:
      'The demo ends with 0 only when what the caller agreed to was paid once, whatever the model says.',
  },
  'cli:demo:terminal': {
    source: ISSUE,
    promise: 'On a terminal the demo draws level meters, phases and latency in place.',
  },
  'cli:demo:reply': { source: ISSUE, promise: 'The demo saves what the agent said as WAV and says where.' },
  'cli:demo:speech': {
    source: ISSUE,
    promise: 'The bundled speech is where its sidecar says it is, and is under 500 kB.',
  },
  'cli:sim:ready': {
    source: ISSUE,
    promise:
      'The simulator prints exactly one JSON line with its URL when it is ready; port 0 picks a free one.',
  },
  'cli:sim:stops': {
    source: ISSUE,
    promise: 'SIGTERM and SIGINT stop the simulator with 0, sessions open or not.',
  },
  'cli:sim:script': { source: ISSUE, promise: 'The simulator follows a script from a file.' },
  'cli:sim:platform': { source: ISSUE, promise: 'The simulator imitates Vertex AI when asked to.' },
  'cli:call:speech': {
    source: 'issue 2, Done when, line 2',
    promise: 'A call with jfk.wav gets a spoken answer to all of it, pauses included.',
  },
  'cli:call:lastAnswer': {
    source: ISSUE,
    promise: 'A call ends after the turnComplete of the answer that follows the whole input.',
  },
  'cli:call:text': { source: ISSUE, promise: 'A call needs no audio when it has text.' },
  'cli:call:anyWav': { source: ISSUE, promise: 'A call takes WAV files of other rates and channels.' },
  'cli:call:json': {
    source: ISSUE,
    promise: 'With --json a call prints session events, one a line and nothing else, sound by its length.',
  },
  'cli:call:noAnswer': {
    source: ISSUE,
    promise: 'A call that gets no answer ends after a bounded time with 1 and says what happened.',
  },
  'cli:call:interrupt': { source: ISSUE, promise: 'A signal ends a call cleanly: the session is closed.' },
  'cli:badInput': {
    source: 'issue 2, Bad input',
    promise:
      'A wrong model, key, voice, WAV, URL, port, script or option gives one clear line on stderr and exit 2.',
  },
  'cli:secrets': {
    source: 'issue 2, Bad input',
    promise: 'No key appears in the output of any command, whether it works or fails.',
  },
  'cli:help': {
    source: ISSUE,
    promise: 'Every command explains its options, and --version tells the version.',
  },
  'cli:progress': {
    source: ISSUE,
    promise: 'What takes over a second shows progress, on stderr when stdout is JSON.',
  },
};
