import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FunctionDeclaration, ModelProfile, Schema } from '../../wire/index.ts';
import type { OptionProblem } from '../runtime-error.ts';
import { hasAsyncTools } from './background-delivery.ts';
import { lowerSchema } from './lower-schema.ts';
import { policyProblems } from './policy-problems.ts';
import type { JsonSchema, ToolDefinition } from './tool-definition.ts';

/** A tool that was found sound. */
export interface RegisteredTool {
  readonly definition: ToolDefinition;
  /** Undefined for a tool without arguments. */
  readonly parameters: Schema | undefined;
}

/** What the service takes for the name of a function. */
const NAME = /^[a-zA-Z_][\w.:-]{0,127}$/;

/** The tools of a session, checked and lowered once. Building one never throws: look at {@link problems}. */
export class ToolRegistry {
  /** Everything that is wrong, for one `invalidOptions` error at connect. */
  readonly problems: readonly OptionProblem[];
  readonly #tools = new Map<string, RegisteredTool>();
  readonly #names: readonly string[];

  constructor(definitions: readonly ToolDefinition[]) {
    const problems: OptionProblem[] = [];
    definitions.forEach((definition, index) => {
      this.#add(definition, `tools[${index}]`, problems);
    });
    for (const { definition } of this.#tools.values()) {
      problems.push(...policyProblems(definition, (name) => this.#tools.has(name)));
    }
    this.problems = problems;
    this.#names = [...this.#tools.keys()].sort();
  }

  /** Sorted. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Whether a tool needs a confirmation provider: without one, connecting has to fail. */
  get needsConfirmation(): readonly string[] {
    return this.#names.filter((name) => this.get(name)?.definition.policy?.confirm !== undefined);
  }

  get(name: string): RegisteredTool | undefined {
    return this.#tools.get(name);
  }

  /**
   * Declarations sorted by name, for `setup.tools` and `contextUpdate`. Background tools are NON_BLOCKING and all others
   * BLOCKING, so that they mean the same on every model; fields that the model refuses are not there.
   * @param offered only these names; null means all
   */
  declarations(profile: ModelProfile, offered: readonly string[] | null = null): FunctionDeclaration[] {
    const names = this.#names.filter((name) => offered?.includes(name) ?? true);
    return names.flatMap((name): FunctionDeclaration[] => {
      const tool = this.get(name);
      return tool === undefined ? [] : [declare(tool, profile)];
    });
  }

  #add(definition: ToolDefinition, path: string, problems: OptionProblem[]): void {
    const { name, description } = definition;
    const at = typeof name === 'string' && name !== '' ? `tools.${name.slice(0, 128)}` : path;
    const found: OptionProblem[] = [];
    if (typeof name !== 'string' || !NAME.test(name)) {
      const message =
        'A tool name starts with a letter or _, has letters, digits, _ . : -, and at most 128 of them.';
      found.push({ path: `${at}.name`, message });
    } else if (this.#tools.has(name)) {
      found.push({ path: `${at}.name`, message: `Two tools are named ${name}: rename one.` });
    }
    if (typeof description !== 'string' || description.trim() === '') {
      found.push({
        path: `${at}.description`,
        message: 'Say when the model should call it and what comes back.',
      });
    }
    if (typeof definition.run !== 'function')
      found.push({ path: `${at}.run`, message: 'A tool needs a function `run`.' });
    const parameters = parametersOf(definition, at, found);
    problems.push(...found);
    if (found.length === 0) this.#tools.set(name, { definition, parameters });
  }
}

function declare({ definition, parameters }: RegisteredTool, profile: ModelProfile): FunctionDeclaration {
  const { name, description, policy } = definition;
  const isBackground = policy?.background !== undefined;
  // 3.8 answers calls beside the conversation unless told to wait; older models wait unless told not to.
  const behavior = isBackground ? 'NON_BLOCKING' : profile.toolsAsyncByDefault ? 'BLOCKING' : undefined;
  const isRefused = !hasAsyncTools(profile) || (profile.family === 'extended3.8' && behavior === 'BLOCKING');
  return {
    name,
    description,
    ...(parameters !== undefined && { parameters }),
    ...(behavior !== undefined && !isRefused && { behavior }),
  };
}

/** The lowered parameters; what is wrong goes to `problems`. */
function parametersOf(
  definition: ToolDefinition,
  path: string,
  problems: OptionProblem[],
): Schema | undefined {
  const { input, parameters } = definition;
  const at = parameters === undefined ? `${path}.input` : `${path}.parameters`;
  const given = parameters ?? jsonSchemaOf(input, at, problems);
  if (given === undefined) return undefined;
  const lowered = lowerSchema(given, at);
  if (!lowered.ok) {
    problems.push(...lowered.problems);
    return undefined;
  }
  if (lowered.schema.type !== 'OBJECT') {
    problems.push({ path: at, message: 'The arguments of a tool are an object with named fields.' });
  }
  return Object.keys(lowered.schema.properties ?? {}).length === 0 ? undefined : lowered.schema;
}

function jsonSchemaOf(
  input: StandardSchemaV1 | undefined,
  path: string,
  problems: OptionProblem[],
): JsonSchema | undefined {
  if (input === undefined) return undefined;
  const standard: unknown = input['~standard'];
  // Any library may stand behind it: the converter is looked for, not assumed.
  const convert = (standard as { jsonSchema?: { input?: unknown } } | undefined)?.jsonSchema?.input;
  if (typeof convert !== 'function') {
    const message =
      'This schema gives no JSON Schema: use one that does (zod 4), or pass `parameters` beside it.';
    problems.push({ path, message });
    return undefined;
  }
  try {
    return convert({ target: 'draft-2020-12' });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it threw';
    problems.push({ path, message: `The schema cannot be written as JSON Schema: ${reason}.` });
    return undefined;
  }
}
