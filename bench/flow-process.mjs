/** The process in which governance is timed, on one core and in CPU time, so that a neighbour counts less. */
import { readFileSync } from 'node:fs';
import { serveCommands } from './children.mjs';
import { median } from './measure.mjs';

const SHOWCASE = new URL('../examples/card-support/conversation.json', import.meta.url);
const SCENARIOS = 1_000;
const TURNS = 2_000;
const STEPS = 30;

/** Steps in a row, each waiting for a key of its own; every second one lists a tool that the last constraint guards. */
function chain() {
  const steps = Array.from({ length: STEPS }, (_, index) => ({
    id: `step${index}`,
    ...(index > 0 && { after: [`step${index - 1}`] }),
    done: { isTrue: `key${index}` },
    posture: `Do what belongs to step ${index}.`,
    allow: [`tool${index}`],
  }));
  return { name: 'chain', steps, constraints: [{ commit: { tool: 'tool5', until: { isTrue: 'key4' } } }] };
}

function cpuMs(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

serveCommands({
  flow: async () => {
    const { admitTool, compileFlow, initialFlowState, stepFlow } = await import('../dist/flow/index.js');
    const { compileConversation } = await import('../dist/flow/conversation/index.js');
    const { runScenario } = await import('../dist/flow/scenario/index.js');

    const document = JSON.parse(readFileSync(SHOWCASE, 'utf8'));
    const compileConversationMs = median(
      Array.from({ length: 9 }, () => cpuMs(() => compileConversation(document))),
    );
    const result = compileConversation(document);
    if (!result.ok) throw new Error(`the showcase does not compile: ${JSON.stringify(result.problems)}`);
    const { conversation } = result;

    const definition = chain();
    const flowCompileMs = median(Array.from({ length: 9 }, () => cpuMs(() => compileFlow(definition))));
    const compiled = compileFlow(definition);
    if (!compiled.ok) throw new Error('the chain does not compile');
    const turns = () => {
      const values = new Map();
      const reader = { get: (key) => values.get(key), has: (key) => values.has(key) };
      let state = stepFlow(compiled.flow, initialFlowState(compiled.flow), { type: 'begin' }, reader).state;
      let admitted = 0;
      for (let turn = 0; turn < TURNS; turn += 1) {
        if (turn % 50 === 0) values.set(`key${turn / 50}`, true);
        const step = stepFlow(compiled.flow, state, { type: 'turn', counts: true }, reader);
        for (const effect of step.effects) {
          if (effect.type === 'set') values.set(effect.key, effect.value);
          else values.delete(effect.key);
        }
        state = step.state;
        if (admitTool(compiled.flow, state, { tool: 'tool5', args: {} }, reader).ok) admitted += 1;
      }
      if (admitted === 0 || admitted === TURNS) throw new Error('the chain admits always or never');
    };
    turns();
    const flowTurnUs = (median(Array.from({ length: 9 }, () => cpuMs(turns))) * 1_000) / TURNS;

    const { scenarios } = conversation;
    const play = (count) => {
      for (let index = 0; index < count; index += 1) {
        const scenario = scenarios[index % scenarios.length];
        const { passed, reason } = runScenario(conversation, scenario);
        if (!passed) throw new Error(`${scenario.name} failed: ${reason}`);
      }
    };
    const flowScenariosMs = cpuMs(() => play(SCENARIOS));
    return { flowCompileMs, flowDocumentMs: compileConversationMs, flowTurnUs, flowScenariosMs };
  },
});
