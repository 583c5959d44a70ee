/** The one reducer of governance: live sessions, the simulator, fuzzing and replay all go through it (spec: control §9). */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { Fault } from '../fault.ts';
import type { StateEffect } from '../state-effect.ts';
import type { StateReader } from '../state-reader.ts';
import { endAgreements } from './agreement.ts';
import { askedNow } from './consent-asked.ts';
import { lowerCorrections, noteCorrections, seeCorrections } from './corrections.ts';
import { expireAnswers, keepAnswers } from './decisions.ts';
import { advanceLayer, beginDigression, endDigression, noteClosing } from './digressions.ts';
import { createDraft, type Draft } from './draft.ts';
import type { FlowEvent, FlowInput, FlowState } from './flow-state.ts';
import { freshMarking } from './layers.ts';
import { publish } from './publish.ts';
import { hearVerbatim } from './spoken-verbatim.ts';
import { admitCall, countAgainstMain, endCall } from './tool-calls.ts';

/** What follows from an input. */
export interface FlowStep {
  readonly state: FlowState;
  /** To be written in this order, before the next input. */
  readonly effects: readonly StateEffect[];
  readonly events: readonly FlowEvent[];
  readonly faults: readonly Fault[];
}

/** Before the conversation has begun. */
export function initialFlowState(flow: CompiledFlow): FlowState {
  return {
    main: freshMarking(flow.main),
    digressions: {},
    path: [],
    closing: false,
    terminated: false,
    turns: 0,
    slots: {},
    corrected: {},
    repair: {},
    open: {},
    answers: {},
    asking: {},
  };
}

/**
 * What an input leads to. Pure: the same arguments give the same step.
 * @param reader the state of the conversation before the effects
 */
export function stepFlow(
  flow: CompiledFlow,
  state: FlowState,
  input: FlowInput,
  reader: StateReader,
): FlowStep {
  const draft = createDraft(flow, state, reader);
  run(draft, input);
  endAgreements(draft);
  publish(draft, state, input.type === 'begin');
  const { effects, events, faults } = draft;
  return { state: draft.state, effects, events, faults: oncePerPlace(faults) };
}

function run(draft: Draft, input: FlowInput): void {
  switch (input.type) {
    case 'begin':
      if (draft.state.terminated) return;
      noteCorrections(draft);
      advanceLayer(draft, draft.state.path.at(-1) ?? '', 'settle');
      return;
    case 'settle':
      if (draft.state.terminated) return;
      noteCorrections(draft);
      if (!beginDigression(draft, 'settle')) advanceLayer(draft, draft.state.path.at(-1) ?? '', 'settle');
      return;
    case 'turn':
      endTurn(draft, input.counts);
      return;
    case 'callerTurn':
      expireAnswers(draft);
      // What the user now says may be the answer to what was asked for before.
      draft.state = { ...draft.state, asking: askedNow(draft) };
      return;
    case 'decided':
      keepAnswers(draft, input.answers);
      return;
    case 'admitted':
      admitCall(draft, input);
      return;
    case 'toolEnded':
      endCall(draft, input);
      return;
    case 'interrupted':
      countAgainstMain(draft, 'interruptions');
      return;
    case 'spoke':
      hearVerbatim(draft, input.text);
  }
}

function endTurn(draft: Draft, counts: boolean): void {
  if (draft.state.terminated) return;
  const hadDigression = draft.state.path.length > 0;
  if (counts) draft.state = { ...draft.state, turns: draft.state.turns + 1 };
  lowerCorrections(draft);
  noteCorrections(draft);
  seeCorrections(draft);
  endDigression(draft);
  if (draft.state.terminated) return;
  // The turn that a digression ended in was not the main flow's.
  const look = counts && !hadDigression ? 'countedTurn' : 'turn';
  if (beginDigression(draft, look)) return;
  advanceLayer(draft, draft.state.path.at(-1) ?? '', look);
  noteClosing(draft, look);
}

/** A guard is asked several times in one step; its failure is told once. */
function oncePerPlace(faults: readonly Fault[]): readonly Fault[] {
  return faults.length < 2 ? faults : [...new Map(faults.map((fault) => [fault.where, fault])).values()];
}
