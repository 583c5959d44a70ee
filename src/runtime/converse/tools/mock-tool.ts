/** Answers a tool by its mock binding: at once, and without anybody else. */
import type { CompiledTool } from '../../../flow/conversation/compiled-conversation.ts';
import { equivalent } from '../../../flow/equivalence.ts';
import { mockEffects } from '../../../flow/scenario/mock-effects.ts';
import type { StateEffect } from '../../../flow/state-effect.ts';
import type { JsonValue } from '../../../flow/state-reader.ts';
import { RuntimeError } from '../../runtime-error.ts';
import type { JsonObject } from '../../tools/tool-definition.ts';

export type MockedTool = CompiledTool & { readonly mock: NonNullable<CompiledTool['mock']> };

export interface MockResult {
  readonly response: JsonValue;
  /** What is written when it succeeds, as in a simulation. */
  readonly effects: readonly StateEffect[];
}

/** Throws `toolFailed` when the mock is to fail with these arguments. */
export function callMock(tool: MockedTool, args: JsonObject): MockResult {
  const { response = 'ok', fail, only } = tool.mock;
  const accepts = ([name, values]: readonly [string, readonly JsonValue[]]): boolean => {
    const given = Object.hasOwn(args, name) ? args[name] : undefined;
    return given !== undefined && values.some((value) => equivalent(value, given));
  };
  const fails = only === undefined ? fail !== undefined : !Object.entries(only).every(accepts);
  if (fails) throw new RuntimeError('toolFailed', String(filled(fail ?? 'it was refused', tool, args)));
  return { response: filled(response, tool, args), effects: mockEffects(tool, args) };
}

/** The texts of a value with the arguments in, by the one rule for mocks: as if it were to be set. */
function filled(value: JsonValue, { name, description }: MockedTool, args: JsonObject): JsonValue {
  const [effect] = mockEffects({ name, description, mock: { set: { value } } }, args);
  return effect?.type === 'set' ? effect.value : value;
}
