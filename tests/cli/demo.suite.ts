import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { pcm16Samples, readWav, rmsDbfs } from '../../src/audio/index.ts';
import { findSpeech } from '../../src/cli/audio/speech-spans.ts';
import { loadDemoSpeech } from '../../src/cli/demo/demo-speech.ts';
import { runCli as runInProcess } from '../../src/cli/run-cli.ts';
import type { CliConsole } from '../../src/cli/shell/console.ts';
import { systemClock } from '../../src/wire/index.ts';
import { verifies } from '../requirements.ts';
import { buildCli, eventsOf, inOrder, runCli, temporaryFolder } from './built-cli.ts';

const PROMISED = [
  'connected',
  'inputTranscription',
  'audioData',
  'outputTranscription',
  'turnComplete',
  'disconnected',
];

beforeAll(buildCli, 120_000);

describe.concurrent('parlando demo', () => {
  it('ends by itself within a minute with the promised events in order, at real time', async (context) => {
    const out = join(temporaryFolder(), 'reply.wav');
    const { code, stdout, stderr, elapsedMs } = await runCli(['demo', '--json', '--out', out], {
      limitMs: 60_000,
    });
    expect(stderr).not.toContain('parlando:');
    expect(code).toBe(0);
    expect(elapsedMs).toBeGreaterThan(15_000);
    const events = eventsOf(stdout);
    expect(inOrder(events, PROMISED)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'disconnected' });
    expect(events.filter(({ type }) => type === 'turnComplete').length).toBeGreaterThanOrEqual(4);
    expect(inOrder(events, ['toolCall', 'interrupted', 'toolCall', 'toolCall'])).toBe(true);
    const reply = readWav(readFileSync(out));
    expect(reply.durationMs).toBeGreaterThan(5000);
    expect(rmsDbfs(reply.samples)).toBeGreaterThan(-50);
    verifies(context, 'cli:demo:realTime', 'cli:demo:reply');
  }, 70_000);

  it('prints the same events in a few seconds on a simulated clock', async (context) => {
    const out = join(temporaryFolder(), 'reply.wav');
    const { code, stdout, elapsedMs } = await runCli(['demo', '--fast', '--json', '--out', out]);
    expect(code).toBe(0);
    expect(elapsedMs).toBeLessThan(8000);
    const events = eventsOf(stdout);
    expect(inOrder(events, PROMISED)).toBe(true);
    expect(inOrder(events, ['toolCall', 'interrupted', 'toolCall', 'turnComplete', 'disconnected'])).toBe(
      true,
    );
    verifies(context, 'cli:demo:fast');
  });

  it('shows the words of both, tools with their results, the barge-in and the latency', async (context) => {
    const { code, stdout, stderr } = await runCli(['demo', '--fast']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^you +Hello, I'd like to book a table for four/m);
    expect(stdout).toMatch(/^tool +check_table\(\{.*"party_size":4/m);
    expect(stdout).toMatch(/^tool +check_table → \{/m);
    expect(stdout).toMatch(/^tool +book_table\(\{.*"party_size":5.*"name":"Ada Lovelace"/m);
    expect(stdout).toMatch(/^tool +book_table → \{/m);
    expect(stdout).toMatch(/^agent +.* — cut off by the user$/m);
    expect(stdout).toMatch(/answered 0\.\d\d s after the last word/);
    const saved = /^saved .* to (\/.*\.wav)$/m.exec(stdout)?.[1] ?? '';
    expect(readWav(readFileSync(saved)).rateHz).toBe(24_000);
    expect(stdout).not.toContain('\u001b');
    verifies(context, 'cli:demo:shows', 'cli:demo:reply');
  });

  it('draws meters, phases and latency in place on a terminal, and gives the cursor back', async (context) => {
    let text = '';
    const write = (more: string): void => {
      text += more;
    };
    const terminal = { write, isTty: true, columns: 90 };
    const io: CliConsole = {
      stdout: terminal,
      stderr: terminal,
      env: {},
      clock: systemClock,
      stop: new AbortController().signal,
      color: true,
    };
    expect(await runInProcess(['demo', '--fast', '--out', join(temporaryFolder(), 'r.wav')], io)).toBe(0);
    const plain = stripVTControlCharacters(text);
    for (const phase of ['userSpeaking', 'toolCallExecuting', 'modelSpeaking', 'active']) {
      expect(plain).toContain(`● ${phase}`);
    }
    expect(plain).toMatch(/mic ▕█+[^▏]*▏ {2}agent ▕ *▏/);
    expect(plain).toMatch(/mic ▕ *▏ {2}agent ▕█+/);
    expect(plain).toMatch(/answered in 0\.\d\d s/);
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
    verifies(context, 'cli:demo:terminal');
  });

  it('has speech where the sidecar of its recording says', async (context) => {
    const file = fileURLToPath(new URL('../../assets/demo-speech.wav', import.meta.url));
    expect(statSync(file).size).toBeLessThan(500_000);
    const { samples, rateHz, channels } = readWav(readFileSync(file));
    expect([rateHz, channels]).toEqual([16_000, 1]);
    const utterances = await loadDemoSpeech();
    expect(utterances.length).toBeGreaterThanOrEqual(3);
    const spoken = utterances.reduce((sum, { recording }) => sum + recording.samples.length, 0);
    expect(samples.length - spoken).toBeGreaterThan(pcm16Samples(400 * utterances.length, rateHz));
    for (const { text, recording } of utterances) {
      const spans = findSpeech(recording.samples);
      const durationMs = (recording.samples.length * 1000) / rateHz;
      expect(text.length).toBeGreaterThan(5);
      expect(spans[0]?.startMs).toBeLessThan(150);
      expect(spans.at(-1)?.endMs).toBeGreaterThan(durationMs - 250);
    }
    verifies(context, 'cli:demo:speech');
  });
});
