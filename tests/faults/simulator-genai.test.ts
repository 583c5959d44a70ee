/** The published client and the benign faults: what the service does without being at fault must not stop it. */
import { expect, test, vi } from 'vitest';
import { calls, createSimulator, type Fault } from '../../src/simulator/index.ts';
import { connectSdk } from '../interop/genai-client.ts';
import { verifies } from '../requirements.ts';

vi.spyOn(console, 'warn').mockImplementation(() => {});
vi.spyOn(console, 'debug').mockImplementation(() => {});

const BENIGN: readonly Fault[] = [
  { type: 'bundledFrames', frames: 5 },
  { type: 'emptyServerContent' },
  { type: 'missingGenerationComplete' },
  { type: 'duplicateToolCalls' },
  { type: 'unknownKeys' },
  { type: 'muteAudio' },
  { type: 'lateFrames', delayMs: 150 },
  { type: 'lateHandles', delayMs: 300 },
  { type: 'laggingHandles' },
  { type: 'unresumable', while: 'generating' },
  { type: 'slowPongs', delayMs: 500 },
  { type: 'goAway', at: { on: 'turnComplete' }, untold: true, followedBy: 'stay' },
  { type: 'deadAir', at: { on: 'userTurn' }, as: 'rejected' },
];

test.concurrent.for(BENIGN.map((fault) => [fault.type, fault] as const))(
  '@google/genai completes its turns through %s',
  { timeout: 20_000 },
  async ([, fault], context) => {
    verifies(context, 'sim:interop:faults');
    const simulator = await createSimulator({
      voice: 'tones',
      latencyMs: 20,
      faults: [fault],
      brain: ({ input }) => (input.type === 'toolResults' ? 'Done.' : calls('act')),
    });
    context.onTestFinished(() => simulator.close());
    const tools = [{ functionDeclarations: [{ name: 'act', description: 'Acts.' }] }];
    const config = { tools, outputAudioTranscription: {}, sessionResumption: {} };
    const call = await connectSdk(simulator, { major: 3, shape: 'apiKey' }, config);
    if (fault.type === 'deadAir') {
      call.session.sendClientContent({ turns: 'first' });
      await call.turnComplete();
    }
    call.session.sendClientContent({ turns: 'go' });
    const { toolCall } = await call.next((message) => message.toolCall !== undefined);
    const answers = (toolCall?.functionCalls ?? []).map(({ id = '', name = '' }) => ({
      id,
      name,
      response: {},
    }));
    call.session.sendToolResponse({ functionResponses: answers });
    await call.turnComplete();
    expect(call.outputText).toBe('Done.');
    call.session.close();
  },
);

test('@google/genai is told of an upgrade that was refused', { timeout: 20_000 }, async (context) => {
  verifies(context, 'sim:faults:network');
  const simulator = await createSimulator({
    voice: 'tones',
    faults: [{ type: 'refusedUpgrade', status: 429, connection: 1 }],
  });
  context.onTestFinished(() => simulator.close());
  const shape = { major: 3, shape: 'apiKey' } as const;
  await expect(connectSdk(simulator, shape)).rejects.toThrow();
  const call = await connectSdk(simulator, shape);
  call.session.close();
});
