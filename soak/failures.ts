/** What must be of every session, and what of it is not. Pure. */
import type { AudioBalance, SessionReport } from './session-report.ts';

/** What is seen at the end, beside the ledgers. */
export interface EndState {
  /** The connection stood, after all. */
  readonly isUp: boolean;
  /** Tasks on the clock when both sides were closed. */
  readonly left: number;
}

const FAULTS_AT_LEAST_PER_90_MINUTES = 20;

export function failuresOf(
  report: Omit<SessionReport, 'failures' | 'wallMs'>,
  { isUp, left }: EndState,
): readonly string[] {
  const { audio, turns, results, contexts, calls, ends, unhandled, rejected, faults, minutes } = report;
  const struck = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const wanted = Math.floor((minutes * FAULTS_AT_LEAST_PER_90_MINUTES) / 90);
  const rows: readonly (readonly [boolean, string])[] = [
    [turns.lost.length > 0, `user turns lost: ${turns.lost}`],
    [turns.doubled.length > 0, `user turns doubled: ${turns.doubled}`],
    [results.lost.length > 0, `tool results lost: ${results.lost}`],
    [results.doubled.length > 0, `tool results doubled: ${results.doubled}`],
    [calls.runTwice.length > 0, `calls run twice: ${calls.runTwice}`],
    [calls.unanswered.length > 0, `calls never answered: ${calls.unanswered}`],
    [contexts.lost.length > 0, `contexts lost: ${contexts.lost}`],
    [
      audio.unexplainedSamples > 0,
      `samples of the microphone lost for no reason: ${audio.unexplainedSamples}`,
    ],
    [!isBalanced(audio), `the audio does not add up: ${JSON.stringify(audio)}`],
    [
      audio.downSentBytes !== audio.downHeardBytes,
      `of ${audio.downSentBytes} bytes of the model ${audio.downHeardBytes} came`,
    ],
    [rejected.length > 0, `sends rejected: ${rejected.join('; ')}`],
    [ends.length > 0, `the session ended: ${ends}`],
    [!isUp, 'the last rotation was not recovered'],
    [unhandled.length > 0, `unhandled: ${unhandled.join('\n')}`],
    [struck < wanted, `only ${struck} faults struck, ${wanted} are wanted`],
    [left > 0, `${left} tasks were left on the clock`],
  ];
  return rows.filter(([isWrong]) => isWrong).map(([, what]) => shortened(what));
}

/** What was given is what was heard, but for what was heard again or dropped. */
function isBalanced(audio: AudioBalance): boolean {
  const {
    upSamples,
    againSamples,
    heldSamples,
    lateSamples,
    gatedSamples,
    swallowedSamples,
    unexplainedSamples,
  } = audio;
  return (
    gatedSamples > 0 ||
    upSamples + againSamples - heldSamples - lateSamples - swallowedSamples - unexplainedSamples ===
      audio.serverSamples
  );
}

/** One that breaks early breaks everything. */
function shortened(what: string): string {
  return what.length > 1_000 ? `${what.slice(0, 1_000)} …` : what;
}
