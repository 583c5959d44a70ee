import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, silence, speech } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import {
  createRuleBrain,
  createScriptBrain,
  parseScript,
  type ScriptError,
  type SimulatorNote,
  script,
  when,
  whenResult,
} from '../index.ts';

const tools = [
  { functionDeclarations: [{ name: 'check_table' }, { name: 'log', behavior: 'NON_BLOCKING' }] },
];

const json = {
  name: 'booking',
  steps: [
    { hears: 'A table for two, please.' },
    { thinks: 'They want a table.' },
    { says: 'One moment.' },
    { calls: 'check_table', args: { size: 2 } },
    { waits: 500 },
    { says: 'I have one at {{check_table.output.time}}.' },
    { hears: 'Good.' },
    { says: 'Booked.' },
  ],
  rules: [{ when: 'weather', says: 'It rains.' }],
  otherwise: 'Goodbye.',
};

const written = script()
  .hears('A table for two, please.')
  .thinks('They want a table.')
  .says('One moment.')
  .calls('check_table', { size: 2 })
  .waits(500)
  .says('I have one at {{check_table.output.time}}.')
  .hears('Good.')
  .says('Booked.')
  .rules(when(/weather/i).says('It rains.'))
  .otherwise('Goodbye.');

test.for([
  ['JSON', () => createScriptBrain(parseScript(JSON.stringify(json)))],
  ['code', () => written.toBrain()],
] as const)('a script from %s says, hears, calls, thinks and waits', async ([, brainOf], context) => {
  verifies(context, 'sim:brain:script');
  const { simulator, clock } = await manualSimulator({ brain: brainOf() });
  const call = await dial(simulator, clock, {
    tools,
    inputAudioTranscription: {},
    outputAudioTranscription: {},
  });
  const speak = async (): Promise<void> => {
    call.sendAudio(silence(300));
    call.sendAudio(speech('whatever sounds like speech'));
    call.send({ realtimeInput: { audioStreamEnd: true } });
    await clock.advanceAsync(0);
  };
  await speak();
  await call.until(({ toolCall }) => toolCall !== undefined);
  const sent = call.messages.find(({ toolCall }) => toolCall)?.toolCall?.functionCalls?.[0];
  expect(sent).toMatchObject({ name: 'check_table', args: { size: 2 } });
  const response = { output: { time: '8 pm' } };
  call.send({ toolResponse: { functionResponses: [{ id: sent?.id, name: 'check_table', response }] } });
  await call.untilTurnComplete();
  expect(call.inputText).toBe('A table for two, please.');
  expect(call.outputText).toBe('One moment. I have one at 8 pm.');
  call.say('And the weather?');
  await call.untilTurnComplete();
  await speak();
  await call.untilTurnComplete();
  call.say('anything');
  await call.untilTurnComplete();
  expect(call.inputText).toBe('A table for two, please.Good.');
  expect(call.outputText).toBe('One moment. I have one at 8 pm.It rains.Booked.Goodbye.');
});

test('rules answer by words and by results, and the first one that applies wins', async (context) => {
  verifies(context, 'sim:brain:rules');
  const brain = createRuleBrain(
    [
      when(/table/).calls('log').calls('check_table'),
      when(/./).says('Yes.'),
      whenResult('check_table').says('Free.'),
    ],
    'Pardon?',
  );
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock, { tools, outputAudioTranscription: {} });
  call.say('a table');
  await call.until(({ toolCall }) => toolCall !== undefined);
  const sent = call.messages.find(({ toolCall }) => toolCall)?.toolCall?.functionCalls ?? [];
  expect(sent.map(({ name }) => name)).toEqual(['log', 'check_table']);
  call.send({
    toolResponse: { functionResponses: [{ id: sent[1]?.id, name: 'check_table', response: {} }] },
  });
  await call.untilTurnComplete();
  call.say('so?');
  await call.untilTurnComplete();
  call.say('');
  await call.untilTurnComplete();
  expect(call.outputText).toBe('Free.Yes.Pardon?');
});

