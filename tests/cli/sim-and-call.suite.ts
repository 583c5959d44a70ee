import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav, rmsDbfs, writeWav } from '../../src/audio/index.ts';
import { connect } from '../../src/wire/index.ts';
import { verifies } from '../requirements.ts';
import {
  buildCli,
  eventsOf,
  inOrder,
  type RunningCli,
  runCli,
  startCli,
  startSim,
  temporaryFolder,
} from './built-cli.ts';

const JFK = fileURLToPath(new URL('../../../shared/audio/jfk.wav', import.meta.url));
const THREE_WORDS = fileURLToPath(new URL('../../../shared/audio/sr_english_44100.wav', import.meta.url));

let sim: RunningCli & { readonly url: string };
const folder = temporaryFolder();

beforeAll(async () => {
  await buildCli();
  sim = await startSim('--voice', 'tone');
}, 120_000);

afterAll(async () => {
  sim.child.kill('SIGTERM');
  await sim.done;
});

/** Says loudly that a recording is not there. */
function isThere(file: string, skip: (note: string) => void): boolean {
  if (existsSync(file)) return true;
  console.error(`SKIPPED: ${file} is missing, so nothing is proven about it.`);
  skip(`${file} is missing`);
  return false;
}

/** Two bursts of a rough tone with a pause, as stereo at 44.1 kHz: enough for a detector. */
function writeBursts(path: string): void {
  const rateHz = 44_100;
  const samples = new Int16Array(rateHz * 2 * 2);
  for (let i = 0; i < samples.length / 2; i++) {
    const seconds = i / rateHz;
    const loud = (seconds > 0.3 && seconds < 0.8) || (seconds > 1.1 && seconds < 1.6);
    const tone = Math.sin(2 * Math.PI * 180 * seconds) + 0.5 * Math.sin(2 * Math.PI * 720 * seconds);
    const value = loud ? Math.round(tone * 7000 * (1 + 0.3 * Math.sin(40 * seconds))) : 0;
    samples[2 * i] = value;
    samples[2 * i + 1] = value;
  }
  writeFileSync(path, writeWav({ samples, rateHz, channels: 2 }));
}

describe.concurrent('parlando sim', () => {
  it.for(['SIGTERM', 'SIGINT'] as const)(
    'prints one line with its URL, serves, and stops on %s with 0 although a session is open',
    async (signal, context) => {
      const running = await startSim();
      const handle = await connect({ apiKey: 'test', baseUrl: running.url, retry: { maxAttempts: 1 } });
      running.child.kill(signal);
      const { code, stdout, stderr } = await running.done;
      expect(code).toBe(0);
      expect(stdout).toMatch(/^\{"url":"http:\/\/127\.0\.0\.1:\d+"\}\n$/);
      expect(stderr).toContain('@google/genai');
      await handle.disconnect();
      verifies(context, 'cli:sim:ready', 'cli:sim:stops');
    },
  );

  it('follows a script from a file, on the platform it is told', async (context) => {
    const path = join(folder, 'script.json');
    writeFileSync(
      path,
      JSON.stringify({ steps: [{ hears: 'Hello' }, { says: 'Good evening from the script!' }] }),
    );
    const running = await startSim('--script', path, '--platform', 'vertex', '--frames', 'text');
    const out = join(folder, 'vertex.wav');
    const args = [
      'call',
      '--url',
      running.url,
      '--platform',
      'vertex',
      '--text',
      'Hi',
      '--json',
      '--out',
      out,
    ];
    const { code, stdout } = await runCli(args);
    running.child.kill('SIGTERM');
    await running.done;
    expect(code).toBe(0);
    const said = eventsOf(stdout).filter(({ type }) => type === 'outputTranscription');
    expect(said.map(({ text }) => text).join('')).toBe('Good evening from the script!');
    // Only Vertex names its sessions.
    expect(eventsOf(stdout).find(({ type }) => type === 'connected')).toHaveProperty('serverSessionId');
    verifies(context, 'cli:sim:script', 'cli:sim:platform');
  });
});

