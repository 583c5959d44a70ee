import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, model31, model38, type RawCaller, vertexPath } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { type Brain, calls, says } from '../index.ts';

const weather = { functionDeclarations: [{ name: 'get_weather' }] };
const slow = { functionDeclarations: [{ name: 'get_weather', behavior: 'NON_BLOCKING' }] };

/** Calls once when asked, and says what came back. */
const brain: Brain = ({ input, text }) => {
  if (input.type === 'toolResults') return `It is ${JSON.stringify(input.results[0]?.response.output)}.`;
  return text.includes('weather') ? calls('get_weather', { city: 'Oslo' }) : `You said ${text}.`;
};

function callIds(call: RawCaller): readonly string[] {
  return call.messages.flatMap(({ toolCall }) => (toolCall?.functionCalls ?? []).map(({ id }) => id ?? ''));
}

function respond(call: RawCaller, fields: Readonly<Record<string, unknown>>): void {
  const functionResponses = [{ name: 'get_weather', response: { output: 'sunny' }, ...fields }];
  call.send({ toolResponse: { functionResponses } });
}

function flags(call: RawCaller): readonly string[] {
  return call.kinds.filter((kind) => !/^(audio|transcript|setupComplete|handle)$/.test(kind));
}

test('a blocking call pauses the generation until it is answered', async (context) => {
  verifies(context, 'sim:tools:blocking');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, {
    tools: [weather],
    sessionResumption: {},
    outputAudioTranscription: {},
  });
  call.say('the weather?');
  await clock.advanceAsync(60_000);
  expect(flags(call)).toEqual(['toolCall', 'noHandle']);
  expect(call.messages.find(({ toolCall }) => toolCall)?.toolCall?.functionCalls).toEqual([
    { name: 'get_weather', args: { city: 'Oslo' }, id: expect.stringMatching(/^function-call-\d+$/) },
  ]);
  expect(simulator.sessions[0]?.turnPhase).toBe('waitingForTools');
  respond(call, { id: callIds(call)[0] });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('It is "sunny".');
  expect(flags(call)).toEqual(['toolCall', 'noHandle', 'generationComplete', 'turnComplete']);
  const usage = call.messages.findLast(({ usageMetadata }) => usageMetadata)?.usageMetadata;
  expect(usage?.toolUsePromptTokenCount).toBeGreaterThan(0);
});

test('every id of a group has to be answered, in one message or several', async (context) => {
  verifies(context, 'sim:tools:blocking');
  const two: Brain = ({ input }) =>
    input.type === 'toolResults' ? `${input.results.length} answers` : [calls('a'), calls('b')];
  const { simulator, clock } = await manualSimulator({ brain: two });
  const tools = [{ functionDeclarations: [{ name: 'a' }, { name: 'b' }] }];
  const call = await dial(simulator, clock, { tools, outputAudioTranscription: {} });
  call.say('go');
  await clock.advanceAsync(1000);
  const [first, second] = callIds(call);
  expect(call.messages.find(({ toolCall }) => toolCall)?.toolCall?.functionCalls).toHaveLength(2);
  respond(call, { id: first, name: 'a' });
  await clock.advanceAsync(10_000);
  expect(flags(call)).toEqual(['toolCall']);
  respond(call, { id: second, name: 'b' });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('2 answers');
});

test('a generator gets the results of its calls and goes on', async (context) => {
  verifies(context, 'sim:tools:blocking', 'sim:brain:forms');
  const { simulator, clock } = await manualSimulator({
    brain: async function* () {
      yield says('One moment.');
      const [result] = yield calls('get_weather');
      yield `It is ${String(result?.response.output)}.`;
    },
  });
  const call = await dial(simulator, clock, { tools: [weather], outputAudioTranscription: {} });
  call.say('go');
  await call.until(({ toolCall }) => toolCall !== undefined);
  respond(call, { id: callIds(call)[0] });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('One moment. It is sunny.');
});

test('barge-in cancels what is pending, and a late answer is accepted in silence', async (context) => {
  verifies(context, 'sim:tools:cancellation', 'sim:tools:leniency');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { tools: [weather], outputAudioTranscription: {} });
  call.say('the weather?');
  await call.until(({ toolCall }) => toolCall !== undefined);
  call.say('never mind');
  await call.untilTurnComplete();
  expect(flags(call)).toEqual(['toolCall', 'interrupted', 'toolCallCancellation', 'turnComplete']);
  const cancelled = call.messages.find(({ toolCallCancellation }) => toolCallCancellation);
  expect(cancelled?.toolCallCancellation?.ids).toEqual(callIds(call));
  respond(call, { id: callIds(call)[0] });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('You said never mind.');
  await clock.advanceAsync(10_000);
  expect(call.outputText).toBe('You said never mind.');
  expect(call.closed).toBeUndefined();
});

test('a NON_BLOCKING call lets the conversation go on; its result waits for silence by default', async (context) => {
  verifies(context, 'sim:tools:async');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { tools: [slow], outputAudioTranscription: {} });
  call.say('the weather?');
  await call.untilTurnComplete();
  call.say('a long story that takes a while to tell');
  await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
  respond(call, { id: callIds(call)[0] });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('You said a long story that takes a while to tell.');
  await call.untilTurnComplete();
  expect(call.outputText).toBe('You said a long story that takes a while to tell.It is "sunny".');
  expect(flags(call)).not.toContain('interrupted');
});

