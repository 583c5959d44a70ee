import { expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { integer } from '../../flow/recognise/integer.ts';
import { scriptedTextModel } from '../../runtime/extract/model/scripted-text-model.ts';
import { ruleExtractor } from '../../runtime/extract/rule-extractor.ts';
import type { OptionProblem } from '../../runtime/runtime-error.ts';
import { RuntimeError } from '../../runtime/runtime-error.ts';
import { createMemoryTransport } from '../../wire/index.ts';
import type { LiveAgent } from '../agent.ts';
import { live } from '../live.ts';
import { tool } from '../tool.ts';
import { Live } from './live-builder.ts';

const act = (): void => {};
const yes = (): boolean => true;

/** What connecting says is wrong; nothing may be opened. */
async function problemsOf(agent: LiveAgent<object>): Promise<readonly OptionProblem[]> {
  let opened = 0;
  const transport = createMemoryTransport(() => {
    opened += 1;
  });
  const error: unknown = await agent
    .connectWithTransport(transport, { environment: { GEMINI_API_KEY: 'key' } })
    .catch((cause: unknown) => cause);
  expect(opened).toBe(0);
  if (!(error instanceof RuntimeError)) throw error;
  expect(error.code).toBe('invalidOptions');
  const { problems = [] } = error;
  for (const { path, message } of problems) expect(error.message).toContain(`- ${path}: ${message}`);
  return problems;
}

test('An agent with many mistakes hears of all of them at once', async (context) => {
  verifies(context, 'builder:allProblems');
  const builder = Live.builder()
    // 1. Two authorities over one turn
    .clientInterruptionAuthority()
    .vad({ silenceDurationMs: 300 })
    // 2. A schema that cannot be declared
    .tool(tool({ name: 'tally', description: 'Counts.', input: z.object({ any: z.any() }), run: act }))
    // 3. Something to confirm, and nobody to ask
    .tool(tool({ name: 'book', description: 'Books.', policy: { confirm: true }, run: act }))
    // 4. The same function, declared raw
    .addTool({ functionDeclarations: [{ name: 'book' }] })
    // 5. A background tool that is misspelt
    .toolBackground('bok')
    // 6. One name for two extractors
    .extractRecord({ name: 'order', fields: { qty: integer() } })
    .extractRecord({ name: 'order', fields: { age: integer() } })
    // 7. A schema that no model can be asked for
    .extractTurns({ name: 'mood', schema: z.string(), model: scriptedTextModel('{}') })
    // 8. Values that need each other
    .computed('net', ['gross'], () => 1)
    .computed('gross', ['net'], () => 1)
    // 9. Times that are none
    .telemetryInterval(-1)
    .softTurnTimeout(Number.NaN)
    .whenSustained('angry', yes, -5, act)
    // 10. An expression that cannot run in linear time
    .redaction({ patterns: [/(?=1)\d/], digitRuns: 1 })
    // 11. A watcher that does nothing
    .watch('mood')
    .becameTrue()
    .then(undefined as never)
    // 12. to 15. Phases: no first one, a tool and a target that are misspelt, a phase that says two things
    .phase('ask')
    .tools('tally', 'boook')
    .transition('oder', yes)
    .done()
    .phase('order')
    .terminal()
    .transition('ask', yes)
    .done();
  const problems = await problemsOf(builder);
  expect(problems.map(({ path }) => path).sort()).toEqual(
    [
      'interruptionAuthority',
      'tools.tally.input.any',
      'toolSettings.confirmationProvider',
      'tools.book',
      'toolSettings.background.bok',
      'extractors[1].name',
      'extractors[2].schema',
      'computed[0].deps',
      'telemetryIntervalMs',
      'quiet.softTurnMs',
      'patterns[0].when.durationMs',
      'redaction.patterns[0]',
      'redaction.digitRuns',
      'watchers[0].action',
      'phases.initial',
      'phases.phases.ask.tools[1]',
      'phases.phases.ask.transitions[0].to',
      'phases.phases.order.transitions',
    ].sort(),
  );
  const said = new Map(problems.map(({ path, message }) => [path, message]));
  expect(said.get('toolSettings.background.bok')).toContain('Did you mean "book"?');
  expect(said.get('phases.phases.ask.tools[1]')).toContain('Did you mean "book"?');
  expect(said.get('phases.phases.ask.transitions[0].to')).toContain('Did you mean "order"?');
  expect(await problemsOf(live(builder.options))).toEqual(problems);
});

test('A tool that is broken itself is still a tool that phases may name', async () => {
  const broken = { name: 'look', description: 'Looks.' } as Parameters<
    ReturnType<typeof Live.builder>['tool']
  >[0];
  const agent = Live.builder().tool(broken).initialPhase('ask').phase('ask').tools('look').done();
  expect(await problemsOf(agent)).toEqual([
    { path: 'tools.look.run', message: expect.stringContaining('needs a function') },
  ]);
});

test('A listener of an event, a rule for a field and an extractor that are none are told', async () => {
  const guests = ruleExtractor({
    name: 'party',
    fields: { guests: integer() },
    promote: [{ field: 'geusts' as 'guests', stateKey: 'guests' }],
  });
  const misspelt = { on: { turnrecord: () => {} }, extractors: [guests, integer()] } as object;
  expect(await problemsOf(live(misspelt))).toEqual([
    { path: 'on.turnrecord', message: 'There is no event "turnrecord". Did you mean "turnRecord"?' },
    {
      path: 'extractors[0].promote[0].field',
      message: 'There is no field "geusts". Did you mean "guests"?',
    },
    { path: 'extractors[1]', message: expect.stringContaining('is no extractor') },
  ]);
});

test('A misspelt option is told, where no compiler looks', async () => {
  const misspelt = { instrucion: 'Be brief.', systemInstruction: 'Be brief.' } as object;
  expect(await problemsOf(live(misspelt))).toEqual([
    { path: 'instrucion', message: 'There is no such option. Did you mean "instruction"?' },
    {
      path: 'systemInstruction',
      message: 'There is no such option. Here it is called "instruction".',
    },
  ]);
});
