/** The options of a session with a seam around everything of the application's that does more than look. */
import type { JsonValue } from '../../flow/state-reader.ts';
import { epochMs } from '../../wire/index.ts';
import { EVENT_TYPES } from '../event-names.ts';
import type { FlowSettings } from '../govern/flow-settings.ts';
import { type LiveListeners, listed, type OneOrMore, type SessionListeners } from '../listeners.ts';
import type { Hook, HookContext, LiveHooks, LiveOptions, LivePhase } from '../live-options.ts';
import type { ResolvedLive } from '../resolve-live-options.ts';
import type { PreparationRun } from '../steer/phase-hooks.ts';
import type { ToolContext, ToolDefinition } from '../tools/tool-definition.ts';
import { ToolRegistry } from '../tools/tool-registry.ts';
import { asJson } from './app-input.ts';
import type { Seam } from './seam.ts';
import { seamedExtractor, seamedModel } from './seamed-extractor.ts';
import { seamedToolSettings, taped } from './seamed-tool-settings.ts';
import { WIRE_EVENT_TYPES } from './wire-event-types.ts';

const NOTHING = (): JsonValue => null;

/** @param listens false leaves out who hears events: in a replay nobody of the application is there. */
export function seamedOptions(resolved: ResolvedLive, seam: Seam, listens: boolean): ResolvedLive {
  const { config, flow, options, phases, registry } = resolved;
  return {
    ...resolved,
    config: seamedConfig(config, seam),
    registry: registry && seamedRegistry(registry, seam),
    phases: new Map([...phases].map(([name, phase]) => [name, seamedPhase(phase, seam)])),
    flow: flow && { ...flow, settings: seamedFlow(flow.settings, seam) },
    options: seamedSettings(options, seam, listens),
  };
}

function seamedConfig(config: ResolvedLive['config'], seam: Seam): ResolvedLive['config'] {
  const { accessToken, apiKey, history } = config;
  return {
    ...config,
    ...(typeof apiKey === 'function' && {
      apiKey: taped(seam, 'credential', 'apiKey', NOTHING, apiKey),
    }),
    ...(typeof accessToken === 'function' && {
      accessToken: taped(seam, 'credential', 'accessToken', NOTHING, accessToken),
    }),
    ...(history !== undefined && { history: taped(seam, 'history', 'history', NOTHING, history) }),
  };
}

function seamedSettings(options: LiveOptions, seam: Seam, listens: boolean): LiveOptions {
  const { conversation, extractors, hooks, patterns, toolSettings, watchers } = options;
  // Lists by type: each listener hears events of its own type alone, and ours looks at none.
  const on = toldOf(EVENT_TYPES, listens ? options.on : undefined, seam) as LiveListeners;
  const onSession = toldOf(
    WIRE_EVENT_TYPES,
    listens ? options.onSession : undefined,
    seam,
  ) as SessionListeners;
  return {
    ...options,
    on,
    onSession,
    ...(extractors && { extractors: extractors.map((extractor) => seamedExtractor(extractor, seam)) }),
    ...(hooks && { hooks: seamedHooks(hooks, seam) }),
    ...(toolSettings && { toolSettings: seamedToolSettings(toolSettings, seam) }),
    ...(conversation && {
      conversation: {
        ...conversation,
        now: taped(seam, 'calendar', 'now', NOTHING, conversation.now ?? epochMs),
      },
    }),
    ...(watchers && {
      watchers: watchers.map((watcher) => ({
        ...watcher,
        action: taped(
          seam,
          'hook',
          `watcher ${watcher.key}`,
          (old, value) => [old ?? null, value ?? null],
          watcher.action,
        ),
      })),
    }),
    ...(patterns && {
      patterns: patterns.map((pattern) => ({
        ...pattern,
        action: taped(seam, 'hook', `pattern ${pattern.name}`, NOTHING, pattern.action),
      })),
    }),
  };
}

const MEDIA: readonly string[] = ['audio', 'audioData', 'media'];

/** The seam is told of each event first. */
function toldOf(types: readonly string[], given: object = {}, seam: Seam): unknown {
  const theirs = new Map<string, unknown>(Object.entries(given));
  return Object.fromEntries(
    types.map((type): [string, unknown] => {
      const told = MEDIA.includes(type) ? () => seam.toldMedia() : () => seam.told();
      return [type, [told, ...listed(theirs.get(type) as OneOrMore<unknown> | undefined)]];
    }),
  );
}

function seamedHooks(hooks: LiveHooks, seam: Seam): LiveHooks {
  return Object.fromEntries(
    // Every hook of the session has the same type.
    Object.entries(hooks as Readonly<Record<string, OneOrMore<Hook> | undefined>>).map(([name, given]) => [
      name,
      listed(given).map((hook, index) => seamedHook(`${name}[${index}]`, hook, seam)),
    ]),
  );
}

/** A hook is given a writer of the seam's. */
function seamedHook<F extends (context: HookContext, ...rest: never[]) => unknown>(
  name: string,
  hook: F,
  seam: Seam,
  kind: 'hook' | 'stepAgent' = 'hook',
): F {
  const own = (context: HookContext, ...rest: never[]): unknown =>
    hook({ ...context, writer: seam.writerFor(context.writer) }, ...rest);
  // It takes and gives what the hook does.
  return taped(seam, kind, name, NOTHING, own) as F;
}

function seamedPhase(phase: LivePhase, seam: Seam): LivePhase {
  const { enterContext, name, onEnter, onExit, preparations } = phase;
  const prepared = <P extends PreparationRun<HookContext> & { readonly name: string }>(one: P): P => ({
    ...one,
    run: seamedHook(`${name}.${one.name}`, one.run.bind(one), seam),
  });
  return {
    ...phase,
    ...(onEnter && { onEnter: seamedHook(`${name}.onEnter`, onEnter, seam) }),
    ...(onExit && { onExit: seamedHook(`${name}.onExit`, onExit, seam) }),
    ...(enterContext && { enterContext: seamedHook(`${name}.enterContext`, enterContext, seam) }),
    ...(preparations && { preparations: preparations.map(prepared) }),
  };
}

function seamedFlow(settings: FlowSettings<HookContext>, seam: Seam): FlowSettings<HookContext> {
  const { decisions, onStepEnter } = settings;
  return {
    ...settings,
    ...(decisions && { decisions: { ...decisions, model: seamedModel(decisions.model, seam) } }),
    ...(onStepEnter && {
      onStepEnter: Object.fromEntries(
        Object.entries(onStepEnter).map(([step, agent]) => [
          step,
          typeof agent === 'function'
            ? seamedHook(step, agent, seam, 'stepAgent')
            : { ...agent, run: seamedHook(step, agent.run.bind(agent), seam, 'stepAgent') },
        ]),
      ),
    }),
  };
}

function seamedRegistry(registry: ToolRegistry, seam: Seam): ToolRegistry {
  const definitions = registry.names.flatMap((name) => registry.get(name)?.definition ?? []);
  return new ToolRegistry(definitions.map((definition) => seamedTool(definition, seam)));
}

function seamedTool(definition: ToolDefinition, seam: Seam): ToolDefinition {
  const { name } = definition;
  return {
    ...definition,
    run: (args: never, context: ToolContext) =>
      seam.call({
        kind: 'tool',
        name,
        input: () => asJson(args),
        progress: context.progress,
        run: (id) => {
          const { progress } = context;
          if (progress === undefined) return definition.run(args, context);
          const tell = (note: JsonValue): void => seam.progress(id, note, progress);
          return definition.run(args, { ...context, progress: tell });
        },
      }),
  };
}
