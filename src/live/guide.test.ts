import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../tests/requirements.ts';
import { ScriptedPeer, settle } from '../testing/index.ts';
import * as parlando from './index.ts';

const guide: string = readFileSync(new URL('../../docs/guide/live.md', import.meta.url), 'utf8');
const programs: readonly string[] = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);
const [objectForm = '', stepByStep = '', theCall = '', hastyForm = ''] = programs;
const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

/** Runs a program with these names around it; returns what it printed, and the value of `wanted`. */
async function run(
  code: string,
  around: Readonly<Record<string, unknown>>,
  wanted = 'undefined',
): Promise<{ readonly printed: readonly string[]; readonly value: unknown }> {
  const printed: string[] = [];
  const console = { log: (...values: unknown[]) => printed.push(values.join(' ')) };
  const names = { ...parlando, z, console, ...around };
  const body = `${code.replace(/^import .*$/gm, '')}\nreturn ${wanted};`;
  const value: unknown = await new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
  return { printed, value };
}

/** The comments of a program that say what it prints. */
function promised(code: string): readonly string[] {
  return [...code.matchAll(/^(?:console\.log.*)?\/\/ (.*)$/gm)].map(([, text = '']) => text);
}

/** Functions are equal when both are there. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'function') return 'function';
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}

test('The object and the steps of the guide are the same agent', async (context) => {
  verifies(context, 'builder:guide');
  const made = await run(objectForm, {}, '{ agent, book, order, guests }');
  const { agent, ...parts } = made.value as { agent: parlando.LiveAgent<object> };
  const steps = (await run(stepByStep, parts, 'agent')).value as parlando.LiveAgent<object>;
  expect(shapeOf(steps.options)).toEqual(shapeOf(agent.options));
});

test.each([
  ['object', objectForm],
  ['steps', stepByStep],
])('The call of the guide goes as printed, by %s', async (_form, description) => {
  const player: string[] = [];
  const playing = {
    play: (data: Uint8Array) => player.push(`${data.length}`),
    stop: () => player.push('stop'),
  };
  const { value: parts } = await run(objectForm, { player: playing }, '{ agent, book, order, guests }');
  const { agent: _, ...around } = parts as Readonly<Record<string, unknown>>;
  const needed = description === objectForm ? {} : around;
  const { value } = await run(description, { player: playing, ...needed }, 'agent');
  const agent = value as parlando.LiveAgent<object>;
  const peer = new ScriptedPeer();
  const connect = (): Promise<unknown> =>
    agent.connectGoogleAi('key', { transport: peer.transport, clock: peer.clock, environment: {} });
  const microphone = { onChunk: (give: (chunk: Uint8Array) => void) => give(new Uint8Array(640)) };
  const call = run(theCall, { agent: { connect }, microphone });
  await settle();
  await peer.expectSetup({
    systemInstruction: { parts: [{ text: /Ask how many/ }] },
  });
  await peer.hears('A table for twelve please');
  await peer.says('Sure.', { audioMs: 10, thenCompletes: true });
  expect((await call).printed).toEqual(promised(theCall));
  expect(peer.heardBytes).toBe(640);
  expect(player).toEqual(['480']);
});

test('The tool of the guide books', async () => {
  const { value } = await run(objectForm, { player: { play: () => {}, stop: () => {} } }, 'agent');
  const agent = value as parlando.LiveAgent<object>;
  const peer = new ScriptedPeer();
  await agent.connectGoogleAi('key', { transport: peer.transport, clock: peer.clock, environment: {} });
  const early = await peer.calls('book_table', { guests: 2 });
  expect((await peer.answerTo(early)).response).toEqual({ error: expect.stringContaining('guests known') });
  await peer.hears('we are two');
  await peer.says('Good.', { thenCompletes: true });
  const call = await peer.calls('book_table', { guests: 2 });
  expect((await peer.answerTo(call)).response).toEqual({ reference: 'P42-2' });
});

test('The mistakes of the guide are told as printed', async () => {
  const { printed } = await run(hastyForm, {});
  expect(printed).toEqual(promised(hastyForm));
});
