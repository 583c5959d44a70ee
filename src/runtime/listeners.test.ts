import { expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { liveHub } from './lanes/live-hub.ts';
import { listed, listenersByType } from './listeners.ts';

test('What nobody listens to is not handed out', (context) => {
  verifies(context, 'builder:listeners');
  const nobody = liveHub(undefined, listenersByType([undefined, {}]));
  expect([nobody.hears('audio'), nobody.hears('turnComplete')]).toEqual([false, false]);
  const turns = liveHub(undefined, listenersByType([{ turnComplete: () => {}, media: [] }]));
  expect([turns.hears('audio'), turns.hears('media'), turns.hears('turnComplete')]).toEqual([
    false,
    false,
    true,
  ]);
});

test('The listeners of agent and call are called in order, several for one type too', () => {
  const heard: string[] = [];
  const say = (what: string) => (): void => void heard.push(what);
  const agent = { vadStart: [say('agent 1'), say('agent 2')], vadEnd: say('end') };
  const hub = liveHub(() => heard.push('all'), listenersByType([agent, { vadStart: say('call') }]));
  hub.publish({ type: 'vadStart' }, 1, 0);
  expect(heard).toEqual(['agent 1', 'agent 2', 'call', 'all']);
});

test('They are no subscribers: who subscribes later still hears what was kept', async () => {
  const heard: string[] = [];
  const hub = liveHub(undefined, listenersByType([{ connected: () => heard.push('first') }]));
  hub.publish({ type: 'connected', resumed: false }, 0, 0);
  await Promise.resolve();
  hub.on('connected', () => heard.push('later'));
  expect(heard).toEqual(['first', 'later']);
});

test('One is a list of one', () => {
  expect([listed(undefined), listed(1), listed([1, 2])]).toEqual([[], [1], [1, 2]]);
});
