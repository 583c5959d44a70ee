import { expect, test } from 'vitest';
import type { LiveEvent } from '../../../src/live/index.ts';
import { settle } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';
import { CallUnderTest } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

const breaks = (): never => {
  throw new Error('broken on purpose');
};

const rejects = (): never => Promise.reject(new Error('broken on purpose')) as never;

test('a listener that throws on every event is told once for each, and the others hear everything', async (context) => {
  verifies(context, 'hostile:listeners');
  const call = await CallUnderTest.open();
  call.handle.onEvent(breaks);
  call.handle.on('audio', breaks);
  const heard: LiveEvent[] = [];
  call.handle.onEvent((event) => heard.push(event));
  await call.turn();
  expect(heard.filter(({ type }) => type === 'turnRecord')).toHaveLength(1);
  const told = call.log.of('error').filter(({ error }) => error.code === 'listenerFailed');
  // The breaking listener hears the errors, too, and breaks on them: that is told no further.
  const others = heard.filter(({ type }) => type !== 'error');
  const audio = others.filter(({ type }) => type === 'audio');
  expect(told.length).toBe(others.length + audio.length);
  await call.endAndOpenAnother();
});

test('a listener that rejects is told as one that throws', async (context) => {
  verifies(context, 'hostile:listeners');
  const call = await CallUnderTest.open();
  call.handle.on('turnComplete', rejects);
  await call.turn();
  await settle();
  expect(call.codes).toEqual(['listenerFailed']);
  await call.endAndOpenAnother();
});

test('a listener that was given to connect and throws from the first event on does not keep it from working', async (context) => {
  verifies(context, 'hostile:listeners');
  const call = await CallUnderTest.open({}, breaks);
  await call.expectAlive();
  await call.end();
});

test('a listener that calls the handle from within finds it whole, whatever it calls', async (context) => {
  verifies(context, 'hostile:listeners');
  const call = await CallUnderTest.open({
    phases: {
      initial: 'a',
      phases: [
        { name: 'a', transitions: [{ to: 'b', when: () => false }] },
        { name: 'b', terminal: true },
      ],
    },
  });
  const { handle } = call;
  let left = 40;
  handle.onEvent(() => {
    left -= 1;
    if (left < 0) return;
    handle.state().set('count', left);
    void handle.sendText('More.');
    void handle.updateInstruction(`Another ${left}.`);
    void handle.playbackDrained();
    void handle.userSpeechStarted();
    void handle.userSpeechEnded();
    void handle.flushDeferredPrompt();
    handle.goToPhase(left % 2 === 0 ? 'a' : 'b');
  });
  await call.turn();
  const sequence = call.log.events.map(({ seq }) => seq);
  expect(sequence).toEqual(sequence.toSorted((a, b) => a - b));
  await call.end();
});

test('a listener that ends the session from within an event ends it', async (context) => {
  verifies(context, 'hostile:listeners', 'hostile:disconnect');
  const call = await CallUnderTest.open();
  call.handle.on('turnComplete', () => void call.handle.disconnect());
  await call.turn();
  await call.expectEnded();
});

test('a journal sink that throws is reported to its owner, and the session goes on', async (context) => {
  verifies(context, 'hostile:userCode');
  const call = await CallUnderTest.open();
  const codes: string[] = [];
  call.handle.state().journal.attachSink(breaks, ({ code }) => codes.push(code));
  call.handle.state().set('a', 1);
  await call.expectAlive();
  expect(codes).toEqual(['journalSinkFailed']);
  await call.end();
});

test('a voice rule that throws on everything threw on the report of its own throw, without an end', async (context) => {
  verifies(context, 'hostile:userCode');
  let asked = 0;
  const rule = (): never => {
    asked += 1;
    if (asked > 10_000) throw new Error('it would never end');
    return breaks();
  };
  const call = await CallUnderTest.open({ voiceRules: [rule] });
  await call.turn();
  await call.clock.advanceAsync(1_000);
  expect(asked).toBeLessThan(1_000);
  expect(new Set(call.codes)).toEqual(new Set(['hookFailed']));
  await call.end();
});

test('a watcher and a pattern that break on the errors that they cause are a loop, which is ended and told', async (context) => {
  verifies(context, 'hostile:userCode');
  const call = await CallUnderTest.open({
    watchers: [{ key: 'session:errorCount', predicate: { type: 'changed' }, action: breaks }],
    patterns: [
      { name: 'p', when: { type: 'rate', event: 'error', count: 1, windowMs: 1_000 }, action: breaks },
    ],
    hooks: { onTurnBoundary: breaks },
  });
  await call.turn();
  await call.clock.advanceAsync(1_000);
  expect(call.codes.length).toBeLessThan(10_000);
  expect(call.codes).toContain('controlQueueFull');
  await call.expectAlive();
  await call.end();
});
