/** The demo: somebody calls, and everything on the way is real but the model. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Brain, DemoBrainOptions } from '../../simulator/index.ts';
import { checkWritable, saveWav } from '../audio/wav-output.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import type { AnswerWait } from '../talk/answer-wait.ts';
import type { Talk } from '../talk/talk.ts';
import { talkFailure } from '../talk/talk-failure.ts';
import { createPaint } from '../view/paint.ts';
import { recordTable } from '../view/record-table.ts';
import { seconds } from '../view/seconds.ts';
import { wrapCells } from '../view/wrap-cells.ts';
import { bookingStory } from './booking-story.ts';
import { cardStory } from './card-story.ts';
import { DemoCall, SILENCE_MS } from './demo-call.ts';
import { type DemoUtterance, loadDemoSpeech } from './demo-speech.ts';
import { type DemoStage, openStage } from './demo-stage.ts';
import type { DemoStory } from './demo-story.ts';

/** By the name that the command line gives them. */
export const DEMO_STORIES: Readonly<Record<'card' | 'booking', DemoStory>> = {
  card: cardStory,
  booking: bookingStory,
};

/** A checked command line. */
export interface DemoPlan {
  /** @default 'card' */
  readonly story?: keyof typeof DEMO_STORIES;
  readonly json: boolean;
  readonly fast: boolean;
  /** Undefined: a new folder among the temporary ones. */
  readonly outPath: string | undefined;
}

/** The demo is over by then, whatever happens. */
const DEADLINE_MS = 56_000;
/** Between the agent's last word and the caller's next. */
const THINK_MS = 300;
/** How long the caller lets the agent speak before cutting in. */
const PATIENCE_MS = 2800;
/** Of the table at the end where there is no terminal. */
const PLAIN_WIDTH = 140;

/** Plays the demo. Rejects with a CliError unless it came out as it should, whatever the model says. */
export async function runDemo(
  plan: DemoPlan,
  io: CliConsole,
  makeBrain?: (options: DemoBrainOptions) => Brain,
): Promise<void> {
  if (plan.outPath !== undefined) await checkWritable(plan.outPath);
  const story = DEMO_STORIES[plan.story ?? 'card'];
  const speech = await loadDemoSpeech(story.speech);
  const brain = (makeBrain ?? story.makeBrain)({ hears: speech.map(({ text }) => text) });
  const stage = await openStage(brain, { fast: plan.fast, clock: io.clock });
  try {
    const call = await stage.play(perform(plan, story, speech, stage, io));
    await report(call, plan, io);
  } finally {
    await stage.simulator.close();
  }
}

async function perform(
  { json }: DemoPlan,
  story: DemoStory,
  speech: readonly DemoUtterance[],
  stage: DemoStage,
  io: CliConsole,
): Promise<DemoCall> {
  const deadline = new AbortController();
  const cancelDeadline = stage.clock.schedule(DEADLINE_MS, () => deadline.abort());
  const stop = AbortSignal.any([io.stop, deadline.signal]);
  const call = new DemoCall({ json, story, stage, io, stop });
  const { talk, view } = call;
  let active = false;
  try {
    view.stage(`calling the simulator at ${stage.simulator.url}`);
    await talk.ready();
    active = true;
    view.stage('');
    talk.microphone.start();
    await converse(talk, speech);
  } catch (thrown) {
    if (!deadline.signal.aborted || io.stop.aborted) throw talkFailure(thrown, active);
    throw new CliError(
      'noAnswer',
      `the demo was not over after ${seconds(DEADLINE_MS)}: this machine is busy`,
    );
  } finally {
    cancelDeadline();
    await talk.close(io.stop.aborted ? 'stopped' : 'demo finished');
  }
  return call;
}

/** One utterance after the other: when the agent has finished, or in the middle of what it says. */
async function converse(talk: Talk, speech: readonly DemoUtterance[]): Promise<void> {
  let wait: AnswerWait | undefined;
  for (const { bargeIn, recording } of speech) {
    if (wait !== undefined) await beforeNext(talk, wait, bargeIn);
    wait = await talk.say(recording);
  }
  if (wait !== undefined) demandAnswer(await talk.answer(wait));
}

async function beforeNext(talk: Talk, wait: AnswerWait, bargeIn: boolean): Promise<void> {
  if (bargeIn) {
    await talk.agentSpokeFor(PATIENCE_MS);
    return;
  }
  demandAnswer(await talk.answer(wait));
  await talk.pause(THINK_MS);
}

function demandAnswer(outcome: string): void {
  if (outcome === 'timedOut') throw new CliError('noAnswer', 'the simulator did not answer the caller');
}

/** The turns, the voice, and the verdict. Throws unless all went as it should. */
async function report(call: DemoCall, { json, outPath }: DemoPlan, io: CliConsole): Promise<void> {
  const { ending, records, talk } = call;
  const out = json ? io.stderr : io.stdout;
  const width = out.isTty ? Math.max(20, out.columns - 1) : PLAIN_WIDTH;
  const tell = (text: string): void => {
    for (const line of wrapCells(text, width)) out.write(`${line}\n`);
  };
  if (!json) {
    for (const row of recordTable(records, width, createPaint(io.color))) out.write(`${row}\n`);
    tell(
      `answered: from the last word to the first sound; ${seconds(SILENCE_MS)} of it is the server's wait\n`,
    );
  }
  const heard = talk.speaker.heard();
  if (heard !== undefined) {
    const path = outPath ?? join(await mkdtemp(join(tmpdir(), 'parlando-')), 'demo-reply.wav');
    await saveWav(path, heard);
    // In one piece, to be copied.
    out.write(`saved ${seconds(heard.durationMs)} of the agent's voice to ${path}\n`);
  }
  const { failure, problems, text } = ending;
  if (problems.length > 0) throw new CliError('fault', `${failure}: ${problems.join('; ')}`);
  tell(`${text}; state, tools and turn records agree`);
}
