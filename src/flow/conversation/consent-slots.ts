/** Which slots are somebody's consent to something that cannot be undone. */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { Guard } from '../guard/guard.ts';
import { guardParts } from '../guard/guard-parts.ts';
import type { CompiledSlot, CompiledTool } from './compiled-conversation.ts';

/** By state key: the tools that change the world and wait for it to be true. */
export type Consents = ReadonlyMap<string, ReadonlySet<string>>;

export function consentsOf(flow: CompiledFlow, tools: readonly CompiledTool[]): Consents {
  const commits = new Set(tools.flatMap(({ kind, name }) => (kind === 'commit' ? name : [])));
  const consents = new Map<string, Set<string>>();
  const visit = (guard: Guard, tool: string): void => {
    const key = wantedTrue(guard);
    if (key !== undefined) consents.set(key, (consents.get(key) ?? new Set()).add(tool));
    // What must not be so is no consent.
    else if (guard !== 'always' && !('not' in guard)) for (const part of guardParts(guard)) visit(part, tool);
  };
  for (const { rules } of [flow.main, ...flow.digressions.map(({ layer }) => layer)]) {
    for (const { commit, tool, until } of rules) {
      if (commit !== undefined) visit(commit.until, tool);
      if (commit !== undefined || commits.has(tool)) for (const guard of until) visit(guard, tool);
    }
  }
  return consents;
}

/** The slot, and what it is the consent to. */
export function withConsent(slot: CompiledSlot, consents: Consents): CompiledSlot {
  const tools = slot.recogniser === 'yesNo' ? consents.get(slot.stateKey) : undefined;
  return tools === undefined ? slot : { ...slot, consentTo: [...tools].sort() };
}

function wantedTrue(guard: Guard): string | undefined {
  if (guard === 'always') return undefined;
  if ('isTrue' in guard) return guard.isTrue;
  return 'eq' in guard && guard.eq[1] === true ? guard.eq[0] : undefined;
}
