/** The syntax tree of a pattern. */
export type PatternNode =
  /** One UTF-16 unit. */
  | { readonly type: 'unit'; readonly matches: (unit: number) => boolean }
  /** Nothing, where the units before and after allow it; {@link END_OF_TEXT} is no unit. */
  | { readonly type: 'assert'; readonly holds: (before: number, after: number) => boolean }
  | { readonly type: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly type: 'either'; readonly nodes: readonly PatternNode[] }
  | { readonly type: 'repeat'; readonly node: PatternNode; readonly min: number; readonly max: number };

/** The most units that a pattern can match, Infinity when there is no most. */
export function longestMatch(node: PatternNode): number {
  switch (node.type) {
    case 'unit':
      return 1;
    case 'assert':
      return 0;
    case 'sequence':
      return node.nodes.reduce((sum, part) => sum + longestMatch(part), 0);
    case 'either':
      return node.nodes.reduce((most, part) => Math.max(most, longestMatch(part)), 0);
    case 'repeat': {
      const once = longestMatch(node.node);
      return once === 0 || node.max === 0 ? 0 : once * node.max;
    }
  }
}
