/** The end of a turn, and the boundary behind it. */
import type { LiveParts } from '../live-parts.ts';
import type { Steps } from './step.ts';

export const turnSteps: Steps<
  | 'noteGeneration'
  | 'startGenerationExtractors'
  | 'runGenerationHook'
  | 'finishBoundary'
  | 'tellFinalTranscripts'
  | 'clearTurnKeys'
  | 'noteTurn'
  | 'noteCutOff'
  | 'startTurnExtractors'
  | 'tellTurnComplete'
  | 'awaitBoundary'
  | 'settleState'
  | 'countTurn'
  | 'advance'
  | 'steer'
  | 'runBoundaryHook'
  | 'tellTurnRecord'
> = {
  noteGeneration({ recorder, voice, watch }, { turn }) {
    voice.ledger.generationComplete(turn);
    recorder.mark('generationComplete');
    watch?.onEvent('generationComplete');
  },

  startGenerationExtractors(core, { turn }) {
    core.extraction?.due('generationComplete', core.extractionContext(turn));
  },

  runGenerationHook(core) {
    core.runHook('onGenerationComplete', core.resolved.options.hooks?.onGenerationComplete);
  },

  /** A turn whose extractors are not back yet has its boundary now, before the next thing of its kind. */
  finishBoundary(core) {
    if (core.endedTurn !== undefined) core.runNow({ type: 'boundary', turn: core.endedTurn.number });
  },

  tellFinalTranscripts(core, { type, turn }) {
    closeWords(core, turn, type === 'turnCutOff');
  },

  clearTurnKeys({ ear, write }) {
    write.clearPrefix('turn:');
    ear?.turnKeysCleared();
  },

  noteTurn(core, { turn }) {
    core.voice.quiet.turnComplete();
    noteEnd(core, turn);
    core.watch?.onEvent('turnComplete');
    core.watch?.onTurn(turn);
  },

  /** What the model owes is asked for again: patterns and repair do not count this turn. */
  noteCutOff(core, { turn }) {
    noteEnd(core, turn);
    const { endedTurn } = core;
    if (endedTurn?.metrics !== undefined) core.emit(endedTurn.metrics);
  },

  startTurnExtractors({ extraction, transcripts }, { turn }) {
    extraction?.due('turnComplete', { turn, turns: transcripts.window(50) });
  },

  tellTurnComplete({ emit, endedTurn }) {
    emit({ type: 'turnComplete' });
    if (endedTurn?.metrics !== undefined) emit(endedTurn.metrics);
  },

  awaitBoundary({ decisions, extraction, lane, runNow }, { turn }) {
    const boundary = { type: 'boundary', turn } as const;
    const waits = [extraction?.settled(turn), decisions?.pending].filter((wait) => wait !== undefined);
    if (waits.length === 0) runNow(boundary);
    else void Promise.all(waits).then(() => lane.post(boundary)); // they never reject
  },

  settleState({ watch }) {
    watch?.settle();
  },

  countTurn({ endedTurn, guide }, { turn }) {
    if (endedTurn?.countsForRepair === true) guide?.countTurn(turn);
  },

  advance({ endedTurn, guide }, { turn }) {
    guide?.advance(turn, { counts: endedTurn?.countsForRepair === true });
  },

  steer({ guide }) {
    guide?.steer();
  },

  runBoundaryHook(core) {
    core.runHook('onTurnBoundary', core.resolved.options.hooks?.onTurnBoundary);
  },

  tellTurnRecord(core) {
    tellRecord(core);
  },
};

function noteEnd({ endedTurn, redactor, signals, telemetry, voice }: LiveParts, turn: number): void {
  if (endedTurn?.interrupted === false) voice.ledger.turnEnded(turn, endedTurn.model);
  signals.modelSpeaking(false);
  const metrics = telemetry.turnEnd(turn);
  if (endedTurn === undefined) return;
  endedTurn.metrics = metrics;
  const userWords = redactor.text(endedTurn.user);
  signals.turnEnded({ number: turn, userWords, modelWords: redactor.text(endedTurn.model) });
}

/** Ends the turn in words; `cutOff` when it was lost with its connection. */
export function closeWords(core: LiveParts, turn: number, cutOff = false): void {
  const interrupted = core.transcripts.current()?.interrupted ?? false;
  const { user, model } = core.words.close(turn, cutOff);
  const countsForRepair = !cutOff && core.transcripts.countsForRepair();
  core.recorder.end({ number: turn, user, model, interrupted, cutOff });
  core.endedTurn = { number: turn, user, model, interrupted, countsForRepair, metrics: undefined };
}

/** Writes and tells the record of the turn that has ended. */
export function tellRecord(core: LiveParts): void {
  const { endedTurn } = core;
  if (endedTurn === undefined) return;
  core.keeping?.turnEnded(endedTurn);
  core.endedTurn = undefined;
  const phase = core.guide?.position ?? '';
  const record = core.recorder.close(phase === '' ? undefined : phase);
  if (record !== undefined) core.emit({ type: 'turnRecord', record });
}
