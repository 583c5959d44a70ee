import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import type { Content, SessionWriter } from '../../../wire/index.ts';
import { WireError } from '../../../wire/index.ts';
import type { RuntimeError } from '../../runtime-error.ts';
import { type ContextHost, ContextQueue, type ContextQueueOptions } from './context-queue.ts';
import { FlushingWriter } from './flushing-writer.ts';

const line = (text: string): Content => ({ role: 'model', parts: [{ text }] });
const image: Content = { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] };
const chunk = new Uint8Array(640);

interface Bench {
  readonly clock: ManualClock;
  readonly sent: string[];
  readonly errors: RuntimeError[];
  readonly cancelled: string[];
  readonly floor: { userSpeaking: boolean; modelInTurn: boolean; playbackActive: boolean };
  readonly queue: ContextQueue;
  readonly writer: FlushingWriter;
  fail: WireError | undefined;
}

/** A queue over a writer that notes what it is given, short: `content a|b`, `prompt`, `text hi`, `audio`. */
function bench(options: ContextQueueOptions & { readonly clientContent?: boolean } = {}): Bench {
  const clock = new ManualClock();
  const sent: string[] = [];
  const floor = { userSpeaking: false, modelInTurn: false, playbackActive: false };
  const note = (what: string): Promise<void> => {
    if (result.fail !== undefined) return Promise.reject(result.fail);
    sent.push(what);
    return Promise.resolve();
  };
  const raw: SessionWriter = {
    sendAudio: () => note('audio'),
    sendText: (text) => note(`text ${text}`),
    sendVideo: () => note('video'),
    sendToolResponse: () => note('toolResponse'),
    sendClientContent: (turns, complete) =>
      note(complete ? 'prompt' : `content ${turns.map((turn) => turn.parts[0]?.text ?? '*').join('|')}`),
    updateInstruction: () => note('instruction'),
    signalActivityStart: () => note('activityStart'),
    signalActivityEnd: () => note('activityEnd'),
    disconnect: () => note('disconnect'),
  };
  const errors: RuntimeError[] = [];
  const cancelled: string[] = [];
  const host: ContextHost = {
    clock,
    floor,
    writer: raw,
    profile: { clientContentMidSession: options.clientContent ?? true },
    report: (error) => errors.push(error),
    promptCancelled: (reason) => cancelled.push(reason),
  };
  const queue = new ContextQueue(host, options);
  const result: Bench = {
    clock,
    sent,
    errors,
    cancelled,
    floor,
    queue,
    writer: new FlushingWriter(raw, queue),
    fail: undefined,
  };
  return result;
}

describe('immediate', () => {
  test('is one frame with all turns, then an empty one that asks for speech if a prompt is due', (context) => {
    verifies(context, 'voice:context:immediate');
    const { queue, sent } = bench();
    queue.deliver({ turns: [line('a'), line('b')], prompt: false }, 'immediate');
    expect(sent).toEqual(['content a|b']);
    queue.deliver({ turns: [line('c')], prompt: true }, 'immediate');
    queue.deliver({ turns: [], prompt: true }, 'immediate');
    queue.deliver({ turns: [], prompt: false }, 'immediate');
    expect(sent).toEqual(['content a|b', 'content c', 'prompt', 'prompt']);
  });

  test('takes what was deferred along, before itself and in the same frame; a prompt waits for the floor', () => {
    const { queue, sent, floor } = bench();
    floor.playbackActive = true;
    queue.deliver({ turns: [line('old')], prompt: true }, 'deferred');
    queue.deliver({ turns: [line('new')], prompt: true }, 'immediate');
    expect([sent, queue.promptArmed]).toEqual([['content old|new'], true]);
    floor.playbackActive = false;
    queue.floorChanged();
    expect([sent, queue.promptArmed]).toEqual([['content old|new', 'prompt'], false]);
  });

  test('holds more turns than may wait', () => {
    const { queue, sent } = bench({ maxPendingTurns: 1 });
    queue.deliver({ turns: [line('a'), line('b')], prompt: false }, 'immediate');
    expect(sent).toEqual(['content a|b']);
  });
});

