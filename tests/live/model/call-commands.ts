/** Everything that can happen to a call, as commands that shrink and print themselves. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import type { ServerMessage } from '../../../src/wire/index.ts';
import type { CallRig } from './call-rig.ts';
import { PHASE_NAMES, type Scripts, TOOL_NAMES, TOOL_WAYS } from './call-variant.ts';

/** All that is modelled lives in the rig's reference. */
export type NoModel = Record<string, never>;
export type Act = (rig: CallRig) => unknown;
type CallCommand = fc.AsyncCommand<NoModel, CallRig>;

const ENDINGS = {
  reset: [1006, ''],
  internal: [1011, 'Internal error encountered.'],
  aborted: [1008, 'The operation was aborted.'],
  refused: [1007, 'Request contains an invalid argument.'],
} as const;

/** One thing that happens; `toString` is the line to copy into a regression test. */
class Step implements CallCommand {
  readonly #line: string;
  readonly #act: Act;

  constructor(line: string, act: Act) {
    this.#line = line;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  async run(_model: NoModel, rig: CallRig): Promise<void> {
    await this.#act(rig);
    await rig.passes(0);
    rig.check();
  }

  toString(): string {
    return this.#line;
  }
}

/** What the server and the application can do; each returns what does it. */
export const acts = {
  // The server
  audio:
    (ms: number): Act =>
    (rig) =>
      rig.sends(audioOf(ms)),
  words:
    (count: number): Act =>
    (rig) =>
      rig.sends({ serverContent: { outputTranscription: { text: modelWords(rig, count) } } }),
  text: (): Act => (rig) => rig.sends(partsOf({ text: modelWords(rig, 1) })),
  thought: (): Act => (rig) => rig.sends(partsOf({ text: 'Hm.', thought: true })),
  heard: (): Act => (rig) =>
    rig.sends({ serverContent: { inputTranscription: { text: ` u${++rig.words}` } } }),
  interrupted: (): Act => (rig) => rig.sends({ serverContent: { interrupted: true } }),
  generated: (): Act => (rig) => rig.sends({ serverContent: { generationComplete: true } }),
  turnComplete: (): Act => (rig) => rig.sends(TURN_COMPLETE),
  bargedIn: (): Act => (rig) => rig.sends({ serverContent: { interrupted: true } }, TURN_COMPLETE),
  bundle: (): Act => (rig) =>
    rig.sends({
      serverContent: {
        ...audioOf(200).serverContent,
        outputTranscription: { text: modelWords(rig, 2) },
        turnComplete: true,
      },
    }),
  waiting: (): Act => (rig) => rig.sends({ serverContent: { waitingForInput: true } }),
  call:
    (names: readonly string[], way: string, ms: number): Act =>
    (rig) => {
      const functionCalls = names.map((name) => ({ id: `call-${++rig.calls}`, name, args: { way, ms } }));
      return rig.sends({ toolCall: { functionCalls } });
    },
  callAgain:
    (back: number): Act =>
    (rig) => {
      const id = `call-${rig.calls - back}`;
      const name = rig.reference.tools.nameOf(id);
      return name && rig.sends({ toolCall: { functionCalls: [{ id, name, args: {} }] } });
    },
  cancel:
    (back: number): Act =>
    (rig) =>
      rig.sends({ toolCallCancellation: { ids: [`call-${rig.calls - back}`] } }),
  activity:
    (isStart: boolean): Act =>
    (rig) =>
      rig.sends({ serverContent: {}, voiceActivity: { type: isStart ? 'ACTIVITY_START' : 'ACTIVITY_END' } }),
  goAway: (): Act => (rig) => rig.sends({ goAway: { timeLeft: '50s' } }),
  handOut: (): Act => (rig) =>
    rig.sends({ sessionResumptionUpdate: { newHandle: `h${rig.clock.nowMs()}`, resumable: true } }),
  lose:
    (how: keyof typeof ENDINGS): Act =>
    async (rig) => {
      const [code, reason] = ENDINGS[how];
      if (rig.isConnected) await rig.peer.disconnects(code, reason);
    },

  // The user, and the application
  mic:
    (sound: 'loud' | 'quiet', chunks: number): Act =>
    (rig) =>
      rig.hears(sound, chunks),
  speechStarted: (): Act => (rig) => rig.given(rig.handle.userSpeechStarted()),
  speechEnded: (): Act => (rig) => rig.given(rig.handle.userSpeechEnded()),
  sendText: (): Act => (rig) => rig.given(rig.handle.sendText(`u${++rig.words}`)),
  sendVideo: (): Act => (rig) => rig.given(rig.handle.sendVideo(new Uint8Array(8))),
  instruct: (): Act => (rig) => rig.given(rig.handle.updateInstruction(`Be brief at ${rig.clock.nowMs()}.`)),
  answer: (): Act => (rig) => {
    const [call] = rig.reference.tools.openByHand;
    if (call !== undefined) rig.answers(call);
  },
  report:
    (share: number): Act =>
    (rig) => {
      const { handle, reference } = rig;
      const endsMs = reference.playbackEndsMs;
      reference.playbackEndsMs = 0; // what it causes may already know
      handle.playback.report(Math.floor(handle.playback.queuedMs * share));
      const { remainingMs } = handle.playback;
      const nowMs = rig.clock.nowMs();
      reference.playbackEndsMs = remainingMs > 0 ? nowMs + remainingMs : Math.min(endsMs, nowMs);
    },
  drained: (): Act => (rig) => {
    rig.reference.playbackEnded();
    rig.given(rig.handle.playbackDrained());
  },
  flushed: (): Act => (rig) => {
    rig.reference.playbackEnded();
    rig.handle.playback.flushed();
  },
  flushPrompt: (): Act => (rig) => rig.given(rig.handle.flushDeferredPrompt()),
  set:
    (step: number): Act =>
    (rig) =>
      rig.handle.state().set('step', step),
  goTo:
    (phase: string): Act =>
    (rig) => {
      if (rig.variant.phases) rig.handle.goToPhase(phase);
    },
  extract:
    (how: Scripts['extract']): Act =>
    (rig) => {
      rig.extract = how;
    },
  pass:
    (ms: number): Act =>
    (rig) =>
      rig.passes(ms),
  disconnect: (): Act => (rig) => rig.given(rig.handle.disconnect()),
} satisfies Record<string, (...given: never[]) => Act>;

