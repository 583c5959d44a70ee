import type { Requirement } from '../requirements.ts';

/** The items of the seed pages 003 (LiveHandle) and 004 (LiveEvent). */
const handle: Readonly<Record<string, string>> = {
  sendAudio: 'sends PCM16 after any pending context',
  sendText: 'sends a user turn after any pending context',
  sendVideo: 'sends a still image after any pending context',
  updateInstruction: 'changes the instruction in mid-session by the way that the model allows',
  sendToolResponse: 'answers tool calls by hand',
  playbackDrained: 'releases a prompt that waited for playback, and leaves it armed while the user speaks',
  userSpeechStarted: 'is the barge-in edge: a pending prompt is cancelled, queued context is kept',
  userSpeechEnded: 'ends the speech of the user and releases a prompt that waited for it',
  voiceState: 'is a snapshot of the reactor',
  inputVadState: 'is a snapshot of the local VAD',
  flushDeferredPrompt: 'sends the deferred context and the armed prompt',
  writer: 'is a session writer that sends pending context before what the user sends',
  subscribe: 'gives raw session events',
  disconnect: 'flushes, runs teardown hooks, then closes; in every phase, once for all callers',
  done: 'resolves for every waiter when the session has ended',
  resumeHandle: 'is the newest handle to resume from',
  state: 'is the shared state',
  telemetry: 'collects metrics and gives snapshots of them',
  events: 'gives each caller its own receiver of live events, which reports its losses',
  stream: 'gives live events as an async iterable that skips losses',
  extracted: 'is the latest result of an extractor, typed',
  clone: 'is shared by reference: every holder sees the same session',
};

const events: Readonly<Record<string, string>> = {
  audio: 'raw PCM from the model, shared, not copied',
  textDelta: 'an incremental piece of text',
  textComplete: 'all the text of a finished turn',
  inputTranscript: 'what the user said, in pieces and then once whole',
  outputTranscript: 'what the model said, in pieces and then once whole',
  thought: 'a summary of reasoning',
  vadStart: 'the user began to speak',
  vadEnd: 'the user stopped speaking',
  extraction: 'an extractor has a result, and then each promoted field',
  extractionError: 'an extractor failed',
  statePromotion: 'a field was considered for authoritative state',
  phaseTransition: 'the phase changed, with a reason that names the guard',
  toolExecution: 'a tool call was answered',
  turnComplete: 'the turn of the model is over',
  interrupted: 'the user cut the model off',
  connected: 'setup is complete',
  disconnected: 'the end, exactly once',
  error: 'something failed, typed',
  goAway: 'the server will close, with the time left',
  telemetry: 'a snapshot of all metrics',
  turnMetrics: 'latency and tokens, once per turn',
};

function seeded(
  prefix: string,
  source: string,
  items: Readonly<Record<string, string>>,
): Record<string, Requirement> {
  return Object.fromEntries(
    Object.entries(items).map(([name, promise]) => [
      `${prefix}:${name}`,
      { source, promise: `\`${name}\` ${promise}.` },
    ]),
  );
}

export const liveRequirements: Readonly<Record<string, Requirement>> = {
  ...seeded('seed:liveHandle', 'seed 003', handle),
  ...seeded('seed:liveEvent', 'seed 004', events),
  'seed:liveHandle:explain': {
    source: 'seed 003',
    promise: '`explain` says which steps are active, what is admitted and blocked, and why.',
  },
  'seed:liveHandle:whyBlocked': {
    source: 'seed 003',
    promise: '`whyBlocked` is the same answer under the name of the question.',
  },
  'live:order': {
    source: 'spec/control.md section 3',
    promise:
      'Work at connect, in a turn, at tools, at an interruption and at the end goes in the order of one table.',
  },
  'live:greeting': {
    source: 'issue 3, item 3',
    promise: 'A greeting is sent once, when a new session is active, and never after a resume.',
  },
  'live:freshSession': {
    source: 'design section 4',
    promise:
      'A connection that begins a session anew is told where the conversation stands, and owes the old one nothing.',
  },
  'live:slowWork': {
    source: 'issue 3, must reach',
    promise:
      'A tool that takes 10 s and an extractor that takes 5 s delay no audio, interruption or other event.',
  },
  'live:end': {
    source: 'issue 3, item 1',
    promise:
      'disconnect() flushes, runs teardown hooks and closes, bounded, in every phase; all who wait for the end end.',
  },
  'live:failedConnect': {
    source: 'issue 3, item 10',
    promise: 'A connect that fails leaves nothing open and nothing scheduled.',
  },
  'live:receivers': {
    source: 'design section 4',
    promise:
      'A slow receiver loses its own oldest media, is told so by events(), and never loses a control event.',
  },
  'live:isolation': {
    source: 'design section 4',
    promise:
      'A listener that throws, writes, sends, moves or disconnects from within an event disturbs nobody else.',
  },
  'live:stamps': {
    source: 'design section 4',
    promise: 'Live events are numbered without gaps and carry turn and generation.',
  },
  'live:reactorRules': {
    source: 'spec/voice.md section 8',
    promise: 'The voice rules of an application see live events, changes of state, soft turns and ticks.',
  },
  'live:persistence': {
    source: 'spec/control.md section 17.26',
    promise: 'A snapshot survives an immediate exit, and is restored in another process.',
  },
  'live:resumption': {
    source: 'spec/voice.md section 17',
    promise: 'GoAway in mid-utterance hands the session over without losing or doubling a turn.',
  },
};