describe('deferred', () => {
  test('goes before a text of the user, whole and in one frame, and the prompt stays armed', async (context) => {
    verifies(context, 'voice:context:flush');
    const { queue, writer, sent, floor } = bench();
    Object.assign(floor, { modelInTurn: true, playbackActive: true });
    queue.deliver({ turns: [line('a')], prompt: false }, 'deferred');
    queue.deliver({ turns: [line('b'), image], prompt: true }, 'deferred');
    expect([sent, queue.pending]).toEqual([[], true]);
    await writer.sendText('hi');
    expect(sent).toEqual(['content a|b|*', 'text hi']);
    expect([queue.pending, queue.promptArmed]).toEqual([false, true]);
  });

  test('tool responses, instructions, explicit content and marks flush nothing', async (context) => {
    verifies(context, 'voice:context:noFlush');
    const { queue, writer, sent } = bench();
    queue.deliver({ turns: [line('a')], prompt: false }, 'deferred');
    await writer.sendToolResponse([]);
    await writer.updateInstruction('be kind');
    await writer.sendClientContent([line('mine')], false);
    await writer.signalActivityStart();
    await writer.signalActivityEnd();
    expect(sent).toEqual(['toolResponse', 'instruction', 'content mine', 'activityStart', 'activityEnd']);
    expect(queue.pending).toBe(true);
  });

  test('an identical line waits once, and a tagged batch replaces the older one', (context) => {
    verifies(context, 'voice:context:coalesced');
    const { queue, sent } = bench();
    queue.deliver({ turns: [line('a'), image], prompt: false }, 'deferred');
    queue.deliver({ turns: [line('at dessert'), line('b')], prompt: false, tag: 'steering' }, 'deferred');
    queue.deliver({ turns: [line('a'), image, { parts: [] }], prompt: false }, 'deferred');
    queue.deliver({ turns: [line('at the bill')], prompt: false, tag: 'steering' }, 'deferred');
    queue.flush();
    expect(sent).toEqual(['content a|*|*|at the bill']);
  });

  test('of more than may wait the oldest are dropped, and that is said once', (context) => {
    verifies(context, 'voice:context:bounded');
    const { queue, sent, errors } = bench({ maxPendingTurns: 3 });
    for (let i = 0; i < 9; i++) queue.deliver({ turns: [line(`${i}`)], prompt: false }, 'deferred');
    queue.flush();
    expect(sent).toEqual(['content 6|7|8']);
    expect(errors.map(({ code }) => code)).toEqual(['contextUndelivered']);
  });

  test('a session that ends is still told the context, and the prompt is cancelled with a reason', () => {
    const { queue, sent, cancelled, floor } = bench();
    floor.playbackActive = true;
    queue.deliver({ turns: [line('a')], prompt: true }, 'deferred');
    queue.close();
    expect([sent, cancelled]).toEqual([['content a'], ['sessionEnded']]);
  });
});

describe('deferred with a microphone that streams without pause', () => {
  test('does not cut off the model: without edges it goes when the model is silent', async (context) => {
    verifies(context, 'voice:context:quietMoment');
    const { clock, queue, writer, sent, floor } = bench();
    Object.assign(floor, { modelInTurn: true, playbackActive: true });
    queue.deliver({ turns: [line('a')], prompt: false }, 'deferred');
    const stream = async (): Promise<void> => {
      clock.advance(20);
      await writer.sendAudio(chunk);
    };
    await stream();
    floor.modelInTurn = false;
    await stream();
    expect(sent).toEqual(['audio', 'audio']);
    floor.playbackActive = false;
    await stream();
    expect(sent.slice(2)).toEqual(['content a', 'audio']);
  });

  test('with edges it goes at the start of the user turn, once the model has been cut off', async (context) => {
    verifies(context, 'voice:context:userTurn');
    const { clock, queue, writer, sent, floor } = bench({ speechEdges: true });
    queue.deliver({ turns: [line('a')], prompt: false }, 'deferred');
    for (let i = 0; i < 100; i++) {
      clock.advance(20);
      await writer.sendAudio(chunk);
    }
    expect(sent).not.toContain('content a');
    queue.userTurnStarted();
    expect(sent.at(-1)).toBe('content a');
    queue.userTurnEnded();

    Object.assign(floor, { modelInTurn: true, playbackActive: true });
    queue.deliver({ turns: [line('b')], prompt: false }, 'deferred');
    queue.userTurnStarted();
    await writer.sendAudio(chunk);
    expect(sent.at(-1)).toBe('audio');
    floor.modelInTurn = false;
    queue.floorChanged();
    expect(sent.at(-1)).toBe('content b');
  });

  test('push to talk: the first audio or image after a pause of the stream begins a turn', async () => {
    const { clock, queue, writer, sent } = bench({ speechEdges: true });
    queue.deliver({ turns: [line('a')], prompt: false }, 'deferred');
    clock.advance(499);
    await writer.sendVideo(chunk);
    clock.advance(500);
    await writer.sendVideo(chunk);
    expect(sent).toEqual(['video', 'content a', 'video']);
  });
});

