import { expect, test } from 'vitest';
import { EventLog, ScriptedPeer } from '../../testing/index.ts';
import { tool } from '../tool.ts';
import { Live } from './live-builder.ts';

const ports = (peer: ScriptedPeer): Parameters<ReturnType<typeof Live.builder>['connect']>[0] => ({
  transport: peer.transport,
  clock: peer.clock,
  environment: {},
});

test('A tool that is put into the background by name is acknowledged at once and answered when done', async () => {
  const peer = new ScriptedPeer();
  let finish = (_: string): void => {};
  const report = tool({
    name: 'report',
    description: 'Writes a report.',
    policy: { kind: 'read' },
    run: () => new Promise<string>((resolve) => (finish = resolve)),
  });
  const handle = await Live.builder()
    .model('gemini-3.8-live')
    .tool(report)
    .toolBackground('report', { scheduling: 'interrupt', format: ({ status }) => ({ status }) })
    .connectGoogleAi('key', ports(peer));
  const log = new EventLog(handle);
  await peer.expectSetup({
    tools: [{ functionDeclarations: [{ name: 'report', behavior: 'NON_BLOCKING' }] }],
  });
  const call = await peer.calls('report');
  expect(peer.answersTo(call).map(({ response }) => response)).toEqual([
    { status: 'running', tool: 'report' },
  ]);
  finish('done');
  await log.expect('toolExecution', { name: 'report' });
  expect(peer.answersTo(call).at(-1)).toMatchObject({
    response: { status: 'completed' },
    scheduling: 'INTERRUPT',
  });
});

test('What is turned off is not in the setup, what is on by default is', async () => {
  const [bare, full] = [new ScriptedPeer(), new ScriptedPeer()];
  await Live.builder().noTranscription().noContextCompression().connectGoogleAi('key', ports(bare));
  await Live.builder().customVocabulary('Aperol').connectGoogleAi('key', ports(full));
  const { setup: off } = bare.received[0] as { setup: object };
  expect(Object.keys(off)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/Transcription$|Compression$/)]),
  );
  await full.expectSetup({
    inputAudioTranscription: { customVocabulary: ['Aperol'] },
    outputAudioTranscription: {},
    contextWindowCompression: { triggerTokens: '100000' },
  });
});
