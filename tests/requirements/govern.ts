import type { Requirement } from '../requirements.ts';

const CONTROL = 'spec/control.md section 9';
const ISSUE = 'issue 4';

/** What governs a conversation: guards, flows, their compiler, monitor, simulator, documents and live sessions. */
export const governRequirements: Readonly<Record<string, Requirement>> = {
  'govern:guards': {
    source: CONTROL,
    promise:
      'Each guard of the vocabulary holds exactly when it says so, is told in words, and is traced as a tree.',
  },
  'govern:guards:custom': {
    source: CONTROL,
    promise: 'A guard that is a function counts as false when it fails, and refuses to be written as JSON.',
  },
  'govern:flow:json': {
    source: `${ISSUE}, item 1`,
    promise: 'A flow goes to JSON and back without loss, and the published schema accepts what is accepted.',
  },
  'govern:flow:typed': {
    source: `${ISSUE}, item 1`,
    promise: 'A typo in the name of a step, tool or key does not compile in the fluent form.',
  },
  'govern:compile:problems': {
    source: CONTROL,
    promise: 'Every problem of a flow is told at once, each with its kind, place and what was meant.',
  },
  'govern:compile:keys': {
    source: `${ISSUE}, item 2`,
    promise: 'A key that a guard reads and nothing writes is a problem.',
  },
  'govern:compile:frozen': {
    source: 'design section 5',
    promise: 'A compiled flow is deeply frozen, and steps come after those that they follow.',
  },
  'govern:monitor:invariants': {
    source: `${ISSUE}, item 2`,
    promise:
      'No inadmissible tool runs, done stays done but for a reset, terminate denies all: whatever happens in whatever order.',
  },
  'govern:monitor:once': {
    source: 'spec/control.md section 16.13',
    promise: 'A tool that runs once is reserved when it is admitted: overlapping calls never both succeed.',
  },
  'govern:monitor:agreement': {
    source: 'design section 5; spec/control.md section 16',
    promise: 'An agreement is to one set of arguments, and ends when what it was about changes.',
  },
  'govern:monitor:failClosed': {
    source: CONTROL,
    promise: 'An answer that is unsure, late or of another turn satisfies nothing.',
  },
  'govern:monitor:json': {
    source: 'spec/control.md section 10',
    promise: 'Where a flow stands is plain JSON, and goes on the same after it was written down.',
  },
  'govern:draw': {
    source: CONTROL,
    promise: 'A flow is drawn as Mermaid and as SVG, whatever its names contain.',
  },
  'govern:document:compile': {
    source: 'spec/control.md section 12',
    promise:
      'A conversation document becomes flow, tools, extractors and settings; its problems name places in the document.',
  },
  'govern:document:motifs': {
    source: `${ISSUE}, item 4`,
    promise: 'Motifs make stages that compile and behave as their names say.',
  },
  'govern:document:hear': {
    source: 'spec/control.md section 16.6',
    promise: 'What the user says fills slots by one function, in a live session and in a simulation.',
  },
  'govern:document:hostile': {
    source: `${ISSUE}, Bad input`,
    promise:
      'A hostile document is refused with located problems, in bounded time; a pattern that could hang is refused.',
  },
  'govern:scenario:asserts': {
    source: 'spec/control.md section 11',
    promise:
      'Each step and assertion of a scenario does what it says, and a failure names its step and what was the case.',
  },
  'govern:scenario:reports': {
    source: 'spec/control.md section 11',
    promise: 'A run of scenarios is told to people, as JSON and as JUnit.',
  },
  'govern:fuzz': {
    source: `${ISSUE}, item 5`,
    promise:
      'The fuzzer finds each seeded fault with a short scenario that reproduces it, and none where there is none.',
  },
  'govern:cli': {
    source: `${ISSUE}, item 5`,
    promise:
      '`parlando flow` checks, draws, explains, simulates, tests and fuzzes documents, with exit codes.',
  },
  'govern:live:insists': {
    source: `${ISSUE}, Done when`,
    promise:
      'A model that insists on a forbidden tool fifty times never runs it, is answered each time with the reason and the alternatives, and runs it once the guard holds.',
  },
  'govern:live:observe': {
    source: CONTROL,
    promise: 'A flow that observes refuses nothing, and tells each violation when the tool has run.',
  },
  'govern:live:steering': {
    source: 'spec/control.md sections 3 and 5',
    promise: 'Postures, facts and what is still required reach the model, once for each change.',
  },
  'govern:live:stepEnter': {
    source: CONTROL,
    promise:
      'The work of a step runs when it becomes active, and its result is a fact that guards can ask for.',
  },
  'govern:live:timing': {
    source: 'spec/voice.md section 10',
    promise: 'The voice behaves as the active steps say: floor, reprompt, filler, end of speech.',
  },
  'govern:live:decisions': {
    source: CONTROL,
    promise:
      "Questions are asked at the end of the user's turn and at the tool, in one round, and count for that turn.",
  },
  'govern:live:foundYes': {
    source: 'docs/decisions/0014-a-yes-is-to-what-was-asked.md',
    promise:
      'A yes that an extractor or a question finds is the consent to a commit only when that was asked for, and not where the words say otherwise.',
  },
  'govern:live:confirm': {
    source: 'spec/control.md section 9',
    promise: 'A commit asks the confirmation provider where there is one.',
  },
  'govern:live:byHand': {
    source: 'design section 4, Tools',
    promise: 'Functions that the application answers by hand are refused by the flow like any tool.',
  },
  'govern:live:converse': {
    source: 'spec/control.md section 12',
    promise:
      'A conversation document is a whole agent: its tools, extractors, slots and settings work in a session.',
  },
  'govern:live:http': {
    source: `${ISSUE}, item 4`,
    promise:
      'A tool of a document calls its HTTP service with bounded time and size, and never shows a secret.',
  },
  'govern:live:handoff': {
    source: `${ISSUE}, item 6`,
    promise:
      'A handoff carries a packet: who, why, where in the conversation, what was collected, the last words.',
  },
  'govern:showcase': {
    source: `${ISSUE}, item 6`,
    promise: 'The showcase runs by text and by speech, with its scenarios, in CI.',
  },
  'govern:browser': {
    source: `${ISSUE}, Must reach`,
    promise: '`parlando/flow` bundles for the browser in 25 kB gzip without a built-in of Node.',
  },
};
