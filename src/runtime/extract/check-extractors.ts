import { isRuntimeKey } from '../../flow/runtime-keys.ts';
import { stateKeyName } from '../../flow/state-key-name.ts';
import type { OptionProblem } from '../runtime-error.ts';
import type { Extractor } from './extractor.ts';

/** Everything that is wrong with a list of extractors, for the one `invalidOptions` error at connect. */
export function checkExtractors(
  extractors: readonly Extractor[],
  path = 'extractors',
): readonly OptionProblem[] {
  const problems: OptionProblem[] = [];
  const names = new Set<string>();
  for (const [index, extractor] of extractors.entries()) {
    const at = `${path}[${index}]`;
    const problem = (field: string, message: string): number =>
      problems.push({ path: `${at}.${field}`, message });
    if (typeof extractor?.extract !== 'function') {
      const message = 'is no extractor: make one with ruleExtractor or modelExtractor';
      problems.push({ path: at, message });
      continue;
    }
    const { name, window = 3, trigger, timeoutMs = 1, promote = [] } = extractor;
    if (name === '') problem('name', 'must not be empty: it is the state key of the result');
    if (isRuntimeKey(name))
      problem('name', `'${name}' belongs to the runtime: use a name without its prefixes`);
    if (names.has(name)) problem('name', `'${name}' is used twice: each extractor needs a name of its own`);
    names.add(name);
    if (!(Number.isInteger(window) && window > 0))
      problem('window', 'must be a whole number of turns, at least 1');
    if (typeof trigger === 'object' && !(Number.isInteger(trigger.everyTurns) && trigger.everyTurns > 0)) {
      problem('trigger.everyTurns', 'must be a whole number of turns, at least 1');
    }
    for (const { path: field, message } of extractor.problems ?? []) problem(field, message);
    if (!(timeoutMs > 0)) problem('timeoutMs', 'must be milliseconds above 0');
    for (const [place, rule] of promote.entries()) {
      const key = stateKeyName(rule.stateKey);
      const rulePath = `promote[${place}].stateKey`;
      if (key === '') problem(rulePath, 'must name a state key');
      if (isRuntimeKey(key)) problem(rulePath, `'${key}' belongs to the runtime: extractors cannot write it`);
      if (key === name && key !== '')
        problem(rulePath, `'${key}' already holds the whole result: promote to another key`);
    }
  }
  return problems;
}
