import type { OptionProblem } from '../runtime-error.ts';
import { type Computed, orderComputed } from './computed.ts';
import type { Predicate } from './predicate.ts';
import type { TemporalPattern } from './temporal-pattern.ts';
import type { Watcher } from './watcher.ts';

export interface WatchOptions {
  readonly watchers?: readonly Watcher[];
  readonly computed?: readonly Computed[];
  readonly patterns?: readonly TemporalPattern[];
  /** How many rounds one settling may take. Default 16. */
  readonly maxRounds?: number;
}

/** Everything that is wrong with the options; a {@link WatchEngine} wants options without problems. */
export function watchProblems(options: WatchOptions): OptionProblem[] {
  const { watchers = [], computed = [], patterns = [], maxRounds } = options;
  return [
    ...watchers.flatMap((watcher, index) => watcherProblems(watcher, `watchers[${index}]`)),
    ...computedProblems(computed),
    ...patterns.flatMap((pattern, index) => patternProblems(pattern, `patterns[${index}]`)),
    ...twice(patterns.map(({ name }) => name)).map((index) => ({
      path: `patterns[${index}].name`,
      message: 'is taken by an earlier pattern; give each its own name',
    })),
    ...countProblems(maxRounds ?? 1, 'maxRounds'),
  ];
}

function watcherProblems({ key, predicate, action, cooldownMs }: Watcher, path: string): OptionProblem[] {
  return [
    ...(key === '' ? [{ path: `${path}.key`, message: 'is empty; name the key to watch' }] : []),
    ...actionProblems(action, `${path}.action`),
    ...thresholdProblems(predicate, `${path}.predicate`),
    ...durationProblems(cooldownMs ?? 0, `${path}.cooldownMs`),
  ];
}

function thresholdProblems(predicate: Predicate, path: string): OptionProblem[] {
  if (!('threshold' in predicate) || Number.isFinite(predicate.threshold)) return [];
  return [{ path: `${path}.threshold`, message: 'is no finite number' }];
}

function computedProblems(computed: readonly Computed[]): OptionProblem[] {
  const problems: OptionProblem[] = [];
  computed.forEach(({ key, deps }, index) => {
    const path = `computed[${index}]`;
    if (key === '' || key.includes(':')) {
      problems.push({
        path: `${path}.key`,
        message: 'must be a name without a prefix; it is kept under derived:',
      });
    }
    if (deps.some((dep) => isKey(dep, key))) {
      problems.push({ path: `${path}.deps`, message: `'${key}' depends on itself` });
    }
  });
  for (const index of twice(computed.map(({ key }) => key))) {
    problems.push({
      path: `computed[${index}].key`,
      message: 'is computed already; give each value its own key',
    });
  }
  for (const cycle of orderComputed(computed).cycles) {
    if (cycle.length === 2) continue; // it depends on itself, said above
    const index = computed.findIndex(({ key }) => key === cycle[0]);
    problems.push({
      path: `computed[${index}].deps`,
      message: `form a cycle: ${cycle.join(' needs ')}; let one of them go without the other`,
    });
  }
  return problems;
}

function isKey(dep: string, key: string): boolean {
  return dep === key || dep === `derived:${key}`;
}

/** A watcher that was begun and not ended has none. */
function actionProblems(action: unknown, path: string): OptionProblem[] {
  return typeof action === 'function' ? [] : [{ path, message: 'is missing; say what to do' }];
}

function patternProblems({ name, when, action, cooldownMs }: TemporalPattern, path: string): OptionProblem[] {
  return [
    ...actionProblems(action, `${path}.action`),
    ...(name === '' ? [{ path: `${path}.name`, message: 'is empty; name the pattern' }] : []),
    ...('durationMs' in when ? durationProblems(when.durationMs, `${path}.when.durationMs`) : []),
    ...('windowMs' in when ? durationProblems(when.windowMs, `${path}.when.windowMs`) : []),
    ...('count' in when ? countProblems(when.count, `${path}.when.count`) : []),
    ...durationProblems(cooldownMs ?? 0, `${path}.cooldownMs`),
  ];
}

function durationProblems(ms: number, path: string): OptionProblem[] {
  if (Number.isFinite(ms) && ms >= 0) return [];
  return [{ path, message: 'must be a number of milliseconds, 0 or more' }];
}

function countProblems(count: number, path: string): OptionProblem[] {
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return [];
  return [{ path, message: 'must be a whole number from 1 to 1000' }];
}

/** The places of what was there before. */
function twice(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}
