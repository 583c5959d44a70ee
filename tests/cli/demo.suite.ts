import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { pcm16Samples, readWav, rmsDbfs } from '../../src/audio/index.ts';
import { findSpeech } from '../../src/cli/audio/speech-spans.ts';
import { loadDemoSpeech } from '../../src/cli/demo/demo-speech.ts';
import { runDemo } from '../../src/cli/demo/run-demo.ts';
import { runCli as runInProcess } from '../../src/cli/run-cli.ts';
import type { CliConsole } from '../../src/cli/shell/console.ts';
import { cellsOf } from '../../src/cli/shell/printable.ts';
import type { TurnRecord } from '../../src/live/index.ts';
import type { Brain, DemoBrainOptions } from '../../src/simulator/index.ts';
import { systemClock } from '../../src/wire/index.ts';
import { verifies } from '../requirements.ts';
import { buildCli, eventsOf, inOrder, runCli, temporaryFolder } from './built-cli.ts';
import { TerminalScreen } from './terminal-screen.ts';

const PROMISED = [
  'connected',
  'inputTranscription',
  'audioData',
  'outputTranscription',
  'turnComplete',
  'disconnected',
];

const PAID = 'paid: 300 USD on 2026-12-04, reference HC-42; state, tools and turn records agree';
const BOOKED =
  'booked: 5 people on friday at 19:30 for Ada Lovelace, reference P42; state, tools and turn records agree';

