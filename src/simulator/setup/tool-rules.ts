/** What a model on a platform says to tool declarations, at setup and in `contextUpdate` (spec: wire §2.1, §6). */
import type { ModelProfile } from '../../wire/model/profile.ts';
import type { FunctionDeclaration, Tool } from '../../wire/protocol/tools.ts';
import { invalid, type Refusal, refusals } from '../protocol/refusal.ts';

const FUNCTION_NAME = /^[a-zA-Z_][\w.:-]{0,127}$/;
const LIVE_3 = ['functionDeclarations', 'googleSearch'];

/** The refusal of a list of tools, or undefined. */
export function toolRefusal(tools: readonly Tool[], profile: ModelProfile): Refusal | undefined {
  const third = ['flash3.1', 'live3.8', 'extended3.8'].includes(profile.family);
  if (third && tools.some((tool) => Object.keys(tool).some((key) => !LIVE_3.includes(key)))) {
    return refusals.invalidArgument;
  }
  const names = new Set<string>();
  for (const declaration of functionsOf(tools)) {
    const { name } = declaration;
    if (typeof name !== 'string' || !FUNCTION_NAME.test(name)) {
      return invalid(
        `Invalid function name. Must start with a letter or an underscore. Got: ${String(name).slice(0, 32)}`,
      );
    }
    if (names.has(name)) return invalid(`Duplicate function declaration found: ${name.slice(0, 64)}`);
    names.add(name);
    const refusal = behaviorRefusal(declaration, profile);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Every function declared in a list of tools. */
export function functionsOf(tools: readonly Tool[]): readonly FunctionDeclaration[] {
  return tools.flatMap((tool) => tool.functionDeclarations ?? []);
}

/** Whether a call of this function pauses the generation until it is answered. */
export function isBlocking(declaration: FunctionDeclaration | undefined, profile: ModelProfile): boolean {
  if (profile.family === 'extended3.8') return false;
  // 3.1 has synchronous tools only: it takes the field and does not act on it.
  if (profile.family === 'flash3.1') return true;
  const behavior = declaration?.behavior;
  return behavior === undefined ? !profile.toolsAsyncByDefault : behavior === 'BLOCKING';
}

function behaviorRefusal(declaration: FunctionDeclaration, profile: ModelProfile): Refusal | undefined {
  const older = !profile.toolsAsyncByDefault && profile.family !== 'unknown';
  if (profile.platform === 'vertex' && older && declaration.behavior !== undefined) {
    return refusals.invalidArgument;
  }
  const extended = profile.family === 'extended3.8';
  return extended && declaration.behavior === 'BLOCKING' ? refusals.invalidArgument : undefined;
}
