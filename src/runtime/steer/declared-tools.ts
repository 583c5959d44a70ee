/** Which tools the model is told of. */
import type { Tool } from '../../wire/index.ts';

/** The tools with only the offered functions; null offers all. What is not a function is always declared. */
export function offeredTools(tools: readonly Tool[], offered: readonly string[] | null): readonly Tool[] {
  if (offered === null) return tools;
  return tools.flatMap((tool) => {
    const { functionDeclarations, ...rest } = tool;
    if (functionDeclarations === undefined) return [tool];
    const kept = functionDeclarations.filter(({ name }) => offered.includes(name));
    if (kept.length > 0) return [{ ...rest, functionDeclarations: kept }];
    return Object.keys(rest).length > 0 ? [rest] : [];
  });
}

/** The names of the functions, in the order of declaration. */
export function functionNames(tools: readonly Tool[]): readonly string[] {
  return tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name));
}

/** Tells a model that keeps all declarations which of them make sense now. */
export function toolAdvisory(names: readonly string[]): string {
  if (names.length === 0) return '[No tool is available now: a call would be refused.]';
  return `[Tools available now: ${names.join(', ')}. Calls of others would be refused.]`;
}
