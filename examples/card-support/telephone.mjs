/** A telephone without anybody: calls on a clock that jumps, typed or spoken, so that minutes of talk take a second. */
import { live, scriptedTextModel } from 'parlando';
import { createResampler, pcm16Samples } from 'parlando/audio';
import { createEspeakVoice, createSimulator, createToneVoice } from 'parlando/simulator';
import { ManualClock } from 'parlando/testing';
import { eagerModel } from './eager-model.mjs';

const MIC_RATE_HZ = 16_000;
const CHUNK_MS = 20;
const CHUNK_SAMPLES = pcm16Samples(CHUNK_MS, MIC_RATE_HZ);
const LONGEST_CALL_MS = 600_000;

/**
 * Calls and says `lines`, one after each answer. Gives what is left of the call: the words and turn records, refusals with
 * what `explain()` told at that moment, checks of texts word for word, the final state.
 * @param {any} document
 * @param {string[]} lines
 * @param {{ spoken?: boolean, fetch?: typeof globalThis.fetch }} [how]
 */
export async function telephone(document, lines, { spoken = false, fetch } = {}) {
  const recordings = spoken ? await Promise.all(lines.map(speech)) : undefined;
  const clock = new ManualClock();
  const simulator = await createSimulator({ clock, brain: eagerModel(document, lines) });
  // Nobody answers the document's question: what the caller says in plain words has to do.
  const textModel = scriptedTextModel(() => ({ json: { q1: { outcome: 'unsure', confidence: 0 } } }));
  const agent = live({
    baseUrl: simulator.url,
    apiKey: 'any',
    inputAudio: { rateHz: MIC_RATE_HZ },
    conversation: { document, textModel, now: () => Date.UTC(2026, 10, 20), ...(fetch && { fetch }) },
  });
  const work = (async () => {
    const call = await agent.connect({ clock, transport: simulator.transport });
    /** @type {Record<'records' | 'refusals' | 'verbatim' | 'moves', any[]>} */
    const left = { records: [], refusals: [], verbatim: [], moves: [] };
    call.on('turnRecord', ({ record }) => left.records.push(record));
    call.on('verbatimChecked', ({ step, passed }) => left.verbatim.push({ step, passed }));
    call.on('phaseTransition', ({ to }) => left.moves.push(to));
    call.on('toolExecution', ({ name, args, result }) => {
      const error = typeof result === 'object' && result !== null && 'error' in result && result.error;
      if (error) left.refusals.push({ name, args, error, explanation: call.explain() });
    });
    const microphone = spoken ? openMicrophone(call, clock) : undefined;
    await call.next('turnRecord'); // the agent speaks first
    for (const [index, line] of lines.entries()) {
      const turn = call.next('turnRecord');
      if (microphone === undefined) await call.sendText(line);
      else microphone.say(recordings[index]);
      await turn;
    }
    microphone?.close();
    const { values } = call.state().snapshot();
    const explanation = call.explain();
    await call.disconnect();
    return { ...left, explanation, values };
  })();
  try {
    return await play(clock, work);
  } finally {
    await simulator.close();
  }
}

/** Lets time pass until the work is done. */
async function play(clock, work) {
  let settled = false;
  const settle = () => (settled = true);
  work.then(settle, settle);
  if (await clock.runUntil(() => settled, LONGEST_CALL_MS)) return work;
  throw new Error('the call came to a standstill');
}

/** 20 ms of sound every 20 ms, silence included. */
function openMicrophone(call, clock) {
  let toSay = new Int16Array(0);
  let open = true;
  const beat = () => {
    if (!open) return;
    const chunk = new Int16Array(CHUNK_SAMPLES);
    chunk.set(toSay.subarray(0, CHUNK_SAMPLES));
    toSay = toSay.subarray(CHUNK_SAMPLES);
    void call.sendAudio(chunk);
    clock.schedule(CHUNK_MS, beat);
  };
  beat();
  return { say: (samples) => (toSay = samples), close: () => (open = false) };
}

/** A line as a caller's voice: espeak-ng's where it is installed, else tones. */
async function speech(line) {
  const request = { voiceName: 'Kore', languageCode: 'en-US', signal: AbortSignal.timeout(10_000) };
  const { samples } = await createEspeakVoice()
    .speak(line, request)
    .catch(() => createToneVoice().speak(line, request));
  return createResampler({ fromHz: 24_000, toHz: MIC_RATE_HZ }).process(samples);
}
