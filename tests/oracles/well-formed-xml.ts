/** A small reader of XML, strict where drawings could go wrong; throws with the place. No doctypes, no comments. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** The text directly in it. */
  text: string;
}

const NAME = /[A-Za-z_][\w.:-]*/y;
const REFERENCE = /&(amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);/g;
const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

export function parseXml(source: string): XmlElement {
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(source)) {
    throw new SyntaxError('A sign that XML does not allow.');
  }
  const root: XmlElement = { name: '', attributes: new Map(), children: [], text: '' };
  const open: XmlElement[] = [root];
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at ${at}: ${source.slice(at, at + 40)}`);
  };
  const take = (pattern: RegExp, what: string): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0] ?? fail(`No ${what}`);
    at += found.length;
    return found;
  };
  while (at < source.length) {
    const parent = open.at(-1) ?? root;
    if (source[at] !== '<') {
      parent.text += decoded(take(/[^<]+/y, 'text'));
      continue;
    }
    if (source.startsWith('</', at)) {
      at += 2;
      const name = take(NAME, 'name');
      take(/\s*>/y, 'end of a tag');
      if (open.pop()?.name !== name || open.length === 0) fail(`</${name}> closes something else`);
      continue;
    }
    at += 1;
    const name = take(NAME, 'name');
    const attributes = new Map<string, string>();
    while (/\s/.test(source[at] ?? '')) {
      take(/\s+/y, 'space');
      if (/[/>]/.test(source[at] ?? '')) break;
      const attribute = take(NAME, 'name of an attribute');
      if (attributes.has(attribute)) fail(`${attribute} twice`);
      attributes.set(attribute, decoded(take(/="[^"<]*"/y, 'value').slice(2, -1)));
    }
    const element: XmlElement = { name, attributes, children: [], text: '' };
    parent.children.push(element);
    if (take(/\/?>/y, 'end of a tag') === '>') open.push(element);
  }
  if (open.length !== 1) fail(`<${open.at(-1)?.name}> is open`);
  const [only, ...others] = root.children;
  if (only === undefined || others.length > 0 || root.text.trim() !== '') fail('Not one element');
  return only ?? root;
}

function decoded(text: string): string {
  if (text.replace(REFERENCE, '').includes('&')) throw new SyntaxError(`A bare & in ${text.slice(0, 60)}`);
  return text.replace(REFERENCE, (_, name: string) => {
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return NAMED.get(name) ?? String.fromCodePoint(code);
  });
}

/** An element and all within. */
export function allWithin(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(allWithin)];
}
