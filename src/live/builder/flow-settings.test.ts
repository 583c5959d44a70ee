import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import type { ConversationDocument } from '../../flow/conversation/conversation-document.ts';
import type { FlowDefinition } from '../../flow/definition/flow-definition.ts';
import { scriptedTextModel } from '../../runtime/extract/model/scripted-text-model.ts';
import { ScriptedPeer } from '../../testing/index.ts';
import { tool } from '../tool.ts';
import { Live } from './live-builder.ts';

const FLOW: FlowDefinition = {
  name: 'booking',
  steps: [
    { id: 'ask', done: { isSet: 'day' }, allow: ['look'] },
    { id: 'book', after: ['ask'], done: { calledOk: 'book' }, allow: ['book'] },
  ],
};

const DOCUMENT: ConversationDocument = {
  name: 'booking',
  stages: [
    { id: 'ask', done: { isSet: 'day' }, allow: ['look'], next: ['end'] },
    { id: 'end', terminal: true },
  ],
  inputs: ['day'],
  tools: [{ name: 'look', description: 'Looks.', mock: { response: 'seen' } }],
};

type Builder = ReturnType<typeof Live.builder>;

/** The answers to a call of each tool, in a session that is built so. */
async function answers(
  build: (builder: Builder) => Builder,
  names: readonly string[],
): Promise<readonly unknown[]> {
  const peer = new ScriptedPeer();
  const builder = build(Live.builder().model('gemini-3.8-live').with({ apiKey: 'k' }));
  const handle = await builder.connect({ clock: peer.clock, transport: peer.transport, environment: {} });
  const found: unknown[] = [];
  for (const name of names) {
    const id = await peer.calls(name);
    const { response } = await peer.answerTo(id);
    found.push(typeof response?.error === 'string' ? 'refused' : response);
  }
  await handle.disconnect();
  return found;
}

const named = (name: string) => tool({ name, description: name, run: () => ({ ran: name }) });
const withTools = (builder: Builder): Builder => builder.with({ tools: ['look', 'book'].map(named) });

describe('A session that is built step by step', () => {
  test('keeps to its flow, or only observes it, whether it is compiled or not', async (context) => {
    verifies(context, 'govern:live:steering', 'govern:live:observe');
    const compiled = compileFlow(FLOW);
    if (!compiled.ok) throw new Error('it compiles');
    const names = ['look', 'book'];
    const all = [{ ran: 'look' }, { ran: 'book' }];
    const kept = [{ ran: 'look' }, 'refused'];
    expect(await answers((b) => withTools(b).govern(FLOW), names)).toEqual(kept);
    expect(await answers((b) => withTools(b).governCompiled(compiled.flow), names)).toEqual(kept);
    expect(await answers((b) => withTools(b).observe(FLOW), names)).toEqual(all);
    expect(await answers((b) => withTools(b).observeCompiled(compiled.flow), names)).toEqual(all);
    expect(await answers((b) => withTools(b).ambientTools('book').govern(FLOW), names)).toEqual(all);
  });

  test('has what is said beside a conversation document and in its settings, both', async (context) => {
    verifies(context, 'govern:live:converse');
    const build = (mode: 'converse' | 'converseObserve') => (builder: Builder) =>
      builder
        .with({ tools: ['note', 'tell', 'book'].map(named) })
        .ambientTools('note')
        [mode](DOCUMENT, { ambientTools: ['tell'] });
    const names = ['look', 'note', 'tell', 'book'];
    const seen = [{ output: 'seen' }, { ran: 'note' }, { ran: 'tell' }];
    expect(await answers(build('converse'), names)).toEqual([...seen, 'refused']);
    expect(await answers(build('converseObserve'), names)).toEqual([...seen, { ran: 'book' }]);
  });

  test('has the work, the timing and the judge of its steps, in any order', async (context) => {
    verifies(context, 'govern:live:stepEnter', 'govern:live:timing');
    const peer = new ScriptedPeer();
    const entered: string[] = [];
    const handle = await Live.builder()
      .with({ apiKey: 'k', tools: ['look', 'book'].map(named) })
      .model('gemini-3.8-live')
      .stageTiming('ask', { repromptAfterMs: 2_000, reprompt: 'Still there?' })
      .onStepEnter('ask', () => entered.push('ask'))
      .onStepEnter('book', () => entered.push('book'), { mode: 'call' })
      .decisions({ model: scriptedTextModel(() => '{}') })
      .govern(FLOW)
      .connect({ clock: peer.clock, transport: peer.transport, environment: {} });
    handle.state().set('day', 'Monday');
    await peer.says('Hello.', { thenCompletes: true });
    await peer.clock.advanceAsync(1_000);
    expect(entered).toEqual(['ask', 'book']);
    expect(handle.state().get('book:result')).toBe(2);
    await handle.disconnect();
  });

  test('cannot have a flow and a conversation document', async () => {
    const peer = new ScriptedPeer();
    const opening = Live.builder()
      .with({ apiKey: 'k', tools: ['look', 'book'].map(named) })
      .model('gemini-3.8-live')
      .govern(FLOW)
      .converse(DOCUMENT)
      .connect({ clock: peer.clock, transport: peer.transport, environment: {} });
    await expect(opening).rejects.toMatchObject({ problems: [expect.objectContaining({ path: 'flow' })] });
  });
});
