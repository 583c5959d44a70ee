import { expect, it } from 'vitest';
import { pcm16ToBytes, SILENCE_DBFS } from '../../audio/index.ts';
import { AgentSpeaker } from './agent-speaker.ts';

/** Mono at 24 kHz: 24 samples a millisecond. */
function sound(durationMs: number, value = 8000): { data: Uint8Array; rateHz: number } {
  return { data: pcm16ToBytes(new Int16Array(durationMs * 24).fill(value)), rateHz: 24_000 };
}

it('plays chunks that come faster than real time one after the other', () => {
  const speaker = new AgentSpeaker();
  speaker.play(sound(200), 1000);
  speaker.play(sound(300), 1010);
  expect(speaker.idleAtMs).toBe(1500);
  expect(speaker.heard()?.durationMs).toBe(500);
});

it('forgets what an interruption kept from being heard', () => {
  const speaker = new AgentSpeaker();
  for (let i = 0; i < 5; i++) speaker.play(sound(100), 1000);
  speaker.interrupt(1250);
  expect(speaker.heard()?.durationMs).toBe(250);
  expect(speaker.idleAtMs).toBe(1250);
  speaker.play(sound(100), 5000);
  // A pause stands between two answers.
  expect(speaker.heard()?.durationMs).toBe(250 + 350 + 100);
});

it('knows how loud it is at a moment', () => {
  const speaker = new AgentSpeaker();
  speaker.play(sound(100, 16_384), 1000);
  expect(speaker.levelDbfs(1050)).toBeCloseTo(-6.02, 1);
  expect(speaker.levelDbfs(1100)).toBe(SILENCE_DBFS);
});

it('keeps one rate in its recording when the model changes its own', () => {
  const speaker = new AgentSpeaker();
  speaker.play(sound(100), 0);
  speaker.play({ data: new Uint8Array(1600 * 2), rateHz: 16_000 }, 50);
  expect(speaker.heard()).toMatchObject({ rateHz: 24_000, durationMs: 200 });
});

it('has heard nothing before the first chunk', () => {
  const speaker = new AgentSpeaker();
  speaker.interrupt(10);
  expect(speaker.heard()).toBeUndefined();
});
