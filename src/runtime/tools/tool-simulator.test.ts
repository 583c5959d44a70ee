import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, model31, model38, nativeModel } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { tool } from '../../live/tool.ts';
import { type Brain, calls } from '../../simulator/index.ts';
import { modelProfile } from '../../wire/index.ts';
import { State } from '../state/state.ts';
import { backgroundDelivery } from './background-delivery.ts';
import { ToolRegistry } from './tool-registry.ts';
import { ToolRunner } from './tool-runner.ts';

/** Calls what it is told to, and says what came back. */
const brain: Brain = ({ input, text }) => {
  if (input.type !== 'toolResults')
    return text.startsWith('call ') ? calls(text.slice(5)) : `You said ${text}.`;
  const { status, result, output, error } = (input.results[0]?.response ?? {}) as Record<string, unknown>;
  return `It is ${JSON.stringify(result ?? output ?? error ?? status)}.`;
};

/** A conversation with the simulator whose calls a runner answers. */
async function converse(model: string) {
  const { simulator, clock } = await manualSimulator({ brain });
  const profile = modelProfile(model, 'googleAi');
  const later = (ms: number, value: string): Promise<string> =>
    new Promise((resolve) => clock.schedule(ms, () => resolve(value)));
  const registry = new ToolRegistry([
    tool({ name: 'look', description: 'd', policy: { kind: 'read' }, run: () => later(3_000, 'rain') }),
    tool({
      name: 'search',
      description: 'd',
      policy: { background: true },
      run: () => later(20_000, 'found'),
    }),
  ]);
  const call = await dial(simulator, clock, {
    model,
    tools: [{ functionDeclarations: registry.declarations(profile) }],
    outputAudioTranscription: {},
  });
  const ended: string[] = [];
  const runner = new ToolRunner(
    {
      clock,
      state: new State(),
      emit: (event) => {
        if (event.type === 'toolCancelled') ended.push(`cancelled ${event.ids.length}`);
      },
      report: () => {},
      respond: (functionResponses) => call.send({ toolResponse: { functionResponses } }),
      admit: () => ({ ok: true }),
      onOutcome: ({ name, outcome }) => ended.push(`${name} ${outcome}`),
      turn: () => 1,
    },
    { registry, backgroundDelivery: backgroundDelivery(profile) },
  );
  let seen = 0;
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      await clock.advanceAsync(100);
      for (const { toolCall, toolCallCancellation, serverContent } of call.messages.slice(seen)) {
        if (serverContent?.interrupted) runner.bargeIn();
        if (toolCallCancellation) runner.cancel(toolCallCancellation.ids ?? []);
        if (toolCall) runner.start(toolCall.functionCalls ?? []);
      }
      seen = call.messages.length;
    }
  };
  // 3.1 takes a user's text as realtime input only.
  const say = (text: string): void =>
    profile.clientContentMidSession ? call.say(text) : call.send({ realtimeInput: { text } });
  return { call, say, pass, ended };
}

test.each([nativeModel, model31, model38])('%s speaks about the result of an inline tool', async (model) => {
  const { call, say, pass } = await converse(model);
  say('call look');
  await pass(20_000);
  expect(call.outputText).toBe('It is "rain".');
  expect(call.closed).toBeUndefined();
});

test.each([
  [nativeModel, 'It is "running".You said hello.It is {"output":"found"}.'],
  [model38, 'It is "running".You said hello.It is {"output":"found"}.'],
])('%s hears that a background tool runs, talks on, and hears the result', async (model, heard) => {
  const { call, say, pass } = await converse(model);
  say('call search');
  await pass(10_000);
  say('hello');
  await pass(40_000);
  expect(call.outputText).toBe(heard);
  expect(call.closed).toBeUndefined();
});

test('a model without background tools waits for the result, and hears it', async (context) => {
  verifies(context, 'tools:background');
  const { call, say, pass } = await converse(model31);
  say('call search');
  await pass(40_000);
  expect(call.outputText).toBe('It is "found".');
});

test.each([nativeModel, model38])(
  '%s is interrupted: the read is cancelled once and never answered',
  async (model) => {
    const { call, say, pass, ended } = await converse(model);
    say('call look');
    await pass(1_000);
    say('never mind');
    await pass(20_000);
    expect(ended).toEqual(['cancelled 1', 'look cancelled']);
    expect(call.outputText).toBe('You said never mind.');
  },
);
