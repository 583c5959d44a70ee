import type { Requirement } from '../requirements.ts';

/** The items of the seed pages 000 (SessionPhase), 001 (SessionHandle) and 002 (SessionEvent). */
const phases: Readonly<Record<string, string>> = {
  disconnected: 'is the phase before connecting, between attempts and after the end',
  connecting: 'is the phase while the WebSocket is being opened',
  setupSent: 'is the phase between setup and setupComplete',
  active: 'is the phase when the session is ready and nobody speaks',
  userSpeaking: 'is driven by activity marks and by server voice activity',
  modelSpeaking: 'is the phase from the first content of a model turn',
  interrupted: 'is passed through when the user cuts the model off',
  toolCallPending: 'is the phase from a tool call until somebody takes it',
  toolCallExecuting: 'is the phase from the first answer, or its taking, until every call is answered',
  disconnecting: 'is the phase of a graceful end',
};

const handle: Readonly<Record<string, string>> = {
  commandTx: 'takes any SessionCommand and the audio fast lane',
  state: 'shows the shared state of the session, live',
  new: 'assembles a handle from command sink, event hub, state and phase watch',
  setTask: 'stores work that join waits for',
  join: 'resolves for every waiter, with how the session ended',
  subscribe: 'gives each subscriber its own bounded queue of events',
  eventSender: 'injects events into the stream, stamped and in order',
  phase: 'is the current phase',
  sessionId: 'is a UUID that stays the same across reconnects',
  waitForPhase: 'resolves when the phase is reached, and rejects when it no longer can be',
  sendAudio: 'sends raw PCM16 bytes',
  sendText: 'sends a user turn that completes',
  sendToolResponse: 'sends tool responses',
  sendVideo: 'sends a still image',
  updateInstruction: 'updates the system instruction by the way the model allows',
  signalActivityStart: 'marks the start of user activity in manual mode',
  signalActivityEnd: 'marks the end of user activity in manual mode',
  sendClientContent: 'sends turns with a turnComplete flag',
  disconnect: 'ends the session gracefully, in any phase',
  reader: 'is a SessionReader: subscribe, phase, sessionId',
  writer: 'is a SessionWriter: every send and disconnect',
  clone: 'is shared by reference: every holder sees the same session',
};

const events: Readonly<Record<string, string>> = {
  connected: 'setup is complete',
  textDelta: 'an incremental piece of the model text',
  textComplete: 'the whole text of a finished model turn',
  audioData: 'decoded PCM16 from the model, shared between subscribers',
  inputTranscription: 'what the user said',
  outputTranscription: 'what the model says',
  thought: 'a reasoning summary',
  toolCall: 'the calls the model wants',
  toolCallCancelled: 'the ids the server cancelled',
  turnComplete: 'the model turn is over',
  generationComplete: 'generation has stopped',
  interrupted: 'barge-in',
  phaseChanged: 'each change of phase, none silent',
  goAway: 'the server will close, with the time left',
  disconnected: 'the end, exactly once, with a reason',
  error: 'a non-fatal error, typed',
  sessionResumeUpdate: 'handle, resumability and consumed index',
  voiceActivityStart: 'server voice activity begins',
  voiceActivityEnd: 'server voice activity ends',
  usage: 'token counts in full',
};

function seed(
  page: string,
  source: string,
  items: Readonly<Record<string, string>>,
): Record<string, Requirement> {
  const entries = Object.entries(items).map(
    ([name, promise]) => [`seed:${page}:${name}`, { source, promise: `${name}: ${promise}` }] as const,
  );
  return Object.fromEntries(entries);
}

