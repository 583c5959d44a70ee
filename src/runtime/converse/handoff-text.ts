import type { JsonValue } from '../../flow/state-reader.ts';
import type { HandoffPacket } from './handoff.ts';

const MAX_LENGTH = 4_000;
/** What comes before the last words leaves them room. */
const MAX_HEAD = 2_500;
const MAX_LINE = 300;

/** A packet for people to read: the reason first, the last words at the end; the oldest words go when it is too long. */
export function handoffText({
  facts,
  reason,
  tools,
  transcript,
  where,
}: Omit<HandoffPacket, 'text'>): string {
  const head = [
    `Reason: ${line(reason)}`,
    ...(where === undefined ? [] : whereLines(where)),
    ...section(
      'Known',
      facts.map(({ name, value }) => `${name}: ${shown(value)}`),
    ),
    ...section(
      'Done',
      tools.map(({ name, outcome, args }) => `${name} ${outcome}${argsOf(args)}`),
    ),
  ];
  const start = cut(head.join('\n'), MAX_HEAD);
  const said: string[] = [];
  let left = MAX_LENGTH - start.length - '\nLast words:'.length;
  for (const { speaker, text } of [...transcript].reverse()) {
    const next = `\n  ${speaker}: ${line(text)}`;
    if (next.length > left) break;
    left -= next.length;
    said.unshift(next);
  }
  return said.length === 0 ? start : `${start}\nLast words:${said.join('')}`;
}

function whereLines({ active, missing, path, waitsFor }: NonNullable<HandoffPacket['where']>): string[] {
  const waits = Object.entries(waitsFor).flatMap(([step, what]) =>
    what.length === 0 ? [] : [`${step} waits for ${what.join('; ')}`],
  );
  return [
    `At: ${line([...path, active.join(' + ') || 'no step'].join(' > '))}`,
    ...section('Open', waits),
    ...(missing.length === 0 ? [] : [`Not done: ${line(missing.join(', '))}`]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((one) => `  ${line(one)}`)];
}

function argsOf(args: JsonValue): string {
  const text = JSON.stringify(args);
  return text === '{}' || text === 'null' ? '' : ` ${text}`;
}

function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One line: a line break in what was said must not look like another speaker. */
function line(text: string): string {
  return cut(text.trim().replace(/\s+/g, ' '), MAX_LINE);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