type Acts = typeof acts;

function step<Name extends keyof Acts>(name: Name, ...given: Parameters<Acts[Name]>): CallCommand {
  const line = `acts.${name}(${given.map((value) => JSON.stringify(value)).join(', ')})`;
  return new Step(line, (acts[name] as (...values: unknown[]) => Act)(...given));
}

function always<Name extends keyof Acts>(
  name: Name,
  ...given: Parameters<Acts[Name]>
): fc.Arbitrary<CallCommand> {
  return fc.constant(null).map(() => step(name, ...given));
}

/**
 * In proportion: what makes a conversation is likelier than what loses its connection.
 *
 * @param endless leaves out what ends the call.
 */
export function commandArbitraries(endless = false): fc.Arbitrary<CallCommand>[] {
  const audio = fc.constantFrom(20, 200, 1000, 6000).map((ms) => step('audio', ms));
  const mic = fc
    .tuple(fc.constantFrom('loud' as const, 'quiet' as const), fc.constantFrom(1, 10, 25, 60))
    .map(([sound, chunks]) => step('mic', sound, chunks));
  const call = fc
    .tuple(
      fc.array(fc.constantFrom(...TOOL_NAMES), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...TOOL_WAYS),
      fc.integer({ min: 1, max: 2500 }),
    )
    .map(([names, way, ms]) => step('call', names, way, ms));
  const pass = fc.constantFrom(20, 100, 400, 1000, 2500, 6000).map((ms) => step('pass', ms));
  return [
    audio,
    audio,
    fc.constantFrom(1, 3).map((count) => step('words', count)),
    fc.constantFrom<CallCommand>(step('text'), step('thought'), step('waiting'), step('goAway')),
    always('heard'),
    always('interrupted'),
    fc.constantFrom<CallCommand>(step('generated'), step('bundle'), step('bargedIn')),
    always('turnComplete'),
    always('turnComplete'),
    call,
    call,
    fc.nat(3).map((back) => step('cancel', back)),
    fc.nat(3).map((back) => step('callAgain', back)),
    fc.boolean().map((isStart) => step('activity', isStart)),
    fc.constantFrom<CallCommand>(
      step('handOut'),
      step('handOut'),
      step('lose', 'reset'),
      step('lose', 'internal'),
      step('lose', 'aborted'),
      endless ? step('handOut') : step('lose', 'refused'),
      endless ? step('handOut') : step('disconnect'),
    ),
    mic,
    mic,
    mic,
    always('speechStarted'),
    always('speechEnded'),
    always('sendText'),
    fc.constantFrom<CallCommand>(step('sendVideo'), step('instruct')),
    always('answer'),
    fc.constantFrom(0, 0.4, 1, 2).map((share) => step('report', share)),
    always('drained'),
    fc.constantFrom<CallCommand>(step('flushed'), step('flushPrompt')),
    fc.nat(3).map((value) => step('set', value)),
    fc.constantFrom(...PHASE_NAMES).map((phase) => step('goTo', phase)),
    fc
      .constantFrom('quick' as const, 'slow' as const, 'fails' as const, 'hangs' as const)
      .map((how) => step('extract', how)),
    pass,
    pass,
    pass,
  ];
}

const TURN_COMPLETE: ServerMessage = {
  serverContent: { turnComplete: true },
  usageMetadata: { promptTokenCount: 10, responseTokenCount: 2, totalTokenCount: 12 },
};

function partsOf(part: { readonly text: string; readonly thought?: boolean }): ServerMessage {
  return { serverContent: { modelTurn: { role: 'model', parts: [part] } } };
}

function modelWords(rig: CallRig, count: number): string {
  return Array.from({ length: count }, () => `m${++rig.words} `).join('');
}

function audioOf(ms: number): ServerMessage {
  const data = Buffer.alloc(ms * 48).toString('base64');
  const part = { inlineData: { mimeType: 'audio/pcm;rate=24000', data } };
  return { serverContent: { modelTurn: { role: 'model', parts: [part] } } };
}
