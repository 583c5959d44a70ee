import type { ProblemList } from '../compile/problem-list.ts';
import { quoted } from '../compile/problem-list.ts';
import type { Constraint } from '../definition/flow-definition.ts';
import type { CompiledTool } from './compiled-conversation.ts';
import type { ConversationDocument } from './conversation-document.ts';
import { bindingProblems } from './http-binding.ts';
import type { PlacedStage } from './slot-index.ts';
import { fieldPath } from './slot-index.ts';

/** The tools with their kinds and policies. `registered`: names of tools that code adds. */
export function compiledTools(
  { tools = [], policies, constraints = [], confirmTools = [] }: ConversationDocument,
  stages: readonly PlacedStage[],
  registered: readonly string[],
  problems: ProblemList,
): readonly CompiledTool[] {
  const names = new Set(tools.map(({ name }) => name));
  const known = new Set([...names, ...registered]);
  const rules = policies?.commit ?? {};
  for (const [tool, { compensateWith }] of Object.entries(rules)) {
    const path = fieldPath('policies.commit', tool);
    const check = (name: string, at: string): void => {
      if (known.has(name)) return;
      problems.unknown('unknownTool', at, `There is no tool ${quoted(name)}.`, name, known);
    };
    if (tools.length > 0 || registered.length > 0) check(tool, path);
    if (compensateWith !== undefined) check(compensateWith, `${path}.compensateWith`);
  }
  const committed = new Set([
    ...stages.flatMap(({ stage }) => stage.commit?.tool ?? []),
    ...constraints.flatMap(committedBy),
  ]);
  const guarded = new Set([...committed, ...confirmTools, ...constraints.flatMap(delayedBy)]);
  const seen = new Set<string>();
  return tools.map((tool, index): CompiledTool => {
    const { name, kind } = tool;
    if (seen.has(name)) {
      problems.add('duplicate', `tools[${index}].name`, `There is another tool ${quoted(name)}.`);
    }
    seen.add(name);
    if (kind === 'commit' && !guarded.has(name)) {
      const message = `${quoted(name)} changes the world, and nothing guards it: commit it in a stage, or constrain it.`;
      problems.add('unguardedCommit', `tools[${index}].kind`, message, { tool: name });
    }
    const policy = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const compiled: CompiledTool = {
      ...tool,
      ...policy,
      kind: committed.has(name) ? 'commit' : (kind ?? 'read'),
    };
    for (const { path, message } of bindingProblems(compiled, `tools[${index}].http`)) {
      problems.add('invalid', path, message);
    }
    return compiled;
  });
}

function committedBy(constraint: Constraint): readonly string[] {
  return 'commit' in constraint ? [constraint.commit.tool] : [];
}

function delayedBy(constraint: Constraint): readonly string[] {
  return 'neverUntil' in constraint ? [constraint.neverUntil.tool] : [];
}
