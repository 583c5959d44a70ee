/**
 * What happens for each input of the control lane, in this order (spec: control §3). The table is the contract; the
 * guide prints it and a test follows each row. Steps of a part that is off do nothing. After every row the state is
 * settled: computed values, then watchers, until nothing moves.
 */
export const ORDER = {
  /** `setupComplete`, of the first connection and of every later one. */
  connected: ['noteConnected', 'enterFirstPhase', 'greet', 'tellConnected'],
  /** The application sent a text: it is what the user said. */
  userText: ['noteUserText'],
  /** The user began to speak: local VAD, the server, or the application said so. */
  speechStarted: ['startUserTurn', 'reactToSpeechStart', 'tellSpeechStart'],
  speechEnded: ['reactToSpeechEnd', 'tellSpeechEnd'],
  /** What the model said begins, or has ended, to be heard. */
  playbackStarted: ['reactToPlaybackStart'],
  playbackDrained: ['reactToPlaybackEnd'],
  /** The user cut the model off. */
  interrupted: ['cutWhatWasHeard', 'abortReads', 'noteInterruption', 'tellInterrupted'],
  toolCall: ['takeCalls', 'startTools'],
  /** Answers to calls are ready to go. */
  toolResponses: ['redeclareTools', 'sendResponses', 'startToolExtractors'],
  /** A call came to its end: answered, failed, refused or cancelled. */
  toolOutcome: ['noteOutcome'],
  toolCallCancelled: ['cancelCalls'],
  generationComplete: ['noteGeneration', 'startGenerationExtractors', 'tellGenerationComplete'],
  /** The model's turn is over. What is slow starts here; what waits for it is the boundary. */
  turnComplete: [
    'finishBoundary',
    'finishTranscripts',
    'clearTurnKeys',
    'startTurnExtractors',
    'noteTurn',
    'tellTurnComplete',
  ],
  /** The extractors of the turn have been applied, or took too long. At once when there are none. */
  boundary: [
    'settleState',
    'advance',
    'tickPatterns',
    'steer',
    'runBoundaryHook',
    'tellTurnRecord',
  ],
  /** Results of extractors came back. */
  extracted: ['applyResults'],
  /** A preparation of a blocked phase came back. */
  prepared: ['advance', 'steer'],
  /** The application, or a tool, asked for a phase. */
  goTo: ['moveTo', 'steer'],
  /** The application wrote state outside of any input. */
  stateWritten: [],
  goAway: ['noteGoAway', 'tellGoAway'],
  resumption: ['noteResumption'],
  usage: ['noteUsage'],
  fault: ['noteFault', 'tellFault'],
  /** The application asked for the end. */
  disconnect: ['finishBoundary', 'stopTools', 'flushContext'],
  disconnected: ['closeParts', 'tellLastTurnRecord', 'tellDisconnected'],
} as const;

export type ControlInputType = keyof typeof ORDER;
export type StepName = (typeof ORDER)[ControlInputType][number];
