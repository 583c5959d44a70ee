import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { modelProfile, type Platform } from '../../wire/index.ts';
import { chooseSteering, type SteeringMode } from './steering-choice.ts';

const choose = (model: string, platform: Platform, wish?: SteeringMode): string => {
  const { mode, turns, instructionRole, notice } = chooseSteering(modelProfile(model, platform), wish);
  return `${mode} ${turns} ${instructionRole ?? '-'}${notice === undefined ? '' : ' !'}`;
};

test('Every model has its way of being steered', (context) => {
  verifies(context, 'steer:choice');
  expect(choose('gemini-3.8-live', 'googleAi')).toBe('contextUpdate anytime model');
  expect(choose('gemini-3.8-live-extended-thinking', 'vertex')).toBe('contextUpdate anytime model');
  expect(choose('gemini-3.1-flash-live-preview', 'googleAi')).toBe('contextInjection withText -');
  expect(choose('gemini-2.5-flash-native-audio-latest', 'googleAi')).toBe('contextInjection anytime -');
  expect(choose('gemini-live-2.5-flash-native-audio', 'vertex')).toBe('contextInjection anytime model');
  expect(choose('gemini-2.0-flash-live-001', 'vertex')).toBe('contextInjection anytime system');
  expect(choose('my-own-model', 'googleAi')).toBe('contextInjection anytime -');
});

test('A wish is followed where the model allows it, else there is a notice', () => {
  expect(choose('gemini-3.8-live', 'googleAi', 'contextInjection')).toBe('contextInjection anytime model');
  expect(choose('my-own-model', 'googleAi', 'contextUpdate')).toBe('contextUpdate anytime -');
  expect(choose('gemini-2.0-flash-live-001', 'googleAi', 'hybrid')).toBe('hybrid anytime -');
  expect(choose('gemini-2.0-flash-live-001', 'googleAi', 'contextUpdate')).toBe(
    'contextInjection anytime - !',
  );
  expect(choose('gemini-3.1-flash-live-preview', 'googleAi', 'hybrid')).toBe('contextInjection withText - !');
  expect(choose('gemini-3.1-flash-live-preview', 'googleAi', 'contextInjection')).toBe(
    'contextInjection withText -',
  );
});
