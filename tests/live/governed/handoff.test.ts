import { describe, expect, test } from 'vitest';
import type { ConversationDocument } from '../../../src/flow/conversation/conversation-document.ts';
import { type HandoffPacket, type ToolDefinition, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';

function documentWith(http: {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
}): ConversationDocument {
  return {
    name: 'support',
    frames: {
      caller: {
        slots: [
          { name: 'account', description: 'Number of the account.', pii: true, recogniser: 'digits' },
          { name: 'wants', recogniser: { oneOf: { refund: ['money back'], person: ['a person'] } } },
        ],
      },
    },
    require: ['end'],
    stages: [
      { id: 'ask', collect: ['account'], allow: ['look'], done: { calledOk: 'look' }, next: ['give'] },
      { id: 'give', collect: ['wants'], allow: ['handOff'], done: { calledOk: 'handOff' }, next: ['end'] },
      { id: 'end', terminal: true },
    ],
    tools: [
      { name: 'look', description: 'Looks the account up.', mock: { response: { open: true } } },
      {
        name: 'handOff',
        description: 'Calls a person.',
        parameters: { type: 'object', properties: { reason: { type: 'string' } } },
        handoff: true,
        http,
        saves: { ticket: 'ticket' },
      },
    ],
  };
}

/** A call that comes as far as the handoff; resolves with what the model was answered. */
async function handedOver(call: OrderedCall): Promise<unknown> {
  await call.peer.hears('My account is 48210077.');
  await call.peer.calls('look', {});
  await call.peer.says('I see.', { thenCompletes: true });
  await call.peer.hears('I want my money back.');
  await call.peer.calls('look', {});
  const id = await call.peer.calls('handOff', { reason: 'They want a refund of 48210077.' });
  return (await call.peer.answerTo(id)).response;
}

function expectWhole(packet: HandoffPacket | undefined): void {
  if (packet === undefined) return expect.unreachable();
  expect(packet).toMatchObject({
    version: 1,
    conversation: 'support',
    reason: expect.stringMatching(/^They want a refund of /),
    where: { active: ['give'], done: ['ask'], missing: ['end'], path: [], complete: false },
  });
  expect(packet.facts).toEqual([
    {
      name: 'account',
      description: 'Number of the account.',
      value: expect.not.stringContaining('4821'),
      masked: true,
    },
    { name: 'wants', value: 'refund' },
  ]);
  expect(packet.transcript.map(({ speaker }) => speaker)).toEqual(['user', 'assistant', 'user']);
  expect(packet.tools).toEqual([{ name: 'look', args: {}, result: { open: true }, outcome: 'succeeded' }]);
  expect(packet.text).toContain('user: I want my money back.');
  expect(JSON.stringify(packet)).not.toContain('48210077');
}

describe('A tool that hands over', () => {
  test('sends the packet with its request when the document says so', async (context) => {
    verifies(context, 'govern:live:handoff');
    const bodies: { readonly reason: string; readonly handoffPacket: HandoffPacket }[] = [];
    const call = await new OrderedCall().open({
      conversation: {
        document: documentWith({ url: 'https://desk.example/tickets', method: 'POST' }),
        fetch: async (_url, init) => {
          bodies.push(JSON.parse(String(init?.body)));
          return Response.json({ ticket: 'T-1' });
        },
      },
    });
    expect(await handedOver(call)).toEqual({ ticket: 'T-1' });
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.reason).toBe('They want a refund of 48210077.');
    expectWhole(bodies[0]?.handoffPacket);
    expect(call.state('ticket')).toBe('T-1');
    expect(call.handle.explain()).toMatchObject({ complete: true });
  });

  test('in code gets the packet from its context', async (context) => {
    verifies(context, 'govern:live:handoff');
    const packets: (HandoffPacket | undefined)[] = [];
    const handOff: ToolDefinition = tool({
      name: 'handOff',
      description: 'Calls a person.',
      parameters: { type: 'object', properties: { reason: { type: 'string' } } },
      run: ({ reason }, { handoffPacket }) => {
        packets.push(handoffPacket?.(String(reason)));
        return { ticket: 'T-2' };
      },
    });
    const call = await new OrderedCall().open({
      tools: [handOff],
      conversation: { document: documentWith({ url: 'https://desk.example/tickets', method: 'POST' }) },
    });
    expect(await handedOver(call)).toEqual({ ticket: 'T-2' });
    expect(packets).toHaveLength(1);
    expectWhole(packets[0]);
  });

  test('needs a request with a body', async () => {
    const document = documentWith({ url: 'https://desk.example/tickets' });
    await expect(new OrderedCall().open({ conversation: { document } })).rejects.toMatchObject({
      code: 'invalidOptions',
      problems: [{ path: 'conversation.document.tools[1].http.method' }],
    });
  });
});
