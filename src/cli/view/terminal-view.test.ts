import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { cellsOf } from '../shell/printable.ts';
import { createPaint } from './paint.ts';
import type { TalkStatus } from './talk-view.ts';
import { TerminalView } from './terminal-view.ts';

const status: TalkStatus = {
  phase: 'modelSpeaking',
  elapsedMs: 65_000,
  micDbfs: -40,
  agentDbfs: -12,
  open: { user: '', agent: 'a long answer that goes on and on and will not fit into a narrow terminal' },
  latenciesMs: [840],
  sending: undefined,
};

function terminal(columns: number) {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  const output = { write, isTty: true, columns };
  return { view: new TerminalView({ output, paint: createPaint(true) }), text: () => text };
}

it('draws meters, phase and latency in lines that fit the terminal', () => {
  const { view, text } = terminal(50);
  view.status(status);
  const lines = stripVTControlCharacters(text()).split('\n');
  for (const line of lines) expect(cellsOf(line.replace('\r', ''))).toBeLessThan(50);
  expect(lines.join('\n')).toContain('modelSpeaking · 1:05');
  expect(lines.join('\n')).toContain('0.84 s');
  expect(lines.join('\n')).toMatch(/mic ▕█+.*agent ▕█+/);
});

it('moves up over exactly the lines it drew, so that scrollback stays whole', () => {
  const { view, text } = terminal(80);
  view.status(status);
  const before = text().length;
  view.line({ who: 'user', text: 'Hello' });
  expect(text().slice(before).startsWith('\u001b[4A\r\u001b[J')).toBe(true);
});

it('never passes control characters of a peer to the terminal', () => {
  const { view, text } = terminal(80);
  view.line({ who: 'agent', text: 'evil \u001b[2J\u001b]0;title\u0007 \u009b2J text\r\n', cut: false });
  expect(text()).not.toContain('\u001b[2J');
  expect(text()).not.toContain('\u0007');
  expect(text()).not.toContain('\u009b');
});

it('gives the cursor back when it is closed, once', () => {
  const { view, text } = terminal(80);
  view.status(status);
  view.close();
  view.close();
  view.status(status);
  expect(text().split('\u001b[?25h')).toHaveLength(2);
  expect(text().endsWith('\u001b[?25h')).toBe(true);
});
