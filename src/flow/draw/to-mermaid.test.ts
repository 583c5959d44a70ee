import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { cardFlow } from '../../../tests/support/card-flow.ts';
import { compiledFlow, hostileFlow } from '../../../tests/support/drawn-flow.ts';
import { toMermaid } from './to-mermaid.ts';

describe('A Mermaid flowchart', () => {
  const chart = toMermaid(compiledFlow(cardFlow));
  const lines = chart.split('\n').map((line) => line.trim());

  test('has boxes with tools, rounded terminal steps, and thick boxes that commit', () => {
    expect(lines[0]).toBe('flowchart TD');
    expect(lines).toContain('s0_1["identify<br/>tools: verify_identity"]');
    expect(lines).toContain('s0_7["pay<br/>commits: take_payment"]');
    expect(lines).toContain('s0_9(["close"])');
    expect(lines).toContain('class s0_7 commit');
    expect(lines).toContain('s0_8["survey<br/>after any"]');
  });

  test('labels conditional ways, and tells constraints and escalations from ways', () => {
    expect(lines).toContain('s0_0 --> s0_1');
    expect(lines).toContain('s0_2 -->|"intent is #34;pay#34;"| s0_3');
    expect(lines).toContain('s0_2 -.->|"before"| s0_7');
    expect(lines).toContain('s0_1 -.->|"no progress"| s0_10');
  });

  test('has digressions as subgraphs with their triggers', () => {
    const from = lines.indexOf('subgraph d1["faq<br/>when asks_question is true#59; then back"]');
    expect(lines.slice(from + 1, from + 6)).toEqual([
      'direction TB',
      's1_0["answer<br/>tools: search"]',
      's1_1(["return"])',
      's1_0 --> s1_1',
      'end',
    ]);
    expect(chart).toContain('then the end');
  });

  test('shows what is done and what is active, also in digressions', () => {
    const marked = toMermaid(compiledFlow(cardFlow), {
      done: ['greet'],
      active: ['identify'],
      digressions: { faq: { done: ['answer'], active: [] } },
    });
    expect(marked).toMatch(/classDef done .*\n {2}class s0_0,s1_0 done\n/);
    expect(marked).toMatch(/classDef active .*\n {2}class s0_1 active\n/);
    expect(chart).not.toContain('classDef done');
  });

  test('holds nothing but its own syntax, whatever names and texts say', (context) => {
    verifies(context, 'govern:draw');
    const label = '"(?:[\\p{L}\\p{N} .,:()\'_/!?+=-]|#\\d+;|<br/>)*"';
    const id = 's\\d_\\d+';
    const own = new RegExp(
      [
        'flowchart TD',
        `${id}(?:\\[${label}\\]|\\(\\[${label}\\]\\))`,
        `${id} (?:-->|-\\.->)(?:\\|${label}\\|)? ${id}`,
        `subgraph d\\d\\[${label}\\]`,
        'direction TB',
        'end',
        'classDef \\w+ [\\w:#,-]+',
        `class ${id}(?:,${id})* \\w+`,
        '',
      ]
        .map((line) => `^\\s*${line}$`)
        .join('|'),
      'u',
    );
    fc.assert(
      fc.property(hostileFlow, (flow) => {
        for (const line of toMermaid(flow).split('\n')) expect(line).toMatch(own);
      }),
    );
  });
});
