/** The flow of the options, checked against everything else that they say. */
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import type { CompiledFlow, FlowProblem } from '../../flow/compile/compiled-flow.ts';
import type { FlowDefinition, LayerDefinition } from '../../flow/definition/flow-definition.ts';
import { didYouMean } from '../../flow/index.ts';
import type { FlowMode } from '../../flow/monitor/flow-monitor.ts';
import { isObject } from '../option-shape.ts';
import type { OptionProblem } from '../runtime-error.ts';
import type { FlowSettings } from './flow-settings.ts';

/** What governs the sessions of an agent. */
export interface ResolvedFlow<Context = never> {
  readonly compiled: CompiledFlow;
  readonly mode: FlowMode;
  readonly settings: FlowSettings<Context>;
  /** Names of all tools of the session. */
  readonly tools: readonly string[];
}

/** Undefined when there is none, or none that can be used: then `problems` says why. */
export function resolveFlow<Context>(
  settings: FlowSettings<Context> | undefined,
  tools: readonly string[],
  problems: OptionProblem[],
): ResolvedFlow<Context> | undefined {
  if (settings === undefined) return undefined;
  const { flow, mode = 'enforce' } = settings;
  const compiled = compiledOf(settings, tools);
  const steps = stepNames(isCompiled(flow) ? flow.definition : flow);
  for (const option of ['onStepEnter', 'stageTiming'] as const) {
    for (const name of Object.keys(settings[option] ?? {})) {
      if (steps.length === 0 || steps.includes(name)) continue;
      const message = `There is no step "${name}".${didYouMean(name, steps)}`;
      problems.push({ path: `flow.${option}.${name}`, message });
    }
  }
  if (Array.isArray(compiled)) {
    problems.push(...compiled.map((problem) => optionProblem(problem)));
    return undefined;
  }
  // What is no list is the flow: `Array.isArray` does not narrow a readonly list away.
  const usable = compiled as CompiledFlow;
  if (usable.decisions.length > 0 && settings.decisions === undefined) {
    const message =
      'The flow asks questions: say which text model answers them, as `decisions: { model }` or, beside a conversation document, as its `textModel`.';
    problems.push({ path: 'flow.decisions', message });
  }
  return { compiled: usable, mode, settings, tools };
}

function compiledOf(
  { ambientTools = [], flow, stageTiming = {} }: FlowSettings,
  tools: readonly string[],
): CompiledFlow | readonly FlowProblem[] {
  const changed = ambientTools.length > 0 || Object.keys(stageTiming).length > 0;
  if (isCompiled(flow) && !changed) return flow;
  const definition = isCompiled(flow) ? flow.definition : flow;
  if (!isObject(definition) || !Array.isArray(definition.steps)) {
    return [
      {
        kind: 'invalid',
        path: '',
        message: 'It must be a flow: `{ name, steps }`, or one that is compiled.',
      },
    ];
  }
  const result = compileFlow(changed ? withSettings(definition, ambientTools, stageTiming) : definition, {
    tools,
  });
  return result.ok ? result.flow : result.problems;
}

function isCompiled(flow: FlowSettings['flow']): flow is CompiledFlow {
  return isObject(flow) && 'main' in flow && 'definition' in flow;
}

function withSettings(
  definition: FlowDefinition,
  ambientTools: readonly string[],
  timing: NonNullable<FlowSettings['stageTiming']>,
): FlowDefinition {
  const changed = <Layer extends LayerDefinition>(layer: Layer): Layer => ({
    ...layer,
    ambient: [...new Set([...(layer.ambient ?? []), ...ambientTools])],
    steps: layer.steps.map((step) => {
      const own = Object.hasOwn(timing, step.id) ? timing[step.id] : undefined;
      return own === undefined ? step : { ...step, timing: own };
    }),
  });
  return {
    ...changed(definition),
    ...(definition.digressions && {
      digressions: definition.digressions.map((digression) => ({
        ...digression,
        flow: changed(digression.flow),
      })),
    }),
  };
}

/** None where it is no flow: then that is the problem. */
function stepNames(flow: FlowDefinition): readonly string[] {
  const layers: readonly unknown[] = isObject(flow)
    ? [
        flow,
        ...listOf(flow.digressions).map(
          (digression) => isObject(digression) && 'flow' in digression && digression.flow,
        ),
      ]
    : [];
  return layers
    .flatMap((layer) => (isObject(layer) && 'steps' in layer ? listOf(layer.steps) : []))
    .flatMap((step) => (isObject(step) && 'id' in step && typeof step.id === 'string' ? step.id : []));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function optionProblem({ path, message, hint }: FlowProblem): OptionProblem {
  return {
    path: path === '' ? 'flow.flow' : `flow.flow.${path}`,
    message: hint === undefined ? message : `${message} ${hint}`,
  };
}
