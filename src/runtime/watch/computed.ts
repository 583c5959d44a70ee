import type { JsonValue } from '../../flow/state-reader.ts';
import type { StateReadAccess } from '../state/state-access.ts';

/** A value that follows from others, written to `derived:{key}` and read under its bare key. */
export interface Computed {
  /** Without a prefix. */
  readonly key: string;
  /** The keys whose changes make it compute again; may name other computed values. */
  readonly deps: readonly string[];
  /**
   * Returns the value, or undefined to leave the old one. Only reads. What it throws is reported as `watcherFailed` and
   * leaves the old value too.
   */
  readonly compute: (state: StateReadAccess) => JsonValue | undefined;
}

/** The order in which each computed value comes after those it depends on, and the cycles that prevent one. */
export interface ComputedOrder {
  readonly ordered: readonly Computed[];
  /** Keys along each cycle, the first one again at the end. */
  readonly cycles: ReadonlyArray<readonly string[]>;
}

/** Sorts by dependency, otherwise in the given order. Of keys given twice the last one counts. */
export function orderComputed(computed: readonly Computed[]): ComputedOrder {
  const byKey = new Map(computed.map((item) => [item.key, item]));
  const ordered: Computed[] = [];
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (item: Computed, trail: readonly string[]): void => {
    const start = trail.indexOf(item.key);
    if (start !== -1) {
      cycles.push([...trail.slice(start), item.key]);
      return;
    }
    if (done.has(item.key)) return;
    for (const dep of item.deps) {
      const dependency = byKey.get(dep.replace(/^derived:/, ''));
      if (dependency !== undefined) visit(dependency, [...trail, item.key]);
    }
    if (done.has(item.key)) return;
    done.add(item.key);
    ordered.push(item);
  };
  for (const item of byKey.values()) visit(item, []);
  return { ordered, cycles };
}
