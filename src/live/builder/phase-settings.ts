import type { NeedsRepair } from '../../flow/phases/index.ts';
import type { LivePhase } from '../../runtime/live-options.ts';
import type { InstructionFunction } from '../../runtime/steer/steering.ts';
import type { SteeringMode } from '../../runtime/steer/steering-choice.ts';
import type { DeliveryMode } from '../../runtime/voice/context/context-delivery.ts';
import { PhaseBuilder } from './phase-builder.ts';
import { PhaseTone } from './phase-tone.ts';
import { WatchSettings } from './watch-settings.ts';

/** Phases of the conversation, and how the model is told of them. */
export abstract class PhaseSettings extends WatchSettings {
  /** Begins a phase; `done` comes back here. */
  phase(name: string): PhaseBuilder<this> {
    const place = this.options.phases?.phases?.length ?? 0;
    return new PhaseBuilder(this, name, (phase) => {
      const { phases = [] } = this.options.phases ?? {};
      // It was begun with its name.
      this.merge('phases', { phases: phases.toSpliced(place, 1, phase as LivePhase) });
    });
  }

  /** The phase that conversations begin in. */
  initialPhase(name: string): this {
    return this.merge('phases', { initial: name });
  }

  /** What all phases have in common: modifiers that come before each phase's own, and prompts. */
  phaseDefaults(describe: (defaults: PhaseTone) => unknown): this {
    const before = this.options.phases?.defaults ?? {};
    describe(new PhaseTone(before, (defaults) => this.merge('phases', { defaults })));
    return this;
  }

  /** Asks again for what a phase needs; without numbers after 3 turns, with an escalation after 6. */
  repair(settings: NeedsRepair = {}): this {
    return this.merge('phases', { repair: settings });
  }

  /** How the model learns what it is to do now. @default what the model does best */
  steeringMode(mode: SteeringMode): this {
    return this.merge('steering', { mode });
  }

  /** When context goes out. @default 'immediate' */
  contextDelivery(mode: DeliveryMode): this {
    return this.merge('steering', { contextDelivery: mode });
  }

  /** Leaves out the line that names the tools of a new phase. */
  noToolAdvisory(): this {
    return this.merge('steering', { toolAdvisory: false });
  }

  /** Appended to the instruction, at every boundary anew. */
  instructionAmendment(amendment: InstructionFunction): this {
    return this.merge('steering', { amendment });
  }

  /** Replaces the whole instruction whenever it returns a text. */
  instructionTemplate(template: InstructionFunction): this {
    return this.merge('steering', { template });
  }
}