describe('an armed prompt', () => {
  test('waits for playback, the model and the user, whichever is last', () => {
    const { queue, sent, floor } = bench();
    Object.assign(floor, { modelInTurn: true, playbackActive: true, userSpeaking: true });
    queue.deliver({ turns: [line('a')], prompt: true }, 'deferred');
    for (const freed of ['modelInTurn', 'userSpeaking', 'playbackActive'] as const) {
      queue.floorChanged();
      expect(sent).toEqual([]);
      floor[freed] = false;
    }
    queue.floorChanged();
    expect([sent, queue.promptArmed]).toEqual([['content a', 'prompt'], false]);
    queue.floorChanged();
    queue.promptModel();
    expect(sent.length).toBe(2);
  });

  test('does not cut off a model whose audio ran dry in the middle of its turn', () => {
    const { queue, sent, floor } = bench();
    floor.modelInTurn = true;
    queue.deliver({ turns: [line('a')], prompt: true }, 'deferred');
    queue.promptModel();
    expect([sent, queue.promptArmed]).toEqual([[], true]);
    floor.modelInTurn = false;
    queue.promptModel();
    expect(sent).toEqual(['content a', 'prompt']);
  });

  test('on a free floor goes at once, instead of waiting for a playback that never comes', () => {
    const { queue, sent } = bench();
    queue.deliver({ turns: [line('a')], prompt: true }, 'deferred');
    expect(sent).toEqual(['content a', 'prompt']);
  });

  test('is cancelled by the start of speech, which keeps the context', (context) => {
    verifies(context, 'voice:context:promptCancelled');
    const { queue, sent, floor, cancelled } = bench();
    Object.assign(floor, { modelInTurn: true, playbackActive: true });
    queue.deliver({ turns: [line('a')], prompt: true }, 'deferred');
    queue.userTurnStarted();
    expect([queue.promptArmed, queue.pending, cancelled, sent]).toEqual([false, true, ['userSpoke'], []]);
    floor.modelInTurn = false;
    queue.promptModel();
    expect(sent).toEqual(['content a']);
  });
});

describe('a model without clientContent in mid-session', () => {
  test('is told with the next text, or with the prompt as text', async (context) => {
    verifies(context, 'voice:context:textOnly');
    const { queue, writer, sent, errors } = bench({ clientContent: false });
    queue.deliver({ turns: [line('a'), line('b')], prompt: false }, 'immediate');
    await writer.sendAudio(chunk);
    await writer.sendText('hi');
    expect(sent).toEqual(['audio', 'text a\nb\n\nhi']);
    queue.deliver({ turns: [line('c')], prompt: true }, 'immediate');
    queue.deliver({ turns: [], prompt: true }, 'deferred');
    expect(sent.slice(2)).toEqual(['text c', 'text Continue.']);
    expect(errors.map(({ code }) => code)).toEqual(['contextUndelivered']);
  });

  test('is not given parts that are no text; that is said once', async () => {
    const { queue, writer, sent, errors } = bench({ clientContent: false });
    queue.deliver({ turns: [image], prompt: false }, 'deferred');
    await writer.sendText('hi');
    queue.deliver({ turns: [image, line('a')], prompt: true }, 'deferred');
    expect([sent, errors.length]).toEqual([['text hi', 'text a'], 1]);
    queue.close();
  });
});

describe('a failing send', () => {
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('keeps the context and the prompt while the queue is full', async (context) => {
    verifies(context, 'voice:context:kept');
    const box = bench();
    box.fail = new WireError('sendQueueFull', 'full');
    box.floor.playbackActive = true;
    box.queue.deliver({ turns: [line('a'), line('b')], prompt: true }, 'deferred');
    box.queue.promptModel();
    await settled();
    box.fail = undefined;
    box.queue.deliver({ turns: [line('c')], prompt: false }, 'deferred');
    box.floor.playbackActive = false;
    box.queue.floorChanged();
    expect([box.sent, box.errors]).toEqual([['content a|b|c', 'prompt'], []]);
  });

  test('does not bring back what a newer batch has replaced', async () => {
    const box = bench();
    box.fail = new WireError('sendQueueFull', 'full');
    box.queue.deliver({ turns: [line('old')], prompt: false, tag: 'steering' }, 'immediate');
    box.fail = undefined;
    box.queue.deliver({ turns: [line('new')], prompt: false, tag: 'steering' }, 'deferred');
    await settled();
    box.queue.flush();
    expect(box.sent).toEqual(['content new']);
  });

  test('reports anything else, but not the end of the session', async () => {
    const box = bench();
    box.fail = new WireError('invalidArgument', 'a cycle');
    box.queue.deliver({ turns: [line('a')], prompt: false }, 'immediate');
    await settled();
    box.fail = new WireError('sessionEnded', 'over');
    box.queue.deliver({ turns: [line('a')], prompt: true }, 'immediate');
    await settled();
    expect(box.errors.map(({ code, cause }) => [code, cause instanceof WireError])).toEqual([
      ['contextUndelivered', true],
    ]);
    expect(box.queue.pending).toBe(false);
  });
});
