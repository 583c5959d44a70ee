/** The demo: a caller books a table, and everything on the way is real but the model. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDemoBrain } from '../../simulator/index.ts';
import type { SessionEvent } from '../../wire/index.ts';
import { checkWritable, saveWav } from '../audio/wav-output.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import type { AnswerWait } from '../talk/answer-wait.ts';
import { toJsonLine } from '../talk/json-line.ts';
import { Talk } from '../talk/talk.ts';
import { talkFailure } from '../talk/talk-failure.ts';
import { chooseView } from '../view/choose-view.ts';
import { seconds } from '../view/talk-view.ts';
import { type DemoUtterance, loadDemoSpeech } from './demo-speech.ts';
import { type DemoStage, openStage } from './demo-stage.ts';
import { answerCalls, DEMO_TOOLS } from './demo-tools.ts';

/** A checked command line. */
export interface DemoPlan {
  readonly json: boolean;
  readonly fast: boolean;
  /** Undefined: a new folder among the temporary ones. */
  readonly outPath: string | undefined;
}

/** The demo is over by then, whatever happens. */
const DEADLINE_MS = 50_000;
const QUIET_MS = 8000;
/** Between the agent's last word and the caller's next. */
const THINK_MS = 500;
/** How long the caller lets the agent speak before cutting in. */
const PATIENCE_MS = 3400;
/** End of speech for the server: shorter than its default, since the caller does not hesitate. */
const SILENCE_MS = 500;

/** Plays the demo. Rejects with a CliError. */
export async function runDemo(plan: DemoPlan, io: CliConsole): Promise<void> {
  if (plan.outPath !== undefined) await checkWritable(plan.outPath);
  const speech = await loadDemoSpeech();
  const brain = createDemoBrain({ hears: speech.map(({ text }) => text) });
  const stage = await openStage(brain, { fast: plan.fast, clock: io.clock });
  try {
    const talk = await stage.play(perform(plan, speech, stage, io));
    await report(talk, plan, io);
  } finally {
    await stage.simulator.close();
  }
}

async function perform(
  { json }: DemoPlan,
  speech: readonly DemoUtterance[],
  stage: DemoStage,
  io: CliConsole,
): Promise<Talk> {
  const { clock, simulator, transport } = stage;
  const view = chooseView(io, { json, clock });
  const deadline = new AbortController();
  const cancelDeadline = clock.schedule(DEADLINE_MS, () => deadline.abort());
  const onEvent = (event: SessionEvent, tMs: number): void => {
    if (json) io.stdout.write(`${toJsonLine(event, tMs)}\n`);
    if (event.type === 'toolCall') {
      const show = (text: string): void => view.line({ who: 'tool', text });
      answerCalls(talk.handle, event.calls, clock, show);
    }
  };
  const talk: Talk = new Talk({
    config: sessionConfig(simulator.url),
    clock,
    view,
    onEvent,
    stop: AbortSignal.any([io.stop, deadline.signal]),
    quietMs: QUIET_MS,
    ...(transport !== undefined && { transport }),
  });
  let active = false;
  try {
    view.stage(`calling the simulator at ${simulator.url}`);
    await talk.ready();
    active = true;
    view.stage('');
    talk.microphone.start();
    await converse(talk, speech);
  } catch (thrown) {
    const outOfTime = deadline.signal.aborted && !io.stop.aborted;
    if (!outOfTime) throw talkFailure(thrown, active);
    // A machine that is too busy for real time: what was heard so far is still the demo.
    if (talk.log.latenciesMs.length === 0) throw new CliError('noAnswer', 'the demo ran out of its time');
    view.line({ who: 'session', text: `stopped after ${seconds(DEADLINE_MS)}: this machine is busy` });
  } finally {
    cancelDeadline();
    await talk.close(io.stop.aborted ? 'stopped' : 'demo finished');
  }
  return talk;
}

function sessionConfig(url: string): ConstructorParameters<typeof Talk>[0]['config'] {
  return {
    apiKey: 'demo',
    baseUrl: url,
    vertex: false,
    voiceName: 'Charon',
    systemInstruction: 'You take bookings for a restaurant. Be friendly and brief.',
    tools: DEMO_TOOLS,
    inputAudioTranscription: true,
    outputAudioTranscription: true,
    realtimeInputConfig: { automaticActivityDetection: { silenceDurationMs: SILENCE_MS } },
  };
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

async function report(talk: Talk, { json, outPath }: DemoPlan, io: CliConsole): Promise<void> {
  const out = json ? io.stderr : io.stdout;
  const { latenciesMs } = talk.log;
  const heard = talk.speaker.heard();
  if (heard !== undefined) {
    const path = outPath ?? join(await mkdtemp(join(tmpdir(), 'parlando-')), 'demo-reply.wav');
    await saveWav(path, heard);
    out.write(`saved ${seconds(heard.durationMs)} of the agent's voice to ${path}\n`);
  }
  const shown = latenciesMs.map(seconds).join(', ');
  out.write(
    `answers began ${shown} after the last word; the server waits for about ${SILENCE_MS / 1000} s of silence\n`,
  );
}
