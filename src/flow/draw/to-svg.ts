import type { CompiledFlow } from '../compile/compiled-flow.ts';
import { type Layout, type Link, layoutOf, type Point, type Sized } from './layout.ts';
import { type Arrow, type Box, type FlowMarking, type Lane, pictureOf, shortened } from './picture.ts';

const MARGIN = 24;
const LINE = 16;
const LETTER = 6.8;
const LONGEST_LINE = 40;
const MARKS = { done: '✓ ', active: '● ', '': '' };

/** With the colours of light and dark surroundings; of its own, not of the page. */
const STYLE = [
  '.pf{font:12px system-ui,sans-serif;--ink:#1f2328;--dim:#59636e;--box:#fff;--line:#59636e;--done:#d9f2e0;--active:#fff1c2;--page:#f6f8fa}',
  '@media(prefers-color-scheme:dark){.pf{--ink:#e6edf3;--dim:#9198a1;--box:#21262d;--line:#9198a1;--done:#12371f;--active:#4d3800;--page:#0d1117}}',
  '.pf text{fill:var(--ink);text-anchor:middle}.pf .dim{fill:var(--dim)}.pf .page{fill:var(--page)}',
  '.pf .name{font-weight:600}.pf .step rect{fill:var(--box);stroke:var(--line)}.pf .commit rect{stroke-width:3}',
  '.pf .done rect{fill:var(--done)}.pf .active rect{fill:var(--active);stroke-width:2.5}',
  '.pf path{fill:none;stroke:var(--line)}.pf .before{stroke-dasharray:2 4}.pf .escalation{stroke-dasharray:7 4}',
  '.pf marker path{fill:var(--line);stroke:none}.pf .label rect{fill:var(--page)}',
].join('');

/**
 * The flow as an SVG image that needs nothing else: the main flow, and beside it a lane for each digression. Conditional ways
 * carry their condition, dotted lines are `before`, dashed ones escalations, thick boxes commit. With a marking, what is
 * done has a tick and what is active a dot. Texts of the flow are escaped; each step's posture and conditions are its title.
 */
