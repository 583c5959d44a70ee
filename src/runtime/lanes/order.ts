/**
 * What happens for each input of the control lane, in this order (spec: control §3). The table is the contract: the
 * guide prints it, and a test follows each row. Steps of a part that is off do nothing. After every row the state is
 * settled: computed values, then watchers, until nothing moves.
 */
export const ORDER = {
  /** `setupComplete`, of the first connection and of every later one. */
  connected: [
    'noteConnected',
    'keepCalls',
    'remind',
    'enterFirstPhase',
    'greet',
    'goOn',
    'runConnectedHook',
    'tellConnected',
    'freeFloor',
  ],
  /** The model's turn ended in the middle, with its connection: it has its record, and the next turn another number. */
  turnCutOff: [
    'finishBoundary',
    'tellFinalTranscripts',
    'clearTurnKeys',
    'hearSlots',
    'noteCutOff',
    'startTurnExtractors',
    'askQuestions',
    'tellTurnRecord',
  ],
  /** The conversation goes on over another connection. Follows `connected`. */
  rotated: ['tellRotated'],
  /** The application sent a text: it is what the user said. */
  userText: ['noteUserText', 'beginCallerTurn'],
  /** The user began to speak: local VAD, the server, or the application said so. `vadStart` follows. */
  speechStarted: ['noteSpeechStart', 'beginCallerTurn'],
  /** `vadEnd` follows. */
  speechEnded: ['noteSpeechEnd', 'freeFloor'],
  /** The model's first output of a turn. */
  modelBegan: ['noteModelBegan'],
  /** The model says that it has nothing to say. */
  waitingForInput: ['noteWaiting', 'freeFloor'],
  /** What the model said begins, or has ended, to be heard. */
  playbackStarted: ['notePlaybackStart'],
  playbackDrained: ['notePlaybackEnd', 'freeFloor'],
  /** The user cut the model off. */
  interrupted: [
    'cutWhatWasHeard',
    'abortReads',
    'noteInterruption',
    'countInterruption',
    'tellInterrupted',
    'freeFloor',
  ],
  toolCall: ['takeCalls', 'startTools'],
  /** A call came to its end: answered, failed, refused or cancelled. `toolExecution` follows. */
  toolOutcome: ['noteOutcome', 'advanceFlow'],
  /** Answers to calls are ready to go. */
  toolResponses: ['redeclareTools', 'sendResponses', 'noteResponses', 'startToolExtractors'],
  /** The application answered calls by hand; the answers are out. */
  answeredByHand: ['noteHandAnswers', 'noteResponses', 'startToolExtractors'],
  toolCallCancelled: ['cancelCalls'],
  /** Calls get no answer any more. Answers that waited for them in their batch have gone out. */
  callsGivenUp: ['letModelGo', 'freeFloor'],
  generationComplete: ['noteGeneration', 'startGenerationExtractors', 'runGenerationHook'],
  /** The model's turn is over. What is slow starts here; what waits for it is the boundary. */
  turnComplete: [
    'finishBoundary',
    'tellFinalTranscripts',
    'clearTurnKeys',
    'hearSlots',
    'checkVerbatim',
    'noteTurn',
    'startTurnExtractors',
    'askQuestions',
    'tellTurnComplete',
    'awaitBoundary',
    'freeFloor',
  ],
  /** The extractors of the turn have been applied and its questions answered, or took too long. At once when there are none. */
  boundary: ['settleState', 'advance', 'countTurn', 'steer', 'runBoundaryHook', 'tellTurnRecord'],
  /** Results of extractors came back. */
  extracted: ['applyResults', 'settleState', 'reconsider'],
  /** A preparation of a blocked phase came back. */
  prepared: ['keepPrepared', 'settleState', 'reconsider'],
  /** Questions about what the user has said are answered. */
  decided: ['keepDecisions', 'settleState', 'reconsider'],
  /** Words of the user came after the end of their turn: slots are heard, and questions asked, about all that was said in it. */
  lateWords: ['hearLate', 'settleState', 'reconsider', 'askLate'],
  /** The work of a step of the flow came back. */
  stepEnded: ['keepStepResult', 'settleState', 'reconsider'],
  /** The application asked for a phase. */
  goTo: ['moveTo', 'steer'],
  /** The application gave the session another instruction, and something steers it. */
  instruct: ['changeInstruction', 'steer'],
  /** The application wrote state from outside the lane, or a pattern's time has come. */
  stateWritten: [],
  /** The user has spoken and the model says nothing. */
  softTurn: ['settleState', 'reconsider', 'runSoftTurnHook'],
  goAway: ['noteGoAway', 'tellGoAway'],
  resumption: ['noteResumption'],
  usage: ['noteUsage'],
  fault: ['noteFault', 'tellFault'],
  /** The application asked for the end: what can still go out goes out. Teardown hooks follow, then the close. */
  disconnect: ['finishBoundary', 'stopTools', 'flushContext'],
  /** The connection is closed for good. Teardown hooks start if they did not run before. `ended` follows. */
  disconnected: ['finishBoundary', 'stopTools', 'noteDisconnected', 'startTeardown', 'awaitEnd'],
  /** A turn that the end cut off is told as far as it came. After this row nothing is run. */
  ended: ['tellLastTurn', 'closeParts', 'tellDisconnected'],
} as const;

export type StepName = (typeof ORDER)[keyof typeof ORDER][number];
