import { expect, it } from 'vitest';
import { TerminalScreen } from '../../../tests/cli/terminal-screen.ts';
import { cellsOf } from '../shell/printable.ts';
import { createPaint } from './paint.ts';
import type { TalkStatus } from './talk-view.ts';
import { TerminalView } from './terminal-view.ts';
import type { ViewLine } from './view-line.ts';

const status: TalkStatus = {
  phase: 'modelSpeaking',
  place: 'details',
  elapsedMs: 65_000,
  micDbfs: -40,
  agentDbfs: -12,
  open: { user: '', agent: '' },
  latenciesMs: [840],
  sending: undefined,
};
const PHASES = ['greet', 'details', 'book'];
const LINES: readonly ViewLine[] = [
  { who: 'user', text: "Hello, I'd like to book a table for four people." },
  { who: 'latency', latencyMs: 510 },
  {
    who: 'call',
    call: 'check_table(day: friday)',
    outcome: 'refused',
    detail: 'The caller has named no time.',
  },
  { who: 'agent', text: 'Good evening! For which day?', cut: true },
  { who: 'state', key: 'partySize', change: '= 4', why: 'extraction: promotion rule accepted the value' },
  { who: 'phase', from: 'greet', to: 'details', reason: 'guard 1 (the caller wants a table) at turn 1' },
];

function terminal(columns: number, { rows = 30, phases = [] as readonly string[], color = true } = {}) {
  const screen = new TerminalScreen({ columns, rows });
  const writes: string[] = [];
  const write = (text: string): void => {
    writes.push(text);
    screen.write(text);
  };
  const output = { write, isTty: true, columns, rows };
  return { view: new TerminalView({ output, paint: createPaint(color), phases }), screen, writes };
}

it('draws meters, phase and latency in lines that fit the terminal', () => {
  const { view, screen } = terminal(50);
  const agent = 'a long answer that goes on and on and will not fit into one line of a narrow terminal';
  view.status({ ...status, open: { user: '', agent } });
  for (const line of screen.text.split('\n')) expect(cellsOf(line)).toBeLessThan(50);
  expect(screen.text).toContain('modelSpeaking · 1:05');
  expect(screen.text).toContain('0.84 s');
  expect(screen.text).toMatch(/mic ▕█+.*agent ▕█+/);
  expect(screen.text.split('\n').slice(0, 3).join(' ').replaceAll(/ +/g, ' ').trim()).toBe(`agent ${agent}`);
});

it('sets what the agent does beside the words where there is room', () => {
  const { view, screen } = terminal(120, { phases: PHASES });
  for (const line of LINES) view.line(line);
  view.close();
  expect(screen.text).toBe(
    [
      "you    Hello, I'd like to book a table for four       │ tool   check_table(day: friday)",
      '       people.                                        │        refused: The caller has named no time.',
      '       answered 0.51 s after the last word            │ state  partySize = 4',
      'agent  Good evening! For which day?                   │        extraction: promotion rule accepted the value',
      '       — cut off by the user                          │ phase  greet → details',
      '                                                      │        guard 1 (the caller wants a table) at turn 1',
    ].join('\n'),
  );
});

it('sets it below in the order of time where there is none', () => {
  const { view, screen } = terminal(60, { phases: PHASES });
  for (const line of LINES) view.line(line);
  view.close();
  const labels = screen.text.split('\n').map((line) => line.slice(0, 7).trim());
  expect(labels.filter((label) => label !== '')).toEqual(['you', 'tool', 'agent', 'state', 'phase']);
  for (const line of screen.text.split('\n')) expect(cellsOf(line)).toBeLessThan(60);
});

it('shows where the conversation is on its way', () => {
  const wide = terminal(60, { phases: PHASES });
  wide.view.status(status);
  expect(wide.screen.text).toContain('greet ▸ details ▸ book');
  expect(wide.writes.join('')).toContain('\u001b[1m\u001b[34mdetails\u001b[39m\u001b[22m');
  const narrow = terminal(20, { phases: PHASES });
  narrow.view.status(status);
  expect(narrow.screen.text.split('\n').at(-1)).toBe('details');
});

it('keeps an exchange that is over, whole, when the user speaks again, on the smallest terminal', () => {
  const { view, screen } = terminal(60, { rows: 8, phases: PHASES });
  for (const line of LINES) {
    view.status(status);
    view.line(line);
  }
  view.status({ ...status, open: { user: 'On Friday', agent: '' } });
  view.line({ who: 'user', text: 'On Friday.' });
  view.close();
  const reference = terminal(60, { rows: 200, phases: PHASES });
  for (const line of [...LINES, { who: 'user', text: 'On Friday.' } as const]) reference.view.line(line);
  reference.view.close();
  expect(screen.text).toBe(reference.screen.text);
  expect(screen.text).toMatch(/turn 1\n\nyou {4}On Friday\.$/);
});

it('writes nothing when nothing has changed, and only the lines that have', () => {
  const { view, writes } = terminal(80);
  view.line({ who: 'user', text: 'Hello' });
  view.status(status);
  const before = writes.length;
  view.status(status);
  expect(writes).toHaveLength(before);
  view.status({ ...status, agentDbfs: -20 });
  expect(writes).toHaveLength(before + 1);
  expect(writes.at(-1)).toContain('mic ');
  expect(writes.at(-1)).not.toContain('Hello');
  expect(writes.at(-1)).not.toContain('modelSpeaking');
});

it('uses no colour where there is to be none', () => {
  const { view, writes } = terminal(120, { phases: PHASES, color: false });
  for (const line of LINES) view.line(line);
  view.status(status);
  view.close();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
  expect(writes.join('')).not.toMatch(/\u001b\[[\d;]*m/);
});

it('never passes control characters of a peer to the terminal', () => {
  const { view, writes } = terminal(80);
  view.line({ who: 'agent', text: 'evil \u001b[2J\u001b]0;title\u0007 \u009b2J text\r\n', cut: false });
  view.line({ who: 'call', call: 'x(\u001b[2J)', outcome: 'failed', detail: 'a\u0007b' });
  expect(writes.join('')).not.toContain('\u001b[2J');
  expect(writes.join('')).not.toContain('\u0007');
  expect(writes.join('')).not.toContain('\u009b');
});

it('gives the cursor back when it is closed, once', () => {
  const { view, screen, writes } = terminal(80);
  view.status(status);
  expect(screen.cursor).toBe(false);
  view.close();
  view.close();
  view.status(status);
  expect(screen.cursor).toBe(true);
  expect(writes.join('').endsWith('\u001b[?25h')).toBe(true);
  expect(screen.text).toBe('');
});