test.for([
  ['not json', 'The script is not JSON'],
  [{}, 'The script does nothing: give it "steps" or "rules"'],
  [7, 'A script is a JSON object or a list of steps'],
  [{ stepz: [] }, 'unknown key "stepz"; did you mean "steps"?'],
  [{ steps: 'x' }, 'steps: must be a list'],
  [[{ say: 'x' }], 'steps[0]: unknown key "say"; did you mean "says"?'],
  [['hello'], 'steps[0]: must be an object with one of hears, says'],
  [[{ says: 'a', waits: 1 }], 'steps[0]: has both "says" and "waits": make it two steps'],
  [[{ waits: '1s' }], 'steps[0].waits: must be milliseconds'],
  [[{ says: '' }], 'steps[0].says: must be a text that is not empty'],
  [[{ calls: 'f', arguments: {} }], 'steps[0]: unknown key "arguments"; did you mean "args"?'],
  [[{ calls: 'f', args: [] }], 'steps[0].args: must be an object'],
  [{ rules: [{ says: 'x' }] }, 'rules[0]: needs either "when" (a pattern) or "whenResult"'],
  [{ rules: [{ when: '(', says: 'x' }] }, 'rules[0].when: is not a regular expression'],
  [
    { rules: [{ when: 'x', does: [{ hears: 'y' }] }] },
    'rules[0].does[0]: unknown key "hears"; known keys are says',
  ],
] as const)('%j says what to write instead', ([source, message], context) => {
  verifies(context, 'sim:brain:script-errors');
  let thrown: unknown;
  try {
    parseScript(source);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: 'ScriptError', code: 'scriptInvalid' } satisfies Partial<ScriptError>);
  expect((thrown as Error).message).toContain(message);
});

test('a placeholder that stands for nothing is noted, with what there is instead', async () => {
  const brain = script()
    .hears('The sky?')
    .calls('check_table')
    .says('It is {{check_table.output}}{{log.id}}{{check_table.sky.hue}}, {{check_table.sky}}.')
    .toBrain();
  const notes: SimulatorNote[] = [];
  const { simulator, clock } = await manualSimulator({ brain, onNote: (note) => notes.push(note) });
  const call = await dial(simulator, clock, { tools, outputAudioTranscription: {} });
  call.say('the sky');
  await call.until(({ toolCall }) => toolCall !== undefined);
  const id = call.messages.find(({ toolCall }) => toolCall)?.toolCall?.functionCalls?.[0]?.id;
  const response = { sky: 'blue', wind: 3 };
  call.send({ toolResponse: { functionResponses: [{ id, name: 'check_table', response }] } });
  await call.untilTurnComplete();
  expect(call.outputText).toBe('It is , blue.');
  expect(notes.map(({ type }) => type)).toEqual(Array(3).fill('placeholderEmpty'));
  expect(notes.map(({ message }) => message)).toEqual([
    '{{check_table.output}} stands for nothing: the response of check_table has no output; there is {{check_table.sky}}, {{check_table.wind}}.',
    expect.stringContaining('no function log has answered yet; these have: check_table.'),
    '{{check_table.sky.hue}} stands for nothing: check_table.sky has no fields; write {{check_table.sky}}.',
  ]);
});

test('typed words that differ from those of their step take it, and are noted', async () => {
  const brain = script().hears('Hello there!').says('Hi.').hears('A table.').says('Fine.').toBrain();
  const notes: SimulatorNote[] = [];
  const { simulator, clock } = await manualSimulator({ brain, onNote: (note) => notes.push(note) });
  const call = await dial(simulator, clock, { outputAudioTranscription: {} });
  call.say('hello  there');
  await call.untilTurnComplete();
  expect(notes).toEqual([]);
  call.say('What time is it?');
  await call.untilTurnComplete();
  expect(call.outputText).toBe('Hi.Fine.');
  expect(notes).toEqual([
    {
      type: 'wordsDiffer',
      message:
        'The script hears "A table.", but "What time is it?" was typed; its step is taken all the same.',
    },
  ]);
});
