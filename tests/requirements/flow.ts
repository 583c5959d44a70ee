import type { Requirement } from '../requirements.ts';

export const flowRequirements: Readonly<Record<string, Requirement>> = {
  'flow:phases:oneMove': {
    source: 'spec/control.md section 4',
    promise:
      'The first transition that can be taken is taken, at most one in an advance; a terminal phase is final.',
  },
  'flow:phases:initialEntered': {
    source: 'design section 4; spec/control.md section 3.4',
    promise: 'The initial phase is entered like any other: effects, history, reason.',
  },
  'flow:phases:reason': {
    source: 'issue 3 item 7; spec/control.md section 4',
    promise:
      'The reason of a move names the guard by place and description, and the turn; or who ordered it.',
  },
  'flow:phases:requires': {
    source: 'spec/control.md section 4',
    promise:
      'A phase is not entered without what it requires: the move is blocked while a preparation can help, else the next is tried.',
  },
  'flow:phases:admission': {
    source: 'spec/control.md sections 4 and 17.2',
    promise:
      'A tool runs exactly if the phase lists it; a refusal has the condition, the available tools and that nothing ran.',
  },
  'flow:phases:repair': {
    source: 'spec/control.md sections 4 and 16.12',
    promise:
      'Needs are asked for again after 3 turns and escalated after 6; the count starts again with each phase.',
  },
  'flow:phases:faults': {
    source: 'issue 3, bad input',
    promise:
      'A function of the application that throws or returns a promise counts as false or empty and is told.',
  },
  'flow:phases:projection': {
    source: 'spec/control.md section 4',
    promise: 'Modifiers apply in order, defaults first, and leave out what is empty.',
  },
  'flow:phases:navigation': {
    source: 'spec/control.md section 4',
    promise: 'The navigation text has the phase, the last three, what is missing and what may come next.',
  },
  'flow:phases:validation': {
    source: 'spec/control.md section 4; issue 3 item 10',
    promise: 'Everything that is wrong with phases is told at once, with its path and the nearest name.',
  },
  'flow:phases:explain': {
    source: 'spec/control.md section 9',
    promise:
      'An explanation says of each transition whether it holds and why, and of each tool why it is refused.',
  },
  'flow:phases:history': {
    source: 'spec/control.md section 4',
    promise: 'The last 100 moves are kept with turn, time, trigger and how long the phase had lasted.',
  },
  'steer:choice': {
    source: 'spec/control.md section 5; spec/wire.md sections 2.2 and 6',
    promise: 'Every model is steered by a path that is legal for it, and nothing it closes on is ever sent.',
  },
  'steer:setup': {
    source: 'design section 4; spec/control.md section 3.4',
    promise: 'The first phase is in the setup: instruction and tools, without another message.',
  },
  'steer:onceAChange': {
    source: 'spec/control.md sections 5 and 17.17',
    promise: 'An instruction is sent once per change.',
  },
  'steer:suppression': {
    source: 'spec/control.md sections 5 and 17.16; spec/voice.md section 7.2',
    promise:
      'A text that stands is not repeated, one that comes back is said again, more than text always goes.',
  },
  'steer:batchOrder': {
    source: 'spec/control.md section 5',
    promise:
      'A boundary is one batch: advisory, nudge, modifiers, context, injected instruction, entry context, then the prompt.',
  },
  'steer:modifiersOnce': {
    source: 'spec/control.md section 16.11',
    promise: 'A modifier is in the instruction or in a turn, never in both.',
  },
  'steer:redeclare': {
    source: 'spec/control.md sections 3.2.9 and 17.15',
    promise: 'With contextUpdate the offered tools are declared anew on a change, before tool responses.',
  },
  'steer:hooks': {
    source: 'spec/control.md section 4',
    promise:
      'A move runs onExit, the effects and onEnter in this order; what they leave running is followed.',
  },
  'steer:preparations': {
    source: 'spec/control.md section 4',
    promise:
      'Preparations run beside the lane with signal and timeout, once at a time, and come back by a callback.',
  },
};
