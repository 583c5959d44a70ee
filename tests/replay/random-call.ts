/** A call of which everything but its beginning is chosen at random, recorded. */
import fc from 'fast-check';
import { type LiveEvent, type LiveHandle, live } from '../../src/live/index.ts';
import { MemoryRecording } from '../../src/runtime/replay/recording-sink.ts';
import { ScriptedPeer, settle } from '../../src/testing/index.ts';
import { richOptions } from './rich-options.ts';

export type Act =
  | { readonly type: 'hears' | 'says' | 'writes' | 'types'; readonly words: string }
  | { readonly type: 'completes' | 'interrupts' | 'handsOut' | 'goesAway' | 'resets' | 'cancels' }
  | { readonly type: 'calls'; readonly tool: string; readonly where: string }
  | { readonly type: 'waits'; readonly ms: number }
  | { readonly type: 'speaks'; readonly chunks: number; readonly loud: boolean }
  | { readonly type: 'state'; readonly key: string; readonly value: number | boolean }
  | {
      readonly type:
        | 'delta'
        | 'clears'
        | 'answers'
        | 'instructs'
        | 'drained'
        | 'reports'
        | 'speech'
        | 'rotates';
    }
  | { readonly type: 'goTo'; readonly phase: 'open' | 'known' }
  | { readonly type: 'batch' };

const words = fc.constantFrom('hello', 'it is 4711', 'my number is 123 456', 'yes please', 'no');
const of = <T extends Act['type']>(...types: readonly T[]): fc.Arbitrary<Act> =>
  // Only types without further fields are given.
  fc.constantFrom(...types).map((type) => ({ type }) as Act);

export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('hears', 'says', 'writes', 'types'), words)
      .map(([type, said]): Act => ({ type: type as 'hears', words: said })),
  },
  { weight: 4, arbitrary: of('completes', 'interrupts', 'handsOut') },
  { weight: 1, arbitrary: of('goesAway', 'resets', 'cancels', 'rotates') },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.constantFrom('look', 'quick', 'dig', 'pay', 'byHand', 'unknown'),
        fc.constantFrom('here', 'nowhere'),
      )
      .map(([tool, where]): Act => ({ type: 'calls', tool, where })),
  },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 2_500 }).map((ms): Act => ({ type: 'waits', ms })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 30 }), fc.boolean())
      .map(([chunks, loud]): Act => ({ type: 'speaks', chunks, loud })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('again', 'user:name', 'turn:x'), fc.oneof(fc.boolean(), fc.nat(3)))
      .map(([key, value]): Act => ({ type: 'state', key, value })),
  },
  {
    weight: 3,
    arbitrary: of('delta', 'clears', 'answers', 'instructs', 'drained', 'reports', 'speech', 'batch'),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('open', 'known')
      .map((phase): Act => ({ type: 'goTo', phase: phase as 'open' })),
  },
);

export interface RecordedCall {
  readonly sink: MemoryRecording;
  readonly events: readonly LiveEvent[];
}

/** Plays a call. The application reacts to events at once, too, and to promises. */
export async function recordedCall(acts: readonly Act[], salt = 'a'): Promise<RecordedCall> {
  const peer = new ScriptedPeer();
  const { clock } = peer;
  const sink = new MemoryRecording();
  const events: LiveEvent[] = [];
  const call = await live(richOptions(clock, salt)).connect({
    transport: peer.transport,
    clock,
    environment: { GEMINI_API_KEY: 'not-to-be-seen' },
    recording: { sink },
    onEvent: (event) => events.push(event),
  });
  call.on('phaseTransition', ({ to }) => call.state().set('heard', to));
  call.on('extraction', ({ name }) => {
    if (name === 'mood')
      void call.writer().sendClientContent([{ role: 'user', parts: [{ text: 'noted' }] }], false);
  });
  call.on('audio', () => call.playback.report(1));
  void again(call);
  let callsByHand: string[] = [];
  let last = '';
  for (const one of acts) {
    switch (one.type) {
      case 'hears':
        await peer.hears(one.words);
        break;
      case 'says':
        await peer.says(one.words);
        break;
      case 'writes':
        await peer.writes(one.words);
        break;
      case 'types':
        void call.sendText(one.words);
        break;
      case 'completes':
        await peer.completes();
        break;
      case 'interrupts':
        await peer.interrupts();
        break;
      case 'handsOut':
        await peer.handsOut(`handle-${events.length}`);
        break;
      case 'goesAway':
        await peer.goesAway(3_000);
        break;
      case 'resets':
        await peer.disconnects(1011, 'Internal error encountered.');
        break;
      case 'cancels':
        if (last !== '') await peer.cancels(last);
        break;
      case 'calls':
        last = await peer.calls(one.tool, one.tool === 'look' ? { where: one.where } : {});
        if (one.tool === 'byHand') callsByHand = [...callsByHand, last];
        break;
      case 'waits':
        await clock.advanceAsync(one.ms);
        break;
      case 'speaks':
        for (let chunk = 0; chunk < one.chunks; chunk++) {
          void call.sendAudio(chunk % 3 === 0 ? noise(one.loud).buffer_ : noise(one.loud).samples);
          await clock.advanceAsync(20);
        }
        break;
      case 'state':
        call.state().set(one.key, one.value);
        break;
      case 'delta': {
        const delta = call.state().delta();
        delta.set('user:a', events.length);
        delta.delete('user:name');
        delta.commit();
        break;
      }
      case 'clears':
        call.state().clearPrefix('user:');
        break;
      case 'answers':
        for (const id of callsByHand)
          void call.sendToolResponse([{ id, name: 'byHand', response: { done: id } }]);
        callsByHand = [];
        break;
      case 'instructs':
        void call.updateInstruction(`Be brief: ${events.length}.`);
        break;
      case 'drained':
        void call.playbackDrained();
        call.playback.drained();
        break;
      case 'reports':
        call.playback.report(events.length % 50);
        break;
      case 'speech':
        void call.userSpeechStarted();
        await clock.advanceAsync(100);
        void call.userSpeechEnded();
        break;
      case 'rotates':
        void call.rotate({ atOnce: true });
        break;
      case 'goTo':
        call.goToPhase(one.phase);
        break;
      case 'batch':
        // Several inputs between which nothing is awaited.
        void call.sendText('one');
        call.state().set('two', 2);
        void call.writer().sendVideo(new Uint8Array([1, 2, 3]));
        void call.flushDeferredPrompt();
        break;
    }
  }
  let over = false;
  void call.disconnect('enough').then(() => {
    over = true;
  });
  await clock.runUntil(() => over, 60_000);
  await settle();
  await settle();
  return { sink, events };
}

/** An application that goes on as soon as its promise settles. */
async function again(call: LiveHandle<object>): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    try {
      await call.next('turnRecord');
    } catch {
      return;
    }
    call.state().set('app:records', turn);
    if (turn % 4 === 3) void call.sendText(`Turn ${turn}.`);
  }
}

function noise(loud: boolean): { readonly samples: Int16Array; readonly buffer_: Uint8Array } {
  const samples = new Int16Array(320);
  if (loud) for (let at = 0; at < samples.length; at++) samples[at] = ((at * 7919) % 20_000) - 10_000;
  return { samples, buffer_: new Uint8Array(samples.buffer) };
}