export function toSvg(flow: CompiledFlow, marking?: FlowMarking): string {
  const lanes = pictureOf(flow, marking);
  const heads = lanes.map(({ title, subtitle }) => [title, ...wrapped(subtitle)]);
  const top = MARGIN + LINE + LINE * Math.max(...heads.map(({ length }) => length));
  const drawings: string[] = [];
  let x = MARGIN;
  let height = 0;
  lanes.forEach((lane, index) => {
    const layout = layoutOf(lane.boxes.map(sizeOf), lane.arrows.map(linkOf));
    const head = heads[index] ?? [];
    const width = Math.max(layout.width, ...head.map(widthOf));
    drawings.push(
      `<g transform="translate(${rounded(x)} 0)">${textLines(head, width / 2, MARGIN + (head.length * LINE) / 2)}</g>`,
      `<g transform="translate(${rounded(x + (width - layout.width) / 2)} ${top})">${laneBody(lane, layout)}</g>`,
    );
    x += width + 2 * MARGIN;
    height = Math.max(height, top + layout.height + MARGIN);
  });
  const [w, h] = [rounded(x - MARGIN), rounded(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="pf" role="img" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">`,
    `<title>${escaped(flow.name)}</title><desc>${escaped(description(lanes))}</desc><style>${STYLE}</style>`,
    '<defs><marker id="pf-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect class="page" width="${w}" height="${h}"/>`,
    ...drawings,
    '</svg>\n',
  ].join('\n');
}

function linkOf({ from, to, label }: Arrow): Link {
  return { from, to, label: label === '' ? undefined : labelSize(label) };
}

/** For those who do not see it. */
function description(lanes: readonly Lane[]): string {
  return lanes
    .map(({ title, subtitle, boxes, arrows }, index) => {
      const name = (position: number): string => boxes[position]?.id ?? '';
      const ways = arrows.map(
        ({ from, to, label, kind }) =>
          `${name(from)} ${kind === 'before' ? 'before' : 'leads to'} ${name(to)}${label === '' ? '' : ` (${label})`}`,
      );
      const head = index === 0 ? `The flow ${title}` : `The digression ${title}, ${subtitle}`;
      return `${head}. Steps: ${boxes.map(({ id, mark }) => (mark === '' ? id : `${id} (${mark})`)).join(', ')}. ${ways.join('; ')}.`;
    })
    .join(' ');
}

function laneBody({ boxes, arrows }: Lane, layout: Layout): string {
  return [
    ...layout.links.map(({ points }, index) => path(points, arrows[index]?.kind ?? 'way')),
    ...layout.links.map(({ label }, index) => (label ? labelBox(arrows[index]?.label ?? '', label) : '')),
    ...boxes.map((box, index) => boxDrawing(box, layout.boxes[index] ?? { x: 0, y: 0 })),
  ].join('');
}

/** Bends from one point to the next, leaving and arriving straight down. */
function path(points: readonly Point[], kind: Arrow['kind']): string {
  const [start, ...others] = points;
  if (start === undefined) return '';
  let { x, y } = start;
  const bends = others.map((point) => {
    const half = (y + point.y) / 2;
    const bend = `C${rounded(x)} ${rounded(half)} ${rounded(point.x)} ${rounded(half)} ${rounded(point.x)} ${rounded(point.y)}`;
    ({ x, y } = point);
    return bend;
  });
  const d = `M${rounded(start.x)} ${rounded(start.y)}${bends.join('')}`;
  return `<path class="${kind}" marker-end="url(#pf-arrow)" d="${d}"/>`;
}

function labelBox(label: string, at: Point): string {
  const { width, height } = labelSize(label);
  return `<g class="label"><title>${escaped(label)}</title>${rect(at, width, height, 4)}${textLines(wrapped(label), at.x, at.y, 'dim')}</g>`;
}

function boxDrawing(box: Box, at: Point): string {
  const { width, height } = sizeOf(box);
  const classes = ['step', box.commits ? 'commit' : '', box.mark].filter((name) => name !== '').join(' ');
  const title = box.details === '' ? box.id : `${box.id}\n${box.details}`;
  const shape = rect(at, width, height, box.terminal ? height / 2 : 6);
  return `<g class="${classes}"><title>${escaped(title)}</title>${shape}${textLines(boxLines(box), at.x, at.y)}</g>`;
}

function rect({ x, y }: Point, width: number, height: number, radius: number): string {
  return `<rect x="${rounded(x - width / 2)}" y="${rounded(y - height / 2)}" width="${rounded(width)}" height="${rounded(height)}" rx="${rounded(radius)}"/>`;
}

/** Lines around a centre; the first is the name of something, unless they are of a class. */
function textLines(lines: readonly string[], x: number, y: number, name?: string): string {
  const first = y - ((lines.length - 1) * LINE) / 2 + 4;
  return lines
    .map((line, index) => {
      const kind = name ?? (index === 0 ? 'name' : 'dim');
      return `<text class="${kind}" x="${rounded(x)}" y="${rounded(first + index * LINE)}">${escaped(line)}</text>`;
    })
    .join('');
}

function boxLines({ id, lines, mark }: Box): string[] {
  return [shortened(`${MARKS[mark]}${id}`, LONGEST_LINE), ...lines.flatMap((line) => wrapped(line))];
}

function sizeOf(box: Box): Sized {
  const lines = boxLines(box);
  return { width: Math.max(72, ...lines.map(widthOf)) + 24, height: lines.length * LINE + 16 };
}

function labelSize(label: string): Sized {
  const lines = wrapped(label);
  return { width: Math.max(...lines.map(widthOf), 0) + 8, height: lines.length * LINE + 2 };
}

/** A rough guess: letters of other scripts are wide. */
function widthOf(line: string): number {
  let width = 0;
  for (const letter of line) width += letter > '\u{2e7f}' ? 2 * LETTER : LETTER;
  return width;
}

/** Up to three lines, broken between words. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of shortened(text, 3 * LONGEST_LINE - 20).split(/\s+/)) {
    if (line !== '' && line.length + word.length >= LONGEST_LINE) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? shortened(word, LONGEST_LINE) : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** As text of XML: signs that it does not allow are replaced. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (sign) => ENTITIES.get(sign) ?? '')
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
}