export const wireRequirements: Readonly<Record<string, Requirement>> = {
  ...seed('phase', 'seed 000 SessionPhase', phases),
  'seed:phase:canTransitionTo': {
    source: 'seed 000 SessionPhase, voice §1.1',
    promise: 'canTransitionTo answers all hundred pairs as the table says',
  },
  'seed:phase:display': {
    source: 'seed 000 SessionPhase',
    promise: 'a phase is its own name, printable and comparable',
  },
  ...seed('handle', 'seed 001 SessionHandle', handle),
  ...seed('event', 'seed 002 SessionEvent', events),
  'wire:phase:alive': {
    source: 'design §3, voice §16.1',
    promise: 'after any course of events an established session can come back to active',
  },
  'wire:frame:order': {
    source: 'design §3, voice §16.9',
    promise: 'a frame with several keys gives all its events, content first, session messages last',
  },
  'wire:event:stamp': {
    source: 'design §3',
    promise: 'each event carries seq without gaps, its turn, and a generation that an interruption raises',
  },
  'wire:event:early': {
    source: 'voice §16.12',
    promise: 'a subscriber added right after connect has missed nothing',
  },
  'wire:event:lag': {
    source: 'design §4, voice §16.11',
    promise: 'a slow receiver loses its oldest media and is told so, never control events, and slows nobody',
  },
  'wire:event:isolation': {
    source: 'design §4',
    promise: 'a throwing listener is reported and stops nobody else',
  },
  'wire:end:once': {
    source: 'design §3',
    promise: 'a session ends exactly once, for every waiter, iterators included',
  },
  'wire:connect:timeout': {
    source: 'design §3',
    promise: 'connecting is given up after its timeout, with a typed error',
  },
  'wire:setup:timeout': {
    source: 'design §3, wire §4',
    promise: 'a setup that is never answered ends with setupTimeout',
  },
  'wire:setup:early-close': {
    source: 'wire §7 row 1',
    promise: 'connect rejects, typed, when the server closes before setupComplete',
  },
  'wire:setup:early-frames': {
    source: 'wire §4',
    promise: 'content before setupComplete becomes unknown events and harms nothing',
  },
  'wire:close:classify': {
    source: 'design §3, wire §5',
    promise: 'every documented close has its typed verdict',
  },
  'wire:close:fatal': { source: 'design §3', promise: 'fatal closes are never retried' },
  'wire:retry:jitter': { source: 'design §3', promise: 'backoff has full jitter and a cap' },
  'wire:retry:bounded': {
    source: 'design §3',
    promise: 'attempts in a row are bounded, and a stable minute resets them',
  },
  'wire:retry:first': {
    source: 'design §3, issue 5',
    promise: 'a lost connection is retried at once, and only then with delays',
  },
  'wire:cancel': {
    source: 'design §3',
    promise: 'connecting, setup and backoff are cancelled by signal and by disconnect',
  },
  'wire:resume:config': {
    source: 'issue Spine',
    promise: 'a handle given in the config is sent in the setup',
  },
  'wire:resume:newest': {
    source: 'design §3',
    promise: 'a reconnect resumes with the newest resumable handle',
  },
  'wire:resume:stale': {
    source: 'wire §4',
    promise: 'a stale handle is dropped and a fresh session started',
  },
  'wire:rotate:goAway': {
    source: 'design §3, wire §4',
    promise: 'goAway replaces the connection within its time, whether or not the server keeps its word',
  },
  'wire:rotate:pause': {
    source: 'design §3',
    promise: 'a connection is replaced between turns and after tool answers, where there is time for it',
  },
  'wire:rotate:cutOff': {
    source: 'issue 5',
    promise: 'a turn that ends with its connection is told of, and asked again',
  },
  'wire:rotate:limit': {
    source: 'design §3, wire §4',
    promise: 'a connection is replaced before the limit known of its model',
  },
  'wire:rotate:asked': { source: 'issue 5', promise: 'the application can replace the connection' },
  'wire:rotate:config': {
    source: 'wire §4',
    promise: 'what was changed of the configuration holds on the next connection',
  },
  'wire:rotate:activity': {
    source: 'design §3',
    promise: 'a window of activity that was open is open on the next connection',
  },
  'wire:rotate:audio': {
    source: 'issue 5',
    promise: 'audio of a gap under two seconds is kept whole and in order',
  },
  'wire:rotate:lost': {
    source: 'issue 5',
    promise: 'a rotation tells how much of the open utterance is sent again, and how much is not',
  },
  'wire:rotate:flat': { source: 'issue 5', promise: 'a thousand rotations leave nothing behind' },
  'wire:rotate:gap': {
    source: 'issue 5',
    promise: 'on loopback a rotation takes at most 60 ms p99, and recovery from a reset at most 300 ms p50',
  },
  'wire:resume:modes': {
    source: 'issue 5',
    promise: 'resume is auto, manual (handles are told) or off (none are asked for)',
  },
  'wire:resume:poisoned': {
    source: 'design §3, wire §4',
    promise: 'a handle that leads nowhere twice is given up',
  },
  'wire:resume:lingering': {
    source: 'wire §4, issue 5',
    promise:
      'a handle that is refused while its old connection may linger is asked again, with backoff, for three seconds',
  },
  'wire:resume:reseed': {
    source: 'design §3, wire §4',
    promise: 'a fresh session is told the conversation so far, by the way that is legal for its model',
  },
  'wire:outbox:once': {
    source: 'design §3, issue 5',
    promise:
      'each user turn, context turn and tool response reaches the model exactly once, across any number of lost and replaced connections',
  },
  'wire:outbox:asks': {
    source: 'issue 5',
    promise:
      'a turn whose lost call nobody answers is asked again once, and not while the user speaks, while the model waits for another call, or after an interruption',
  },
  'wire:rotate:close-first': {
    source: 'wire §4',
    promise: 'a new connection is opened only when the old one is closed',
  },
  'wire:send:held': {
    source: 'voice §2',
    promise: 'what is sent before the session is active goes out in order once it is',
  },
  'wire:send:bounded': {
    source: 'design §3',
    promise: 'the queue is bounded: sendQueueFull for commands, the oldest audio dropped and counted',
  },
  'wire:send:congested': {
    source: 'design §3',
    promise: 'a socket that does not drain keeps sends in the bounded queue, and later they go out in order',
  },
  'wire:send:after-end': {
    source: 'voice §2',
    promise: 'a send after the end rejects and is never an unhandled rejection',
  },
  'wire:send:pacing': { source: 'voice §5', promise: 'audio pacing holds a producer to about real time' },
  'wire:stall': { source: 'design §3', promise: 'a half-open connection is noticed by unanswered pings' },
  'wire:stall:limit': {
    source: 'issue 5, design §3',
    promise:
      'by default a half-open connection is noticed within 20 s of its last sign of life, and replaced',
  },
  'wire:turn:tools': {
    source: 'design §3',
    promise: 'tool phases re-enter the conversation when every call is answered or cancelled',
  },
  'wire:recorder': {
    source: 'design §3',
    promise: 'a recording has a header line and every frame of both directions',
  },
  'wire:memory-transport': {
    source: 'issue Spine',
    promise: 'the in-memory transport keeps order and reports its end once',
  },
  'wire:reentrancy': {
    source: 'design §4',
    promise: 'what a listener does while it is called happens after the events of its step',
  },
};
