import type { CompiledFlow } from '../compile/compiled-flow.ts';
import { type Arrow, type Box, type FlowMarking, type Lane, pictureOf, shortened } from './picture.ts';

const LONGEST_LABEL = 80;

/**
 * The flow as a Mermaid flowchart, top down: boxes for steps, rounded ones for terminal steps, labels on conditional ways,
 * dotted lines for `before`, dashed ones for escalations, a subgraph for each digression. With a marking, what is done and
 * active stands out. Names and texts of the flow stay text: none of them is read as Mermaid syntax.
 */
export function toMermaid(flow: CompiledFlow, marking?: FlowMarking): string {
  const lines = ['flowchart TD'];
  const classes = new Map<string, string[]>();
  for (const [index, lane] of pictureOf(flow, marking).entries()) {
    const idOf = (position: number): string => `s${index}_${position}`;
    if (index === 0) lines.push(...laneLines(lane, idOf, '  '));
    else {
      lines.push(`  subgraph d${index}[${quoted([lane.title, lane.subtitle])}]`, '    direction TB');
      lines.push(...laneLines(lane, idOf, '    '), '  end');
    }
    lane.boxes.forEach(({ commits, mark }, position) => {
      for (const name of [commits ? 'commit' : '', mark]) {
        if (name !== '') classes.set(name, [...(classes.get(name) ?? []), idOf(position)]);
      }
    });
  }
  for (const [name, style] of Object.entries(STYLES)) {
    const ids = classes.get(name);
    if (ids !== undefined) lines.push(`  classDef ${name} ${style}`, `  class ${ids.join(',')} ${name}`);
  }
  return `${lines.join('\n')}\n`;
}

const STYLES = {
  commit: 'stroke-width:3px',
  done: 'fill:#d9f2e0,stroke:#1a7f37,color:#0b3d1c',
  active: 'fill:#fff1c2,stroke:#9a6700,color:#4d3300,stroke-width:3px',
};

function laneLines({ boxes, arrows }: Lane, idOf: (position: number) => string, indent: string): string[] {
  return [
    ...boxes.map((box, position) => `${indent}${idOf(position)}${boxText(box)}`),
    ...arrows.map(({ from, to, ...arrow }) => `${indent}${idOf(from)} ${arrowText(arrow)} ${idOf(to)}`),
  ];
}

function boxText({ id, lines, terminal }: Box): string {
  const text = quoted([id, ...lines]);
  return terminal ? `([${text}])` : `[${text}]`;
}

function arrowText({ kind, label }: Omit<Arrow, 'from' | 'to'>): string {
  if (kind === 'before') return '-.->|"before"|';
  const line = kind === 'escalation' ? '-.->' : '-->';
  return label === '' ? line : `${line}|${quoted([label])}|`;
}

/** Lines of a label. All but plain letters, digits and harmless signs are written as character codes. */
function quoted(lines: readonly string[]): string {
  const texts = lines.map((line) =>
    shortened(line, LONGEST_LABEL).replace(/[^\p{L}\p{N} .,:()'_/!?+=-]/gu, (letter) => {
      const code = letter.codePointAt(0) ?? 0;
      return code < 32 || code === 127 ? ' ' : `#${code};`;
    }),
  );
  return `"${texts.filter((text) => text !== '').join('<br/>')}"`;
}
