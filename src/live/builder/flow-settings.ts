import type { CompiledFlow } from '../../flow/compile/compiled-flow.ts';
import type { FlowDefinition, StepTiming } from '../../flow/definition/flow-definition.ts';
import type { ConversationSettings } from '../../runtime/converse/conversation-settings.ts';
import type { DecisionSettings, FlowSettings } from '../../runtime/govern/flow-settings.ts';
import type { StepAgent } from '../../runtime/govern/step-agents.ts';
import type { HookContext } from '../../runtime/live-options.ts';
import { PhaseSettings } from './phase-settings.ts';

/** What the conversation must keep to. */
export abstract class FlowSettingsBuilder extends PhaseSettings {
  /** Refuses every tool call that the flow does not admit, with the reason, and steers by the active steps. */
  govern(flow: FlowDefinition): this {
    return this.merge('flow', { flow, mode: 'enforce' });
  }

  /** Refuses nothing: what it would have refused is told as `violation` when it has run. */
  observe(flow: FlowDefinition): this {
    return this.merge('flow', { flow, mode: 'observe' });
  }

  /** As {@link govern}, with a flow of `compileFlow`, which is not checked again. */
  governCompiled(flow: CompiledFlow): this {
    return this.merge('flow', { flow, mode: 'enforce' });
  }

  /** As {@link observe}, with a flow of `compileFlow`. */
  observeCompiled(flow: CompiledFlow): this {
    return this.merge('flow', { flow, mode: 'observe' });
  }

  /** A whole conversation as one document: flow, tools, slots, extractors and settings. */
  converse(
    document: ConversationSettings['document'],
    settings: Omit<ConversationSettings<HookContext>, 'document' | 'mode'> = {},
  ): this {
    return this.merge('conversation', { ...settings, document, mode: 'enforce' });
  }

  /** As {@link converse}, with a flow that refuses nothing and tells violations. */
  converseObserve(
    document: ConversationSettings['document'],
    settings: Omit<ConversationSettings<HookContext>, 'document' | 'mode'> = {},
  ): this {
    return this.merge('conversation', { ...settings, document, mode: 'observe' });
  }

  /** Tools that no step shuts out by what it allows. */
  ambientTools(...names: readonly string[]): this {
    return this.merge('flow', { ambientTools: [...(this.options.flow?.ambientTools ?? []), ...names] });
  }

  /** Work that begins when a step becomes active; its result is `{step}:result` in state. */
  onStepEnter(
    step: string,
    run: StepAgent<HookContext>['run'],
    settings: Omit<StepAgent<HookContext>, 'run'> = {},
  ): this {
    return this.merge('flow', {
      onStepEnter: { ...this.options.flow?.onStepEnter, [step]: { ...settings, run } },
    });
  }

  /** How the voice behaves in a step, in the place of what the flow says. */
  stageTiming(step: string, timing: StepTiming): this {
    return this.merge('flow', { stageTiming: { ...this.options.flow?.stageTiming, [step]: timing } });
  }

  /** Who answers the questions of the flow. */
  decisions(settings: DecisionSettings): this {
    return this.merge('flow', { decisions: settings } satisfies Partial<FlowSettings<HookContext>>);
  }
}
