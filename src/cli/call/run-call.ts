/** A call from connecting to the saved reply. */
import type { SessionConfig, SessionEvent } from '../../wire/index.ts';
import { findSpeech } from '../audio/speech-spans.ts';
import { readWavInput, type WavInput } from '../audio/wav-input.ts';
import { checkWritable, saveWav } from '../audio/wav-output.ts';
import { CliError } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import type { AnswerOutcome } from '../talk/answer-wait.ts';
import { toJsonLine } from '../talk/json-line.ts';
import { Talk, type TalkOptions } from '../talk/talk.ts';
import { talkFailure } from '../talk/talk-failure.ts';
import { openWireSession, type WireTalkSession } from '../talk/talk-session.ts';
import { chooseView } from '../view/choose-view.ts';
import { seconds } from '../view/seconds.ts';
import type { TalkView } from '../view/talk-view.ts';
import { AnswerFacts } from './answer-facts.ts';
import { type CallTargetOptions, resolveCallTarget } from './call-target.ts';

/** A checked command line. */
export interface CallPlan {
  readonly target: CallTargetOptions;
  readonly model: string | undefined;
  readonly voiceName: string | undefined;
  readonly system: string | undefined;
  readonly audioPath: string | undefined;
  readonly text: string | undefined;
  readonly outPath: string;
  readonly json: boolean;
  readonly quietMs: number;
}

/** Silence after the input: enough for any server's end of speech, which the flush after it makes certain. */
const TRAILING_SILENCE_MS = 1500;

/** Runs the call. Rejects with a CliError; what was heard is saved in any case. */
export async function runCall(plan: CallPlan, io: CliConsole): Promise<void> {
  const { clock } = io;
  const { endpoint, label } = resolveCallTarget(plan.target, io.env);
  const input = plan.audioPath === undefined ? undefined : await readWavInput(plan.audioPath);
  await checkWritable(plan.outPath);
  const view = chooseView(io, { json: plan.json, clock });
  const facts = new AnswerFacts();
  const onEvent = (event: SessionEvent, tMs: number): void => {
    facts.event(event);
    if (plan.json) io.stdout.write(`${toJsonLine(event, tMs)}\n`);
  };
  const config = { ...endpoint, ...sessionConfig(plan) };
  const talk = openTalk({
    open: (hear) => openWireSession(config, { clock }, hear),
    clock,
    view,
    onEvent,
    stop: io.stop,
    quietMs: plan.quietMs,
  });
  try {
    view.stage(`connecting to ${label}`);
    await talk.ready();
    if (plan.text !== undefined) {
      view.stage('waiting for the answer to the text');
      demandAnswer(await talk.answer(await talk.ask(plan.text)), facts, plan);
    }
    if (input !== undefined) demandAnswer(await sayInput(talk, input, facts, view), facts, plan);
  } catch (thrown) {
    throw talkFailure(thrown, facts.wasActive);
  } finally {
    await talk.close(io.stop.aborted ? 'stopped' : 'call finished');
    await saveReply(talk, plan, io);
  }
}

function sessionConfig({ model, voiceName, system }: CallPlan): SessionConfig {
  return {
    inputAudioTranscription: true,
    outputAudioTranscription: true,
    // A person waits: a wrong URL is told within about a second.
    retry: { maxAttempts: 4, baseDelayMs: 250, maxDelayMs: 2000 },
    ...(model !== undefined && { model }),
    ...(voiceName !== undefined && { voiceName }),
    ...(system !== undefined && { systemInstruction: system }),
  };
}

function openTalk(options: TalkOptions<WireTalkSession>): Talk<WireTalkSession> {
  try {
    return new Talk(options);
  } catch (thrown) {
    options.view.close();
    throw talkFailure(thrown, false);
  }
}

async function sayInput(
  talk: Talk<WireTalkSession>,
  input: WavInput,
  facts: AnswerFacts,
  view: TalkView,
): Promise<AnswerOutcome> {
  const spans = findSpeech(input.samples);
  facts.speechFound = spans.length > 0;
  view.stage(`sending ${seconds(input.durationMs)} of audio (${input.format})`);
  talk.microphone.start();
  const wait = await talk.say({ samples: input.samples, spans }, async () => {
    view.stage('waiting for the answer');
    await talk.pause(TRAILING_SILENCE_MS);
    talk.microphone.stop();
    await talk.session.audioStreamEnd();
  });
  return talk.answer(wait);
}

/** Throws `noAnswer` unless there was one. */
function demandAnswer(outcome: AnswerOutcome, facts: AnswerFacts, { quietMs }: CallPlan): void {
  if (outcome !== 'timedOut') return;
  throw new CliError('noAnswer', `${facts.describe()} within ${quietMs / 1000} s of the end of the input`);
}

async function saveReply(talk: Talk, { outPath, json }: CallPlan, io: CliConsole): Promise<void> {
  const heard = talk.speaker.heard();
  if (heard === undefined) return;
  await saveWav(outPath, heard);
  const cut = talk.speaker.overflowed ? ', cut after half an hour' : '';
  (json ? io.stderr : io.stdout).write(`saved ${seconds(heard.durationMs)} of reply to ${outPath}${cut}\n`);
}
