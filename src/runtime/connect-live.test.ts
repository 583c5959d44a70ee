import { expect, test } from 'vitest';
import { ScriptedPeer } from '../testing/index.ts';
import { connectLive } from './connect-live.ts';

test('onSessionEvent hears the wire session from its first event, each before what follows from it', async () => {
  const peer = new ScriptedPeer();
  const heard: string[] = [];
  const handle = await connectLive(
    { apiKey: 'x' },
    {
      transport: peer.transport,
      clock: peer.clock,
      environment: {},
      onSessionEvent: ({ type }) => heard.push(`wire ${type}`),
      onEvent: ({ type }) => heard.push(`live ${type}`),
    },
  );
  await handle.sendText('hello');
  await peer.says('Good evening');
  await peer.completes();
  await handle.disconnect();
  expect(heard[0]).toBe('wire phaseChanged');
  for (const type of ['connected', 'turnComplete', 'disconnected']) {
    expect(heard.indexOf(`wire ${type}`)).toBeGreaterThanOrEqual(0);
    expect(heard.indexOf(`live ${type}`)).toBeGreaterThan(heard.indexOf(`wire ${type}`));
  }
});

test('Who listens to, or waits for, an event that there is not is told so', async () => {
  const peer = new ScriptedPeer();
  const handle = await connectLive({ apiKey: 'x' }, { transport: peer.transport, clock: peer.clock });
  const misspelt = 'turnrecord' as 'turnRecord';
  const told = expect.objectContaining({
    code: 'invalidArgument',
    message: 'There is no event "turnrecord". Did you mean "turnRecord"?',
  });
  expect(() => handle.on(misspelt, () => {})).toThrow(told);
  expect(() => handle.next(misspelt)).toThrow(told);
  await handle.disconnect();
});