/** A console whose both streams are a terminal in memory. */
function onTerminal(columns: number) {
  const rows = 40;
  const screen = new TerminalScreen({ columns, rows });
  const writes: string[] = [];
  const write = (text: string): void => {
    writes.push(text);
    screen.write(text);
  };
  const terminal = { write, isTty: true, columns, rows };
  const stop = new AbortController().signal;
  const io: CliConsole = {
    stdout: terminal,
    stderr: terminal,
    env: {},
    clock: systemClock,
    stop,
    color: true,
  };
  return { io, screen, writes };
}

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
    expect(events.findLast(({ type }) => type !== undefined)).toMatchObject({ type: 'disconnected' });
    expect(events.at(-1)).toMatchObject({ live: 'disconnected' });
    expect(events.filter(({ type }) => type === 'turnComplete').length).toBeGreaterThanOrEqual(4);
    expect(inOrder(events, ['toolCall', 'toolCall', 'interrupted', 'toolCall', 'toolCall'])).toBe(true);
    expect(stderr).toContain(PAID);
    const reply = readWav(readFileSync(out));
    expect(reply.durationMs).toBeGreaterThan(5000);
    expect(rmsDbfs(reply.samples)).toBeGreaterThan(-50);
    verifies(context, 'cli:demo:realTime', 'cli:demo:reply', 'cli:demo:paid');
  }, 70_000);

  it('prints the same events in a few seconds on a simulated clock', async (context) => {
    const out = join(temporaryFolder(), 'reply.wav');
    const { code, stdout, elapsedMs } = await runCli(['demo', '--fast', '--json', '--out', out], {
      limitMs: 20_000,
    });
    expect(code).toBe(0);
    // A second on a machine that does nothing else.
    expect(elapsedMs).toBeLessThan(12_000);
    const events = eventsOf(stdout);
    expect(inOrder(events, PROMISED)).toBe(true);
    expect(inOrder(events, ['toolCall', 'interrupted', 'toolCall', 'turnComplete', 'disconnected'])).toBe(
      true,
    );
    verifies(context, 'cli:demo:fast');
  });

  it('tells the events of the wire, those of the live session and the changes of state apart', async (context) => {
    const out = join(temporaryFolder(), 'reply.wav');
    const { code, stdout } = await runCli(['demo', '--story', 'booking', '--fast', '--json', '--out', out]);
    expect(code).toBe(0);
    const lines = eventsOf(stdout);
    for (const line of lines) {
      expect(['type', 'live', 'state'].filter((kind) => kind in line)).toHaveLength(1);
      expect(line.tMs).toEqual(expect.any(Number));
    }
    const moves = lines.filter(({ live }) => live === 'phaseTransition');
    expect(moves.map(({ to }) => to)).toEqual(['greet', 'details', 'confirm', 'book', 'booked']);
    const party = lines.filter(({ state }) => state === 'partySize');
    expect(party.map(({ before, after }) => [before, after])).toEqual([
      [null, 4],
      [4, 5],
    ]);
    const records = lines.filter(({ live }) => live === 'turnRecord').map(({ record }) => record);
    const outcomes = (records as TurnRecord[]).map(({ tools }) => tools.map(({ outcome }) => outcome));
    expect(outcomes).toEqual([[], ['succeeded'], ['succeeded'], ['refused'], ['succeeded']]);
    expect(lines.filter(({ live }) => live === 'audio')).toEqual([]);
    verifies(context, 'cli:demo:layers');
  });

  it('tells the same of a flow: steps as phases, and calls that it refused', async (context) => {
    const out = join(temporaryFolder(), 'reply.wav');
    const { code, stdout } = await runCli(['demo', '--fast', '--json', '--out', out]);
    expect(code).toBe(0);
    const lines = eventsOf(stdout);
    for (const line of lines) {
      expect(['type', 'live', 'state'].filter((kind) => kind in line)).toHaveLength(1);
    }
    const moves = lines.filter(({ live }) => live === 'phaseTransition');
    expect(moves.map(({ to }) => to)).toEqual(['notice', 'verify', 'offer', 'pay', '']);
    const amounts = lines.filter(({ state }) => state === 'payAmount').map(({ after }) => after);
    expect(amounts).toEqual([
      { amount: 250, currency: 'USD' },
      { amount: 300, currency: 'USD' },
    ]);
    const records = lines.filter(({ live }) => live === 'turnRecord').map(({ record }) => record);
    const outcomes = (records as TurnRecord[]).map(({ tools }) => tools.map(({ outcome }) => outcome));
    expect(outcomes).toEqual([[], ['succeeded'], ['refused'], [], ['refused', 'succeeded']]);
    expect(lines.filter(({ live }) => live === 'verbatimChecked')).toMatchObject([{ passed: true }]);
    verifies(context, 'cli:demo:layers', 'govern:showcase');
  });

  it('shows a payment that is refused, why, and that it is taken once the caller agreed', async (context) => {
    const { code, stdout, stderr } = await runCli(['demo', '--fast']);
    expect([code, stderr]).toEqual([0, '']);
    const inThisOrder = [
      /^you {4}I could do 250 dollars, on December 4th\.$/m,
      /^phase {2}offer → pay /m,
      /^tool {3}takePayment\(amount: amount: 250, .* refused: .* it needs: payAgreed is true\.$/m,
      /^why {4}✓ verified is true$/m,
      /^why {4}✗ payAgreed is true$/m,
      /^agent {2}.* — cut off by the user$/m,
      /^you {4}Oh wait, make it 300 dollars\.$/m,
      /^state {2}payAgreed = true /m,
      /^tool {3}takePayment\(amount: amount: 250, .* refused: The argument "amount" .* is not the "payAmount"/m,
      /^phase {2}pay → the end /m,
      /^tool {3}takePayment\(amount: amount: 300, .* ran → reference: HC-42$/m,
      /^agent {2}.*Your reference is HC-42\. Goodbye!$/m,
    ];
    const places = inThisOrder.map((line) => stdout.search(line));
    expect(places.filter((place) => place < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(stdout).toContain(PAID);
    verifies(context, 'cli:demo:card', 'govern:showcase');
  });

  it('shows the words of both, phases, state and tools beside them, and the turns at the end', async (context) => {
    const { code, stdout, stderr } = await runCli(['demo', '--story', 'booking', '--fast']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^you +Hello, I'd like to book a table for four/m);
    expect(stdout).toMatch(/^agent +.* — cut off by the user$/m);
    expect(stdout).toMatch(/answered 0\.\d\d s after the last word/);
    const inThisOrder = [
      /^phase {2}→ greet \(initial phase at turn 0\)$/m,
      /^state {2}partySize = 4 \(extraction: promotion rule accepted the value\)$/m,
      /^phase {2}greet → details \(guard 1 \(the caller wants a table\) at turn 1\)$/m,
      /^tool {3}check_table\(party_size: 4, .*\) ran → available: true$/m,
      /^state {2}partySize = 5 \(extraction: promotion rule accepted the value\)$/m,
      /^state {2}seating = the long table \(watcher of partySize\)$/m,
      /^phase {2}details → confirm /m,
      /^tool {3}book_table\(.*\) refused: The tool "book_table" is not permitted in the phase "confirm": .*the caller said yes/m,
      /^agent {2}So, 5 people .*, at the long table\. Shall I book it\?$/m,
      /^state {2}confirmed = true \(extraction: /m,
      /^tool {3}book_table\(.*name: Ada Lovelace\) ran → reference: P42$/m,
      /^phase {2}book → booked /m,
      /^turn +heard +said +tools +state +phase +answered$/m,
      /^ +4 +My name is Ada.* book_table refused +name +confirm +0\.\d\d s$/m,
      /^ +5 +Yes, please\. .* book_table +confirmed, reference +booked +\d\.\d\d s$/m,
    ];
    const places = inThisOrder.map((line) => stdout.search(line));
    expect(places.filter((place) => place < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(stdout).toContain(BOOKED);
    const saved = /^saved .* to (\/.*\.wav)$/m.exec(stdout)?.[1] ?? '';
    expect(readWav(readFileSync(saved)).rateHz).toBe(24_000);
    expect(stdout).not.toContain('\u001b');
    verifies(context, 'cli:demo:shows', 'cli:demo:story', 'cli:demo:reply');
  });

  it('fails when nothing was booked, although the model says so', async (context) => {
    const { io, screen } = onTerminal(100);
    const liar = ({ hears = [] }: DemoBrainOptions): Brain => {
      let line = 0;
      return Object.assign(
        () => 'All right, your table is booked. Your reference is P42, thank you, goodbye.',
        {
          hears: () => hears[line++],
        },
      );
    };
    const plan = {
      story: 'booking',
      json: false,
      fast: true,
      outPath: join(temporaryFolder(), 'r.wav'),
    } as const;
    const failure = await runDemo(plan, io, liar).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'fault', message: expect.stringContaining('the book holds 0') });
    expect(screen.text).toContain('your table is booked');
    expect(screen.text).not.toContain('state, tools and turn records agree');
    verifies(context, 'cli:demo:booked');
  });

  it('fails when nothing was paid, although the model says so', async (context) => {
    const { io, screen } = onTerminal(100);
    const liar = ({ hears = [] }: DemoBrainOptions): Brain => {
      let line = 0;
      return Object.assign(
        () => 'This call is recorded. The payment is taken, thank you and goodbye to you.',
        {
          hears: () => hears[line++],
        },
      );
    };
    const plan = { json: false, fast: true, outPath: join(temporaryFolder(), 'r.wav') };
    const failure = await runDemo(plan, io, liar).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({
      code: 'fault',
      message: expect.stringContaining('0 payments were taken'),
    });
    expect(screen.text).not.toContain('state, tools and turn records agree');
    verifies(context, 'cli:demo:paid');
  });

  it('knows no other stories', async () => {
    const { code, stderr } = await runCli(['demo', '--story', 'holiday']);
    expect(code).toBe(2);
    expect(stderr).toBe('parlando: there is no story "holiday": use card or booking\n');
  });

  it('draws meters, phases and latency in place on a terminal, and gives the cursor back', async (context) => {
    const { io, screen, writes } = onTerminal(110);
    expect(
      await runInProcess(
        ['demo', '--story', 'booking', '--fast', '--out', join(temporaryFolder(), 'r.wav')],
        io,
      ),
    ).toBe(0);
    const plain = stripVTControlCharacters(writes.join(''));
    for (const phase of ['userSpeaking', 'toolCallExecuting', 'modelSpeaking', 'active']) {
      expect(plain).toContain(`● ${phase}`);
    }
    expect(plain).toMatch(/mic ▕█+[^▏]*▏ {2}agent ▕ *▏/);
    expect(plain).toMatch(/mic ▕ *▏ {2}agent ▕█+/);
    expect(plain).toMatch(/answered in 0\.\d\d s/);
    expect(plain).toContain('greet ▸ details ▸ confirm ▸ book ▸ booked');
    expect(screen.cursor).toBe(true);
    // What stays: words at the left, what was done at the right, no meters.
    expect(screen.text).toMatch(/^you {4}On Friday at half past seven, please\. +│ tool {3}check_table\(/m);
    expect(screen.text).toMatch(/^.* │ state {2}partySize = 5$/m);
    expect(screen.text).not.toContain('mic ▕');
    for (const line of screen.text.split('\n').filter((row) => !row.startsWith('saved'))) {
      expect(cellsOf(line)).toBeLessThan(110);
    }
    verifies(context, 'cli:demo:terminal', 'cli:demo:story');
  });

  it.for(['demo-card', 'demo-speech'])('has speech where the sidecar of %s says', async (name, context) => {
    const file = fileURLToPath(new URL(`../../assets/${name}.wav`, import.meta.url));
    expect(statSync(file).size).toBeLessThan(500_000);
    const { samples, rateHz, channels } = readWav(readFileSync(file));
    expect([rateHz, channels]).toEqual([16_000, 1]);
    const utterances = await loadDemoSpeech(name);
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
