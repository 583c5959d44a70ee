/** Who writes and who needs the keys of state: what may be deleted when stages are open again. */
import type { ProblemList } from '../compile/problem-list.ts';
import { quoted } from '../compile/problem-list.ts';
import { isRuntimeKey } from '../runtime-keys.ts';
import type { ConversationDocument } from './conversation-document.ts';
import { confirmedKey } from './hear-user.ts';
import { fieldPath, type SlotIndex } from './slot-index.ts';

export interface KeyOwners {
  /** Keys that change in the course of the conversation by what the document declares. */
  readonly found: ReadonlySet<string>;
  /** All keys that something writes; `prefix:*` stands for all that begin so. */
  readonly writes: readonly string[];
  /** Keys that tools write and nobody else. */
  readonly fromTools: ReadonlySet<string>;
}

/** Reports keys that are the runtime's own, and slots that nothing fills. */
export function keyOwners(
  document: ConversationDocument,
  { slots }: SlotIndex,
  written: readonly string[],
  problems: ProblemList,
): KeyOwners {
  const { extractors = [], tools = [], decisions = [], state = {}, inputs = [] } = document;
  const all: Array<readonly [key: string, path: string]> = [];
  slots.forEach(({ stateKey, path }) => {
    all.push([stateKey, `${path}.stateKey`]);
  });
  const other: Array<readonly [string, string]> = [];
  const byTool: Array<readonly [string, string]> = [];
  extractors.forEach(({ name, promote = [] }, index) => {
    other.push([name, `extractors[${index}].name`]);
    promote.forEach(({ field, stateKey }, at) => {
      other.push([stateKey ?? field, `extractors[${index}].promote[${at}]`]);
    });
  });
  decisions.forEach(({ writes }, index) => {
    if (writes !== undefined) other.push([writes, `decisions[${index}].writes`]);
  });
  tools.forEach(({ saves = {}, mock }, index) => {
    for (const key of Object.keys(saves)) byTool.push([key, fieldPath(`tools[${index}].saves`, key)]);
    for (const key of Object.keys(mock?.set ?? {})) {
      byTool.push([key, fieldPath(`tools[${index}].mock.set`, key)]);
    }
  });
  const given = Object.keys(state).map((key) => [key, fieldPath('state', key)] as const);
  for (const [key, path] of [...all, ...other, ...byTool, ...given]) {
    if (!isRuntimeKey(key)) continue;
    problems.add('invalid', path, `The key ${quoted(key)} is the runtime's own: give it another prefix.`);
  }
  const keysOf = (pairs: ReadonlyArray<readonly [string, string]>): string[] => pairs.map(([key]) => key);
  const outside = new Set([...keysOf(other), ...keysOf(byTool), ...keysOf(given), ...inputs, ...written]);
  const families = [...outside].filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
  for (const { stateKey, recogniser, stages, path } of slots) {
    const isFilled = outside.has(stateKey) || families.some((family) => stateKey.startsWith(family));
    if (recogniser !== undefined || stages.length === 0 || isFilled) continue;
    const message =
      'Nothing fills this slot: give it a recogniser, let an extractor promote to it or a tool save it, or list its key in "inputs".';
    problems.add('unwrittenKey', path, message);
  }
  const confirmations = slots.filter(({ confirm }) => confirm !== 'never').map(confirmedKey);
  const fromSlots = new Set([...keysOf(all), ...confirmations]);
  const heard = new Set([...fromSlots, ...keysOf(other)]);
  const fromTools = new Set(keysOf(byTool).filter((key) => !heard.has(key)));
  return {
    found: new Set([...heard, ...fromTools]),
    fromTools,
    writes: [...new Set([...fromSlots, ...outside])],
  };
}