describe.concurrent('parlando call', () => {
  it('gets a spoken answer to all of jfk.wav, pauses included', async (context) => {
    if (!isThere(JFK, context.skip)) return;
    const out = join(folder, 'jfk-reply.wav');
    const args = ['call', '--url', sim.url, '--audio', JFK, '--out', out, '--json'];
    const { code, stdout, stderr } = await runCli(args, { limitMs: 40_000 });
    expect(code).toBe(0);
    const events = eventsOf(stdout);
    const order = ['connected', 'inputTranscription', 'audioData', 'turnComplete', 'disconnected'];
    expect(inOrder(events, order)).toBe(true);
    // The last words end at 11.0 s: an answer that ended before is one to an earlier phrase.
    const last = events.findLast(({ type }) => type === 'turnComplete');
    expect(last?.tMs).toBeGreaterThan(11_500);
    const heardLast = events.findLast(({ type }) => type === 'audioData');
    expect(heardLast?.tMs).toBeGreaterThan(11_000);
    const { samples, rateHz } = readWav(readFileSync(out));
    expect(rateHz).toBe(24_000);
    expect(samples.length).toBeGreaterThan(rateHz / 2);
    expect(rmsDbfs(samples)).toBeGreaterThan(-50);
    expect(stderr).toContain('sent 5.0');
    verifies(context, 'cli:call:speech', 'cli:call:lastAnswer', 'cli:progress');
  }, 45_000);

  it('takes a stereo file at another rate', async (context) => {
    const path = join(folder, 'bursts.wav');
    writeBursts(path);
    const args = ['call', '--url', sim.url, '--audio', path, '--out', join(folder, 'bursts-reply.wav')];
    const { code, stdout, stderr } = await runCli(args, { limitMs: 30_000 });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('44.1 kHz stereo');
    expect(stdout).toMatch(/^agent /m);
    verifies(context, 'cli:call:anyWav');
  }, 35_000);

  it('gets an answer to the recording of another program', async (context) => {
    if (!isThere(THREE_WORDS, context.skip)) return;
    const args = ['call', '--url', sim.url, '--audio', THREE_WORDS, '--out', join(folder, 'words-reply.wav')];
    const { code, stdout } = await runCli(args, { limitMs: 30_000 });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^agent .*heard you/m);
    verifies(context, 'cli:call:anyWav');
  }, 35_000);

  it('sends text alone, and prints nothing but events with --json', async (context) => {
    const args = [
      'call',
      '--url',
      sim.url,
      '--text',
      'Good morning',
      '--out',
      join(folder, 't.wav'),
      '--json',
    ];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    const events = eventsOf(stdout);
    expect(inOrder(events, ['connected', 'outputTranscription', 'turnComplete', 'disconnected'])).toBe(true);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const audio = events.filter(({ type }) => type === 'audioData');
    expect(audio.length).toBeGreaterThan(0);
    for (const event of audio) {
      expect(event).not.toHaveProperty('data');
      expect(event.durationMs).toBe((event.lengthBytes as number) / 48);
    }
    verifies(context, 'cli:call:text', 'cli:call:json');
  });

  it('answers the text first and the audio then, when it is given both', async () => {
    const path = join(folder, 'both.wav');
    writeBursts(path);
    const args = [
      'call',
      '--url',
      sim.url,
      '--text',
      'First',
      '--audio',
      path,
      '--out',
      join(folder, 'b.wav'),
    ];
    const { code, stdout } = await runCli(args, { limitMs: 30_000 });
    expect(code).toBe(0);
    expect(stdout.match(/^agent /gm)?.length).toBeGreaterThanOrEqual(2);
  }, 35_000);

  it('says what happened when no answer comes in time', async (context) => {
    const path = join(folder, 'silent.json');
    writeFileSync(path, JSON.stringify({ steps: [{ hears: 'Hello' }, { waits: 1 }], otherwise: [] }));
    const silent = await startSim('--script', path);
    const args = [
      'call',
      '--url',
      silent.url,
      '--text',
      'Anyone?',
      '--timeout',
      '1',
      '--out',
      join(folder, 'n.wav'),
    ];
    const { code, stderr } = await runCli(args);
    silent.child.kill('SIGTERM');
    await silent.done;
    expect(code).toBe(1);
    expect(stderr).toBe('parlando: the server gave no answer within 1 s of the end of the input\n');
    verifies(context, 'cli:call:noAnswer');
  });

  it('closes the session when it is interrupted', async (context) => {
    const path = join(folder, 'long.wav');
    writeFileSync(path, writeWav({ samples: new Int16Array(16_000 * 30), rateHz: 16_000 }));
    const args = ['call', '--url', sim.url, '--audio', path, '--out', join(folder, 'i.wav'), '--json'];
    const running = startCli(args);
    await running.firstLine;
    await new Promise((resolve) => setTimeout(resolve, 800));
    running.child.kill('SIGINT');
    const { code, stdout, stderr, elapsedMs } = await running.done;
    expect(code).toBe(130);
    expect(elapsedMs).toBeLessThan(6000);
    expect(eventsOf(stdout).at(-1)).toMatchObject({ type: 'disconnected', reason: 'stopped' });
    expect(stderr).not.toContain('at ');
    verifies(context, 'cli:call:interrupt');
  });
});
