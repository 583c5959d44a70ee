import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error: an example, which is plain JavaScript
import { eagerModel } from '../../examples/card-support/eager-model.mjs';
import { compileConversation } from '../../src/flow/conversation/index.ts';
import { runScenario, scenarioFromJournal } from '../../src/flow/scenario/index.ts';
import { type LiveEvent, live, scriptedTextModel } from '../../src/live/index.ts';
import { recordingChanges } from '../../src/runtime/replay/recording-changes.ts';
import { MemoryRecording } from '../../src/runtime/replay/recording-sink.ts';
import { createSimulator } from '../../src/simulator/index.ts';
import { ManualClock } from '../../src/testing/index.ts';
import { verifies } from '../requirements.ts';
import { expectClean, recordingOf } from './replayed.ts';

const LINES = [
  'Hello, this is Ada Moreno.',
  'My card ends in 4821.',
  'What is it about?',
  'I beg your pardon?',
  'What do I owe?',
  'I can pay part of it.',
  'I could do 250 dollars.',
  'On December 4th, please.',
  'By the way, what are the late fees?',
  'Good to know.',
  'Yes, go ahead.',
  'Wait, make it 300 dollars.',
  'Yes, please.',
  'By email, please.',
  'No, that was everything.',
];

test('The governed showcase is replayed from the file alone, and is a scenario', {
  timeout: 60_000,
}, async (context) => {
  verifies(context, 'replay:fileAlone', 'replay:secrets', 'replay:clean', 'replay:scenario');
  const text = readFileSync(
    new URL('../../examples/card-support/conversation.json', import.meta.url),
    'utf8',
  );
  const document = JSON.parse(text);
  const clock = new ManualClock();
  const simulator = await createSimulator({ clock, brain: eagerModel(document, LINES) });
  const sink = new MemoryRecording();
  const events: LiveEvent[] = [];
  const textModel = scriptedTextModel(() => ({ json: { q1: { outcome: 'unsure', confidence: 0 } } }));
  const journaled: string[] = [];
  let over = false;
  const work = (async () => {
    const call = await live({
      baseUrl: simulator.url,
      apiKey: 'AIza-not-to-be-seen',
      conversation: { document, textModel, now: () => Date.UTC(2026, 10, 20) },
    }).connect({
      clock,
      transport: simulator.transport,
      recording: { sink },
      onEvent: (event) => events.push(event),
    });
    call.state().journal.attachSink(
      ({ key }) => journaled.push(key),
      () => {},
    );
    await call.next('turnRecord');
    for (const line of LINES) {
      const turn = call.next('turnRecord');
      await call.sendText(line);
      await turn;
    }
    const complete = call.explain();
    await call.disconnect();
    return complete;
  })();
  void work.finally(() => (over = true));
  await clock.runUntil(() => over, 600_000);
  expect(await work).toMatchObject({ complete: true });
  await simulator.close();
  // The document itself, in the header, has an example of each.
  const said = sink.text.slice(sink.text.indexOf('\n'));
  // Four digits stand in some longer number by chance.
  for (const secret of [/(?<![\w./+-])4821(?![\w./+-])/, /Moreno/, /AIza-not/])
    expect(secret.test(said), `${secret}`).toBe(false);
  const recording = await recordingOf(sink);
  expect(recording.header.redactions).toEqual(['words', 'marked values']);
  expect(recording.header.code).toEqual([]);
  const changes = await recordingChanges(recording);
  const changed = changes.map(({ key }) => key);
  expect(journaled.length).toBeGreaterThan(100);
  expect(changed.slice(-journaled.length)).toEqual(journaled);
  const compiled = compileConversation(document);
  if (!compiled.ok) throw new Error('the showcase does not compile');
  expect(runScenario(compiled.conversation, scenarioFromJournal('recorded', changes))).toMatchObject({
    passed: true,
  });
  const { entries } = await expectClean(recording);
  expect(entries).toBeGreaterThan(500);
  expect(events.length).toBeGreaterThan(100);
});