test('INTERRUPT stops the speech and speaks about the result', async (context) => {
  verifies(context, 'sim:tools:async');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { tools: [slow], outputAudioTranscription: {} });
  call.say('the weather?');
  await call.untilTurnComplete();
  call.say('a long story that takes a while to tell');
  await call.until(({ serverContent }) => serverContent?.modelTurn !== undefined);
  respond(call, { id: callIds(call)[0], scheduling: 'INTERRUPT' });
  await call.untilTurnComplete(0);
  expect(flags(call).slice(-2)).toEqual(['interrupted', 'turnComplete']);
  await call.untilTurnComplete();
  expect(call.outputText).toMatch(/It is "sunny"\.$/);
});

test('SILENT adds to the context and says nothing, also when the guide puts it inside the response', async (context) => {
  verifies(context, 'sim:tools:async', 'sim:tools:leniency');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { tools: [slow] });
  call.say('the weather?');
  await call.untilTurnComplete();
  const before = call.kinds.length;
  respond(call, { id: callIds(call)[0], response: { output: 'sunny', scheduling: 'SILENT' } });
  await clock.advanceAsync(10_000);
  expect(call.kinds).toHaveLength(before);
  expect(simulator.sessions[0]?.history.at(-1)?.parts[0]?.functionResponse?.response).toMatchObject({
    output: 'sunny',
  });
});

test('a call that continues gives several results', async (context) => {
  verifies(context, 'sim:tools:async');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { tools: [slow], outputAudioTranscription: {} });
  call.say('the weather?');
  await call.untilTurnComplete();
  const [id] = callIds(call);
  respond(call, { id, response: { output: 'cloudy' }, willContinue: true });
  await call.untilTurnComplete();
  respond(call, { id, response: { output: 'sunny' } });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('It is "cloudy".It is "sunny".');
});

test('tools are asynchronous by default on 3.8 and never on 3.1', async (context) => {
  verifies(context, 'sim:tools:async');
  const { simulator, clock } = await manualSimulator({ brain });
  const newest = await dial(simulator, clock, { model: model38, tools: [weather] });
  newest.say('the weather?');
  expect(await newest.untilTurnComplete()).toBe(true);
  const older = await dial(simulator, clock, { model: model31, tools: [slow] });
  older.send({ realtimeInput: { text: 'the weather?' } });
  expect(await older.untilTurnComplete(30_000)).toBe(false);
});

test('answers without a name or an id, and empty lists, are accepted', async (context) => {
  verifies(context, 'sim:tools:leniency');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { tools: [weather], outputAudioTranscription: {} });
  call.send({ toolResponse: { functionResponses: [] } });
  call.say('the weather?');
  await call.until(({ toolCall }) => toolCall !== undefined);
  call.send({ tool_response: { function_responses: [{ response: { output: 'sunny' } }] } });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('It is "sunny".');
});

const onVertex = { path: vertexPath, headers: { 'x-goog-api-key': 'test' } };

test('Vertex 2.5 ends the calling turn with the answer and speaks in a new one', async (context) => {
  verifies(context, 'sim:tools:vertex');
  const { simulator, clock } = await manualSimulator({ brain });
  const model = 'publishers/google/models/gemini-live-2.5-flash-native-audio';
  const call = await dial(simulator, clock, { model, tools: [weather] }, onVertex);
  call.say('the weather?');
  await call.until(({ toolCall }) => toolCall !== undefined);
  expect(callIds(call)[0]).toMatch(/^[0-9a-f-]{36}$/);
  respond(call, { id: callIds(call)[0] });
  await call.untilTurnComplete(0);
  await call.untilTurnComplete();
  expect(flags(call)).toEqual(['toolCall', 'turnComplete', 'generationComplete', 'turnComplete']);
});

test('Vertex 2.0 completes the generation after the call, and speaks about an answer nobody asked for', async (context) => {
  verifies(context, 'sim:tools:vertex');
  const { simulator, clock } = await manualSimulator({ brain });
  const model = 'publishers/google/models/gemini-2.0-flash-live-preview-04-09';
  const call = await dial(simulator, clock, { model, tools: [weather] }, onVertex);
  call.say('the weather?');
  await call.until(({ toolCall }) => toolCall !== undefined);
  respond(call, { id: callIds(call)[0] });
  await call.untilTurnComplete();
  expect(flags(call)).toEqual(['toolCall', 'generationComplete', 'generationComplete', 'turnComplete']);
  respond(call, { id: 'nobody-asked' });
  expect(await call.untilTurnComplete()).toBe(true);
});

test('contextUpdate replaces the tools and the instruction on 3.8, in order, and an empty list clears', async (context) => {
  verifies(context, 'sim:context-update');
  const { simulator, clock } = await manualSimulator({
    brain: ({ tools, systemInstruction }) => `${tools.map(({ name }) => name).join()} ${systemInstruction}`,
  });
  const call = await dial(simulator, clock, {
    model: model38,
    tools: [weather],
    outputAudioTranscription: {},
  });
  const systemInstruction = { parts: [{ text: 'new' }], role: 'user' };
  const tools = { tools: [{ functionDeclarations: [{ name: 'other' }] }] };
  call.send({ contextUpdate: { systemInstruction, tools } });
  call.say('go');
  await call.untilTurnComplete();
  call.send({ contextUpdate: { tools: { tools: [] } } });
  call.say('go');
  await call.untilTurnComplete();
  expect(call.outputText).toBe('other newnew');
});
