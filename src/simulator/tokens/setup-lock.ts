/** How a token's setup overrides a client's (spec: wire §1.3, Locking). */
import type { Setup } from '../../wire/protocol/setup.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The client's setup with the locked parts replaced; without a mask all of it is, except the resumption handle. */
export function lockSetup(client: Setup, locked: Partial<Setup>, mask: readonly string[] | undefined): Setup {
  if (mask === undefined || mask.length === 0) {
    const { sessionResumption } = client;
    const kept = sessionResumption === undefined ? {} : { sessionResumption };
    return { model: client.model, ...kept, ...locked };
  }
  let setup: Fields = { ...client };
  for (const path of mask) setup = replaceAt(setup, locked as Fields, path.split('.'));
  // Only whole fields of one setup were put in place of those of another.
  return setup as unknown as Setup;
}

/** `target` with the value at `path` taken from `source`; a path that `source` does not have is removed. */
function replaceAt(target: Fields, source: Fields | undefined, path: readonly string[]): Fields {
  const [head, ...rest] = path;
  // A path through a list, as SDK 2.18 writes `tools.0`, locks the whole list.
  if (head === undefined || head === '__proto__') return target;
  const from = source?.[head];
  if (rest.length === 0 || Array.isArray(from)) {
    const { [head]: _replaced, ...others } = target;
    return from === undefined ? others : { ...others, [head]: from };
  }
  const inner = replaceAt(asFields(target[head]), asFields(from), rest);
  return { ...target, [head]: inner };
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
