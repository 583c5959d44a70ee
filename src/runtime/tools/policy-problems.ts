import type { OptionProblem } from '../runtime-error.ts';
import type { ToolDefinition } from './tool-definition.ts';

/** What a timer can wait: 24 days. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** What contradicts itself, or makes no sense, in the policy of a tool. */
export function policyProblems(
  tool: ToolDefinition,
  isTool: (name: string) => boolean,
): readonly OptionProblem[] {
  const { name, policy } = tool;
  if (policy === undefined) return [];
  const { kind, timeoutMs, fillerAfterMs, retry, cache, compensate, idempotencyKey } = policy;
  const isRead = kind === 'read';
  const problems: OptionProblem[] = [];
  const unless = (holds: boolean, field: string, message: string): void => {
    if (!holds) problems.push({ path: `tools.${name}.policy.${field}`, message });
  };
  unless(kind === undefined || isRead || kind === 'commit', 'kind', "It is 'read' or 'commit'.");
  const isDeadline = timeoutMs === undefined || (timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS);
  unless(isDeadline, 'timeoutMs', `A deadline is more than 0 and at most ${MAX_TIMEOUT_MS} ms.`);
  unless(fillerAfterMs === undefined || fillerAfterMs >= 0, 'fillerAfterMs', 'A wait is 0 ms or more.');
  if (retry !== undefined) {
    unless(isRead, 'retry', "Only a tool with kind: 'read' is retried: a commit could take effect twice.");
    unless(
      Number.isInteger(retry.attempts) && retry.attempts >= 1,
      'retry.attempts',
      'It is a whole number from 1.',
    );
    unless((retry.delayMs ?? 0) >= 0, 'retry.delayMs', 'A wait is 0 ms or more.');
  }
  if (cache !== undefined) {
    unless(isRead, 'cache', "Only a tool with kind: 'read' is cached: a commit has to run.");
    unless(cache.ttlMs > 0, 'cache.ttlMs', 'A cache keeps its entries for more than 0 ms.');
    unless((cache.maxEntries ?? 1) >= 1, 'cache.maxEntries', 'A cache has room for 1 entry or more.');
  }
  if (compensate !== undefined) {
    unless(compensate.tool !== name, 'compensate.tool', 'A tool cannot undo itself.');
    unless(isTool(compensate.tool), 'compensate.tool', `There is no tool named ${compensate.tool}.`);
  }
  unless(
    idempotencyKey !== '',
    'idempotencyKey',
    'An empty key makes all calls one: name arguments, like {orderId}.',
  );
  return problems;
}
