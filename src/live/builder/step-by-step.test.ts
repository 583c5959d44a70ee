import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import {
  transitionAfterPresented,
  when,
  withContext,
  withSections,
  withState,
} from '../../flow/phases/index.ts';
import { stateKey } from '../../runtime/state/state-key.ts';
import { tool } from '../tool.ts';
import { Live } from './live-builder.ts';

const yes = (): boolean => true;
const act = (): void => {};
const line = (): string => 'line';
const key = stateKey<number>('qty');
const book = tool({ name: 'book', description: 'Books.', run: () => 1 });

test('Watchers step by step are those of the plain object', () => {
  const said = Live.builder();
  expect(said.watch(key).then(act)).toBe(said);
  said.watch('mood').changedTo('angry').blocking().then(act);
  said.watch('mood').changedFrom('calm').cooldown(900).then(act);
  said.watch('qty').crossedAbove(3).then(act).watch('qty').crossedBelow(1).then(act);
  said.watch('vip').becameTrue().then(act).watch('vip').becameFalse().then(act);
  said.watch('x').satisfies(yes).then(act).watch('y').becameTrue().changed().then(act);
  expect(said.options).toEqual({
    watchers: [
      { key: 'qty', predicate: { type: 'changed' }, action: act },
      { key: 'mood', predicate: { type: 'changedTo', value: 'angry' }, blocking: true, action: act },
      { key: 'mood', predicate: { type: 'changedFrom', value: 'calm' }, cooldownMs: 900, action: act },
      { key: 'qty', predicate: { type: 'crossedAbove', threshold: 3 }, action: act },
      { key: 'qty', predicate: { type: 'crossedBelow', threshold: 1 }, action: act },
      { key: 'vip', predicate: { type: 'becameTrue' }, action: act },
      { key: 'vip', predicate: { type: 'becameFalse' }, action: act },
      { key: 'x', predicate: { type: 'custom', test: yes }, action: act },
      { key: 'y', predicate: { type: 'changed' }, action: act },
    ],
  });
});

test('Phases step by step are those of the plain object', () => {
  const said = Live.builder().initialPhase('ask');
  const ask = said.phase('ask').instruction('Ask.').tools(book).tools('look').needs(key);
  ask.transition('offer', yes, 'quantity known').transition('bye', yes);
  ask
    .guard(yes, 'always')
    .requires('user')
    .prepare('load', ['user'], () => ({ user: 'Ann' }));
  ask.withState(key, 'size').when(yes, 'Hurry.').withContext(line).navigation();
  ask.context({ title: 'Order', fields: [{ key: 'qty' }] });
  expect(ask.onEnter(act).onExit(act).onEnterContext(line).done()).toBe(said);
  said.phase('offer').instruction(line).presents('price').clearOnEnter('yes').enterPrompt('Offer it.');
  const bye = said.phase('bye').tools().terminal().promptOnEnter().floorHold().endOfSpeech(900);
  bye.reprompt({ afterMs: 5, text: 'Still there?' }).fillerAfter(7).contextDelivery('deferred');
  const more = said.phase('more').external();
  more.transitionAfterPresented('bye', 'price', 'yes').transitionAfterPresented('ask', 'price', yes, 'seen');
  const after = transitionAfterPresented('bye', 'price', 'yes');
  expect(said.options).toEqual({
    phases: {
      initial: 'ask',
      phases: [
        {
          name: 'ask',
          instruction: 'Ask.',
          tools: ['book', 'look'],
          needs: ['qty'],
          transitions: [
            { to: 'offer', when: yes, description: 'quantity known' },
            { to: 'bye', when: yes },
          ],
          guard: yes,
          guardDescription: 'always',
          requires: ['user'],
          preparations: [{ name: 'load', produces: ['user'], run: expect.any(Function) }],
          modifiers: [
            withState('qty', 'size'),
            when(yes, 'Hurry.'),
            withContext(line),
            { type: 'navigation' },
            withSections({ title: 'Order', fields: [{ key: 'qty' }] }),
          ],
          onEnter: act,
          onExit: act,
          enterContext: line,
        },
        {
          name: 'offer',
          instruction: line,
          presents: ['price'],
          clearOnEnter: ['yes'],
          enterPrompt: 'Offer it.',
        },
        {
          name: 'bye',
          tools: [],
          terminal: true,
          promptOnEnter: true,
          floorHold: true,
          endOfSpeechMs: 900,
          reprompt: { afterMs: 5, text: 'Still there?' },
          fillerAfterMs: 7,
          contextDelivery: 'deferred',
        },
        {
          name: 'more',
          external: true,
          transitions: [
            { ...after, when: expect.any(Function) },
            { to: 'ask', when: expect.any(Function), description: 'seen' },
          ],
        },
      ],
    },
  });
});

test('What is begun and not ended is told, not dropped', async (context) => {
  verifies(context, 'builder:nothingDropped');
  const said = Live.builder();
  said.watch('mood').changedTo('angry');
  said.phase('ask').instruction('Ask.');
  const error: unknown = await said.connectGoogleAi('key', { environment: {} }).catch((cause) => cause);
  expect(error).toMatchObject({
    code: 'invalidOptions',
    problems: [{ path: 'watchers[0].action' }, { path: 'phases.initial' }],
  });
});

test('An agent stays as it was built, whatever the builder is told afterwards', () => {
  const said = Live.builder().model('gemini-3.8-live').initialPhase('ask');
  const ask = said.phase('ask').needs('day');
  const watcher = said.watch('mood');
  const before = said.build();
  const copy = structuredClone(before.options);
  ask.needs('size').terminal();
  watcher.becameTrue();
  said.model('gemini-2.5-flash').phase('bye').terminal().done().googleSearch();
  expect(before.options).toEqual(copy);
  expect(said.options.phases?.phases.map(({ name, needs }) => [name, needs])).toEqual([
    ['ask', ['day', 'size']],
    ['bye', undefined],
  ]);
});
