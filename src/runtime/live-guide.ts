/** The guide of a session: its governor, the application's hooks, and steering, put together. */

import { FlowMonitor } from '../flow/monitor/flow-monitor.ts';
import { PhaseMachine } from '../flow/phases/index.ts';
import { FlowGuide } from './govern/flow-guide.ts';
import type { ResolvedFlow } from './govern/resolve-flow.ts';
import { StepAgents } from './govern/step-agents.ts';
import type { LiveParts } from './lanes/live-parts.ts';
import type { HookContext, LivePhase } from './live-options.ts';
import { Guide } from './steer/guide.ts';
import { type PhaseHookSet, PhaseHooks } from './steer/phase-hooks.ts';
import { Steering } from './steer/steering.ts';
import { writeEffects } from './steer/write-effects.ts';
import type { ContextQueue } from './voice/context/context-queue.ts';

/** Undefined where nothing governs and the instruction never changes. It is made before the session and the voice. */
export function makeGuide(core: LiveParts): Guide<HookContext> | undefined {
  const { flow, graph, options } = core.resolved;
  const { amendment, template } = options.steering ?? {};
  const isStill = amendment === undefined && template === undefined;
  if (flow === undefined && graph === undefined && isStill) return undefined;
  const { clock, emit, report, state, write } = core;
  return new Guide(
    {
      clock,
      emit,
      report,
      state,
      write,
      hookContext: () => core.hookContext,
      moved: () => moved(core),
      deliveryHere: () => core.place?.contextDelivery ?? core.guide?.flow?.timing.contextDelivery,
      // Without a connection nobody knows; the next one is told.
      modelInTurn: () => core.voice.quiet.modelInTurn || core.session.connection.state !== 'open',
      answerDue: () => core.voice.quiet.answerDue,
    },
    {
      machine: graph && new PhaseMachine(graph),
      hooks: graph && makeHooks(core),
      flow: flow && makeFlow(core, flow),
      steering: makeSteering(core),
    },
  );
}

function makeSteering(core: LiveParts): Steering {
  const { options, profile, tools } = core.resolved;
  const { steering: settings = {}, instruction } = options;
  const { report, write } = core;
  const context = (): ContextQueue => core.voice.context;
  return new Steering(
    { profile, instruction, tools, ...settings, delivery: settings.contextDelivery },
    {
      report,
      sendInstruction: (text) => {
        core.voice.uplink.ownWordsSent();
        core.send(core.session.updateInstruction(text));
      },
      sendContext: (change) => core.send(core.session.updateContext(change)),
      delivery: {
        deliver: (plan, mode) => context().deliver(plan, mode),
        get pending() {
          return context().pending;
        },
      },
      write: (effects) => writeEffects(write, effects),
    },
  );
}

function makeHooks({ clock, lane, report, resolved }: LiveParts): PhaseHooks<HookContext> {
  return new PhaseHooks(
    new Map([...resolved.phases].map(([name, phase]) => [name, hooksOf(phase)])),
    {
      clock,
      report,
      prepared: (_phase, _name, result) =>
        lane.post({ type: 'prepared', values: result.type === 'prepared' ? result.values : {} }),
    },
    resolved.options.phases,
  );
}

function hooksOf({ onEnter, onExit, enterContext, preparations = [] }: LivePhase): PhaseHookSet<HookContext> {
  return {
    preparations: new Map(preparations.map((preparation) => [preparation.name, preparation])),
    ...(onEnter && { onEnter }),
    ...(onExit && { onExit }),
    ...(enterContext && { enterContext }),
  };
}

function makeFlow(
  core: LiveParts,
  { compiled, mode, settings, tools }: ResolvedFlow<HookContext>,
): FlowGuide {
  const { clock, emit, lane, redactor, report, state, write } = core;
  const work = new Map(
    Object.entries(settings.onStepEnter ?? {}).map(([step, agent]) => [
      step,
      typeof agent === 'function' ? { run: agent } : agent,
    ]),
  );
  const agents = new StepAgents<HookContext>(work, {
    clock,
    report,
    hookContext: () => core.hookContext,
    ended: (step, outcome) => lane.post({ type: 'stepEnded', step, outcome }),
  });
  return new FlowGuide(
    {
      emit,
      report,
      state,
      write,
      turn: () => core.turn,
      redact: (value) => redactor.json(value),
      staged: () => moved(core),
      agents,
    },
    new FlowMonitor(compiled, mode, tools),
  );
}

/** The conversation has come to another place. */
function moved(core: LiveParts): void {
  setStage(core);
  core.extraction?.due('phaseChange', core.extractionContext(core.turn));
}

/** The voice is as the present place has it. */
export function setStage(core: LiveParts): void {
  const { guide, place } = core;
  const { endOfSpeechMs, interruptible, reprompt, repromptAfterMs } = guide?.flow?.timing ?? {};
  const stage = {
    floorHold: place?.floorHold ?? (interruptible === false ? true : undefined),
    endOfSpeechMs: place?.endOfSpeechMs ?? endOfSpeechMs,
    reprompt:
      place?.reprompt ??
      (repromptAfterMs && reprompt ? { afterMs: repromptAfterMs, text: reprompt } : undefined),
  };
  core.voice.setStage({
    ...(stage.floorHold !== undefined && { floorHold: stage.floorHold }),
    ...(stage.endOfSpeechMs !== undefined && { endOfSpeechMs: stage.endOfSpeechMs }),
    ...(stage.reprompt !== undefined && { reprompt: stage.reprompt }),
  });
}
