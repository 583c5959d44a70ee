import type { Requirement } from '../requirements.ts';

const design = 'design §4, Tools';

export const toolsRequirements: Readonly<Record<string, Requirement>> = {
  'tools:inference': {
    source: `issue 3 §4, ${design}`,
    promise: 'The types of a tool follow from its schemas; a user never writes a type argument.',
  },
  'tools:lowering': {
    source: 'spec/control.md §8',
    promise:
      'Any schema becomes a declaration without references and unions that the service accepts, or a list of reasons with paths before connecting; lowering twice changes nothing.',
  },
  'tools:registry': {
    source: 'issue 3 §4, Bad input',
    promise:
      'Bad names, duplicates, bad schemas and contradictory policies are found together when the session is built.',
  },
  'tools:declarations': {
    source: 'spec/control.md §8, spec/wire.md §2.1',
    promise: 'Declarations are sorted by name and carry a behavior exactly where the model acts on it.',
  },
  'tools:alwaysAnswered': {
    source: `${design}; spec/control.md §16 item 3`,
    promise:
      'Every call is answered exactly once or is cancelled with an event, whatever tools, hooks, cancellations and interruptions do, and nothing comes after the end.',
  },
  'tools:dedupe': { source: design, promise: 'A call id runs and is answered once, however often it comes.' },
  'tools:admission': {
    source: 'spec/control.md §8, §9',
    promise:
      'A call that the governor does not admit gets its reason; one that has to wait for a decision waits, bounded.',
  },
  'tools:confirmation': {
    source: 'spec/control.md §16, Structural',
    promise:
      'An approval counts for these arguments in this turn of the user; changed arguments or a later turn ask again.',
  },
  'tools:idempotency': {
    source: 'spec/control.md §8',
    promise: 'Two calls with one idempotency key run once, also at the same time; only a success is kept.',
  },
  'tools:once': {
    source: 'spec/control.md §16 item 13',
    promise: 'A tool that runs once is reserved before it starts, so that parallel calls cannot both run.',
  },
  'tools:cache': {
    source: 'issue 3 §4',
    promise:
      'A cached read runs again when its time is over or its place was needed, and failures are not kept.',
  },
  'tools:retry': {
    source: 'issue 3 §4',
    promise: 'A read is retried within its deadline; a commit never is.',
  },
  'tools:deadline': {
    source: design,
    promise:
      'A read that is late is stopped; a commit that is late goes on, and what it does in the end still counts.',
  },
  'tools:arguments': {
    source: 'issue 3, Bad input',
    promise:
      'Invalid arguments are answered with the fields that are wrong and what is expected, and nothing runs.',
  },
  'tools:results': {
    source: 'spec/control.md §8; issue 3, Bad input',
    promise:
      'A result reaches the model as a JSON object of bounded size, or as a sentence that says why it does not.',
  },
  'tools:errors': {
    source: 'spec/control.md §8; issue 3 §4',
    promise:
      'What the model is told is {error}: what happened, whether anything ran, what to do next; never a stack.',
  },
  'tools:parallel': {
    source: design,
    promise: 'Calls of a batch run in parallel and are answered together, unless serial.',
  },
  'tools:bargeIn': {
    source: 'spec/control.md §17 test 12; design §4',
    promise:
      'A barge-in cancels inline reads: no response, no advance, toolCancelled; a started commit goes on.',
  },
  'tools:cancellation': {
    source: 'spec/control.md §8',
    promise:
      'A cancellation by the server drops the answers of its ids and ignores ids that it does not know.',
  },
  'tools:background': {
    source: 'spec/control.md §8, §16 item 4, §17 test 13',
    promise:
      'A background tool is acknowledged at once and answered once when done, with the scheduling on the result.',
  },
  'tools:hooks': {
    source: 'spec/control.md §16 item 3',
    promise:
      'onToolCall and beforeToolResponse stand inside the pipeline: no check is bypassed and no call stays unanswered.',
  },
  'tools:middleware': {
    source: 'spec/control.md §13, §17 test 14',
    promise:
      'Middleware runs in order before and in reverse after a tool; a veto answers the call and nothing advances.',
  },
  'tools:compensation': {
    source: 'spec/control.md §8',
    promise:
      'A tool that fails for certain is undone by the tool that it names, and the failure is still told.',
  },
  'tools:filler': {
    source: 'spec/control.md §8',
    promise: 'An inline call that takes long cues a filler once.',
  },
  'tools:limits': {
    source: 'issue 3 §4',
    promise: 'Calls at once, depth of arguments, bytes of a result and remembered ids are bounded.',
  },
  'tools:agent': {
    source: 'spec/control.md §8',
    promise: 'An agent answers as a tool, with the state and the signal.',
  },
};
