/** Which way of steering is legal for a model (spec: control §5; wire §2.2, §2.5, §6). */
import type { ModelProfile, Role } from '../../wire/index.ts';

/**
 * How the model learns what it is to do now:
 * `instructionUpdate` replaces the system instruction, facts baked in; `contextInjection` leaves it and adds turns;
 * `hybrid` replaces the instruction and adds facts as turns; `contextUpdate` does that too, and declares only the tools
 * that make sense now.
 */
export type SteeringMode = 'instructionUpdate' | 'contextInjection' | 'hybrid' | 'contextUpdate';

/** What a session does, after its model was asked. */
export interface SteeringChoice {
  readonly mode: SteeringMode;
  /**
   * `anytime`: turns may be added without a word of the model. `withText`: in mid-session the model takes only text that
   * it answers, so turns wait for a prompt or for a text of the user, and there are no new instructions.
   */
  readonly turns: 'anytime' | 'withText';
  /** The role of an instruction that goes as a turn; undefined goes without one. */
  readonly instructionRole: Role | undefined;
  /** What of the application's wish the model does not allow, and what happens instead. */
  readonly notice?: string;
}

/**
 * The default is `contextUpdate` where the model has it and `contextInjection` elsewhere; a wish that the model does not
 * allow falls back to that, with a notice. `gemini-3.1` closes on content and instructions in mid-session: there all is
 * in the setup, and what is new goes with the next prompt or text.
 */
export function chooseSteering(profile: ModelProfile, wish?: SteeringMode): SteeringChoice {
  if (profile.steering === 'none' || !profile.clientContentMidSession) return promptOnly(profile, wish);
  const instructionRole = roleOf(profile);
  const updates = profile.steering === 'contextUpdate';
  if (wish === 'contextUpdate' && !updates && profile.family !== 'unknown') {
    const notice = `contextUpdate needs a 3.8 Live model, and this one is ${profile.family}: steering by contextInjection instead.`;
    return { mode: 'contextInjection', turns: 'anytime', instructionRole, notice };
  }
  const mode = wish ?? (updates ? 'contextUpdate' : 'contextInjection');
  return { mode, turns: 'anytime', instructionRole };
}

function promptOnly(profile: ModelProfile, wish: SteeringMode | undefined): SteeringChoice {
  const choice = { mode: 'contextInjection', turns: 'withText', instructionRole: undefined } as const;
  if (wish === undefined || wish === 'contextInjection') return choice;
  const notice = `${profile.family} takes no instruction in mid-session: ${wish} is replaced by context that goes with prompts and texts.`;
  return { ...choice, notice };
}

function roleOf({ steering }: ModelProfile): Role | undefined {
  if (steering === 'systemTurn') return 'system';
  return steering === 'plainTurn' ? undefined : 'model';
}
