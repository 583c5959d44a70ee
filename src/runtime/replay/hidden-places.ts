/** Where a recording has something else than there was: there, and nowhere else, a replay is compared loosely. */
import type { JsonValue } from '../../flow/state-reader.ts';
import { REDACTED } from './credential-mask.ts';
import { isNode, parsed } from './json-node.ts';

/** The places of what was replaced, as JSON pointers; undefined where nothing was. */
export function hiddenPlaces(before: JsonValue, after: JsonValue): readonly string[] | undefined {
  const places: string[] = [];
  collect(before, after, '', places);
  return places.length === 0 ? undefined : places;
}

/** The same of two JSON texts; of a text that is no JSON all of it. */
export function hiddenInText(before: string, after: string): readonly string[] | undefined {
  if (before === after) return undefined;
  const [one, other] = [parsed(before), parsed(after)];
  return one === undefined || other === undefined ? [''] : hiddenPlaces(one, other);
}

/** Whether a value is as recorded: of what was replaced, without digits and without what is redacted. */
export function isAlike(recorded: JsonValue, came: JsonValue, hidden: readonly string[] = []): boolean {
  return isAlikeAt(recorded, came, new Set(hidden), '');
}

/** The same of JSON texts. */
export function isAlikeText(recorded: string, came: string, hidden: readonly string[] = []): boolean {
  if (hidden.length === 0) return recorded === came;
  const [one, other] = [parsed(recorded), parsed(came)];
  if (one !== undefined && other !== undefined) return isAlike(one, other, hidden);
  return hidden.includes('') && isLooselySame(recorded, came);
}

function collect(before: JsonValue, after: JsonValue, path: string, places: string[]): void {
  if (before === after) return;
  if (!isNode(before) || !isNode(after)) {
    places.push(path);
    return;
  }
  const others = new Map<string, JsonValue>(Object.entries(after));
  for (const [name, item] of Object.entries(before)) {
    const other = others.get(name);
    if (other !== undefined) collect(item, other, below(path, name), places);
  }
}

function isAlikeAt(recorded: JsonValue, came: JsonValue, hidden: ReadonlySet<string>, path: string): boolean {
  if (recorded === came) return true;
  if (isNode(recorded) && isNode(came)) {
    if (Array.isArray(recorded) !== Array.isArray(came)) return false;
    const others = new Map<string, JsonValue>(Object.entries(came));
    const entries = Object.entries(recorded);
    return (
      entries.length === others.size &&
      entries.every(([name, item]) => {
        const other = others.get(name);
        return other !== undefined && isAlikeAt(item, other, hidden, below(path, name));
      })
    );
  }
  if (!hidden.has(path) || isNode(recorded) || isNode(came)) return false;
  return isLooselySame(String(recorded), String(came));
}

function isLooselySame(recorded: string, came: string): boolean {
  const [first = '', ...rest] = withoutDigits(recorded).split(REDACTED);
  const text = withoutDigits(came);
  if (rest.length === 0) return first === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** A text in which one surrogate is like another. */
function withoutDigits(text: string): string {
  return text.replace(/\d/g, '#');
}

function below(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
