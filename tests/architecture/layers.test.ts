import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './source-files.ts';

interface Layer {
  /** Layers of ours that it may import, beside itself. */
  readonly below: readonly string[];
  /** Packages that it may import; `node:` built-ins are asked about apart. */
  readonly packages: readonly string[];
  readonly nodeBuiltIns: 'anywhere' | 'platform files' | 'nowhere';
}

/** design §2, CONTRIBUTING: imports point down. */
const LAYERS: Readonly<Record<string, Layer>> = {
  wire: { below: [], packages: ['ws'], nodeBuiltIns: 'platform files' },
  audio: { below: [], packages: [], nodeBuiltIns: 'nowhere' },
  simulator: {
    below: ['wire', 'audio'],
    packages: ['ws', '@echogarden/espeak-ng-emscripten'],
    nodeBuiltIns: 'anywhere',
  },
  flow: { below: [], packages: [], nodeBuiltIns: 'nowhere' },
  runtime: {
    below: ['wire', 'audio', 'flow'],
    packages: ['@standard-schema/spec'],
    nodeBuiltIns: 'nowhere',
  },
  adapters: {
    below: ['wire', 'audio', 'flow', 'runtime'],
    packages: ['better-sqlite3'],
    nodeBuiltIns: 'anywhere',
  },
  live: {
    below: ['wire', 'audio', 'flow', 'runtime'],
    packages: ['@standard-schema/spec'],
    nodeBuiltIns: 'nowhere',
  },
  testing: {
    below: ['wire', 'audio', 'simulator', 'flow', 'runtime', 'live'],
    packages: [],
    nodeBuiltIns: 'anywhere',
  },
  cli: {
    below: ['wire', 'audio', 'simulator', 'flow', 'runtime', 'live', 'testing'],
    packages: ['citty'],
    nodeBuiltIns: 'anywhere',
  },
};

/** Chosen by an export condition, so other runtimes never load them. */
const PLATFORM_FILE = /^src\/wire\/platform\/[^/]+\.node\.ts$/;
const CONDITIONS = ['#websocket', '#base64'];

const files: SourceFile[] = sourceFiles();
const product: SourceFile[] = files.filter(({ isTest }) => !isTest);

describe('Layers', () => {
  it('are all known', () => {
    expect([...new Set(files.map(({ layer }) => layer))].filter((layer) => !(layer in LAYERS))).toEqual([]);
  });

  it('import downwards only', () => {
    const upward = product.flatMap(({ path, layer, ours }) =>
      ours
        .map((target) => ({ path, target, to: target.split('/')[1] ?? '' }))
        .filter(({ to }) => to !== layer && !LAYERS[layer]?.below.includes(to))
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('import nothing from outside src', () => {
    const outside = product.flatMap(({ path, ours }) =>
      ours.filter((target) => !target.startsWith('src/')).map((target) => `${path} imports ${target}`),
    );
    expect(outside).toEqual([]);
  });

  it('use only the packages that their layer may', () => {
    const forbidden = product.flatMap(({ path, layer, others }) =>
      others
        .filter((name) => !name.startsWith('node:') && !CONDITIONS.includes(name))
        .filter((name) => !LAYERS[layer]?.packages.includes(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(forbidden).toEqual([]);
  });

  it('use Node built-ins only where other runtimes never look', () => {
    const forbidden = product
      .filter(({ path, layer }) => {
        const { nodeBuiltIns } = LAYERS[layer] ?? { nodeBuiltIns: 'nowhere' };
        return nodeBuiltIns === 'nowhere' || (nodeBuiltIns === 'platform files' && !PLATFORM_FILE.test(path));
      })
      .flatMap(({ path, others }) =>
        others
          .filter((name) => name.startsWith('node:') || name === 'ws')
          .map((name) => `${path} imports ${name}`),
      );
    expect(forbidden).toEqual([]);
  });

  it('reach platform files by their condition only', () => {
    const direct = product
      .filter(({ path }) => !PLATFORM_FILE.test(path))
      .flatMap(({ path, ours }) =>
        ours.filter((target) => PLATFORM_FILE.test(target)).map((target) => `${path} imports ${target}`),
      );
    expect(direct).toEqual([]);
  });

  it('have no import cycles', () => {
    expect(findCycles(product)).toEqual([]);
  });
});

describe('The finder of cycles', () => {
  it('finds a cycle of three, once, and nothing in a chain', () => {
    const file = (path: string, ...ours: string[]): Pick<SourceFile, 'path' | 'ours'> => ({ path, ours });
    expect(findCycles([file('a', 'b'), file('b', 'c'), file('c', 'a'), file('d', 'a')])).toEqual([
      'a > b > c > a',
    ]);
    expect(findCycles([file('a', 'b', 'c'), file('b', 'c'), file('c')])).toEqual([]);
  });
});

/** Depth first; each cycle is told where it was met first. */
function findCycles(graph: ReadonlyArray<Pick<SourceFile, 'path' | 'ours'>>): string[] {
  const edges = new Map(graph.map(({ path, ours }) => [path, ours]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const from = trail.indexOf(path);
    if (from !== -1) {
      cycles.push([...trail.slice(from), path].join(' > '));
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}
