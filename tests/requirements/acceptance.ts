import type { Requirement } from '../requirements.ts';

const ISSUE = 'issue 3, Bad input';

/** What a live session makes of bad input. */
const hostile: Readonly<Record<string, Requirement>> = {
  'hostile:insideOut': {
    source: 'issue Runtime, Bad input; spec/voice.md section 16.22',
    promise: 'What is called from within what it causes runs once, and is told and recorded like any other.',
  },
  'hostile:userCode': {
    source: ISSUE,
    promise:
      'User code that throws, rejects, or gives a promise where it must answer at once is told by an error with its code; the call and the next one go on.',
  },
  'hostile:listeners': {
    source: ISSUE,
    promise: 'A listener that throws or rejects is told once and hurts neither the others nor the session.',
  },
  'hostile:tools': {
    source: ISSUE,
    promise: 'Tools that answer twice, late or never leave every call with exactly one answer.',
  },
  'hostile:calls': {
    source: ISSUE,
    promise:
      'Unknown tools, invalid arguments, ids that repeat or are missing, and a thousand calls in one frame are each answered once.',
  },
  'hostile:full': {
    source: ISSUE,
    promise: 'A full queue is told of, once, and takes inputs again when it has room.',
  },
  'hostile:disconnect': {
    source: ISSUE,
    promise:
      'A disconnect in the middle of anything releases every waiter, leaves no timer, and is the last event.',
  },
  'hostile:state': {
    source: ISSUE,
    promise: 'Values that are no JSON are refused with their place, whoever writes them, and change nothing.',
  },
  'hostile:options': {
    source: ISSUE,
    promise: 'A schema that the API cannot take is refused at connect, with every reason in one error.',
  },
  'hostile:frames': {
    source: ISSUE,
    promise: 'Server frames of odd shape, size or order neither end the session nor leave it stuck.',
  },
  'hostile:secrets': {
    source: 'spec/style.md section 3.20; design section 3',
    promise: 'A credential is in no event, error, record, telemetry or log of a live session.',
  },
  'hostile:redaction': {
    source: 'design section 4, Redaction',
    promise:
      'What is marked or looks like a secret leaves by no exit: events, records, journal sinks, snapshots, telemetry, messages of errors.',
  },
  'hostile:memory': {
    source: 'spec/style.md section 3.16',
    promise: 'A thousand turns with tools and extraction leave only what the stated rings hold.',
  },
};

const voice: Readonly<Record<string, string>> = {
  snapshotAtEnd: 'After a disconnect in any phase the snapshot is there.',
  activityMarks: 'A committed turn of the user has exactly one pair of activity marks, under every preset.',
  backchannel: 'Under `responsive` 200 ms of speech into the model is no turn, and 700 ms is one.',
  deferredSuppression: 'Context that was delivered already is not sent a second time.',
  deferredSingleFrame: 'What waits goes out as one frame, before what the user sends.',
  promptArmed: 'A prompt that comes while the model is heard waits.',
  promptCancelled: 'A prompt that waits is cancelled when the user begins to speak; its context is kept.',
  promptDrained: 'A prompt that waits goes out once, when the playback has drained.',
  bargeInTool: 'A barge-in during a tool of 10 s gives it no response and moves no phase, within 50 ms.',
  staleAudio:
    'Audio that follows an interruption is of another generation, so that what is stale can be told.',
  transcript: 'The pieces of a transcript, redacted and cut, are its final one.',
  disconnectPhases: 'Disconnecting works in every phase of the session, within its bound.',
  lateTelemetry: 'A late subscriber hears telemetry from then on, and the snapshot has it all.',
  doneWaiters: 'Every waiter of `done` is released, however many there are.',
  goAwayHandover: 'GoAway in mid-utterance hands over without losing or doubling a turn.',
  replay: 'A recording that is replayed under a virtual clock gives the same events.',
  laggingSubscriber: 'A subscriber that lags loses media, and not the tool call in the gap.',
};

const control: Readonly<Record<string, readonly [number, string]>> = {
  refusalText: [2, 'A refusal names the condition and the tools there are, and says that nothing ran.'],
  sameBreath: [11, 'A tool that needs what the user has just said waits for its extractor and is admitted.'],
  bargeInInline: [12, 'A barge-in cancels an inline read: no response, no advance, `toolCancelled`.'],
  backgroundOnce: [13, 'The completion of a background tool advances once, whatever comes twice.'],
  vetoNeverAdvances: [14, 'A tool that was vetoed advances nothing.'],
  toolsBeforeResponse: [15, 'Tools that a result changes are declared anew before the response is sent.'],
  steeringSuppressed: [16, 'Steering that says the same again is not sent; one that goes back and forth is.'],
  instructionOnce: [17, 'An instruction is sent once for each change of it.'],
  promotionReasons: [18, 'Each promotion is told with one of the five reasons of the table.'],
  noRules: [19, 'Without promotion rules there is no `statePromotion`.'],
  unguardedCommit: [1, 'A commit that nothing guards does not compile.'],
  spentOnce: [3, 'A tool that is spent offers no alternative.'],
  ambient: [4, 'An ambient tool passes what allows, not what denies.'],
  finalSnapshot: [26, 'The final snapshot survives an immediate exit.'],
  reset: [5, 'A reset fires once at its rising edge, and permits once again.'],
  digression: [6, 'A digression that completes on entry closes its posture, and resumes.'],
  terminate: [7, 'Terminate denies everything and keeps the marking.'],
  escalate: [8, 'The flag of an escalation survives the completion by it.'],
  correction: [9, 'A correction clears the confirmation and reopens what follows.'],
  restatement: [10, 'To say the same again is no correction.'],
  decision: [20, 'A decision expires with its turn.'],
  verbatim: [21, 'A verbatim text inside a longer turn passes, a paraphrase does not.'],
  stacks: [23, 'The simulation and the live stack agree turn by turn.'],
  scenario: [24, 'A recorded journal passes as a scenario, and a stricter spec fails it.'],
  tapeMiss: [25, 'A tape that lacks an answer is an error.'],
  greetingRepair: [22, 'The greeting is no turn that counts towards repair.'],
};

export const acceptanceRequirements: Readonly<Record<string, Requirement>> = {
  ...hostile,
  ...Object.fromEntries(
    Object.entries(voice).map(([name, promise]) => [
      `acceptance:voice:${name}`,
      { source: 'spec/voice.md section 17', promise },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(control).map(([name, [number, promise]]) => [
      `acceptance:control:${name}`,
      { source: `spec/control.md section 17.${number}`, promise },
    ]),
  ),
};
