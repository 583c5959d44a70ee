import { expect, test } from 'vitest';
import type { LiveHandle } from '../../../src/live/index.ts';
import { CallUnderTest } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

/** As JavaScript would call it. */
const wrong = <Value>(value: unknown): Value => value as Value;

const invalidArgument = { code: 'invalidArgument' };
type Handle = LiveHandle<object>;

test.each<readonly [string, (handle: Handle) => Promise<void>]>([
  ['sendToolResponse(undefined)', (handle) => handle.sendToolResponse(wrong(undefined))],
  ['sendToolResponse([null])', (handle) => handle.sendToolResponse(wrong([null]))],
  ['writer.sendToolResponse([{}])', (handle) => handle.writer().sendToolResponse(wrong([{}]))],
  ['sendClientContent([null], true)', (handle) => handle.writer().sendClientContent(wrong([null]), true)],
  ['sendClientContent(5, true)', (handle) => handle.writer().sendClientContent(wrong(5), true)],
  ['sendClientContent([], "yes")', (handle) => handle.writer().sendClientContent([], wrong('yes'))],
  ['sendVideo(undefined)', (handle) => handle.sendVideo(wrong(undefined))],
  ['sendVideo("x")', (handle) => handle.sendVideo(wrong('x'))],
  ['sendVideo of another type', (handle) => handle.sendVideo(new Uint8Array(2), 'video/mp4')],
  ['sendText(5)', (handle) => handle.sendText(wrong(5))],
])('%s rejects with invalidArgument, and nothing goes out', async (_what, send) => {
  const call = await CallUnderTest.open();
  const before = call.peer.received.length;
  await expect(send(call.handle)).rejects.toMatchObject(invalidArgument);
  await call.clock.advanceAsync(100);
  expect(call.peer.received).toHaveLength(before);
  expect(call.codes).toEqual([]);
  await call.expectAlive();
  await call.handle.disconnect();
});

test.each<readonly [string, (handle: Handle) => unknown]>([
  ['on(null)', (handle) => handle.on(wrong<'audio'>(null), () => {})],
  ['on("audio", 5)', (handle) => handle.on('audio', wrong(5))],
  ['onEvent(5)', (handle) => handle.onEvent(wrong(5))],
  ['next(5)', (handle) => handle.next(wrong<'audio'>(5))],
  ['events({ capacity: "x" })', (handle) => handle.events({ capacity: wrong('x') })],
  ['events({ capacity: NaN })', (handle) => handle.events({ capacity: Number.NaN })],
  ['stream({ capacity: -5 })', (handle) => handle.stream({ capacity: -5 })],
  ['subscribe({ capacity: 1.5 })', (handle) => handle.subscribe({ capacity: 1.5 })],
])('%s throws invalidArgument', async (_what, listen) => {
  const call = await CallUnderTest.open();
  expect(() => listen(call.handle)).toThrow(expect.objectContaining(invalidArgument));
  await call.handle.disconnect();
});
