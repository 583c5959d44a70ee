/** A scenario out of a recording: the journal of the state of a governed session. */
import type { DecisionAnswer } from '../guard/guard.ts';
import { isRuntimeKey } from '../runtime-keys.ts';
import type { JsonValue } from '../state-reader.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';

/** One change of one key, as the journal of a session has it. */
export interface RecordedChange {
  readonly key: string;
  /** Absent: it was removed. */
  readonly new: JsonValue | undefined;
  /** How it came about; `clearPrefix` is the runtime's tidying of `turn:`. */
  readonly origin?: string;
}

/**
 * What the application, tools and extractors wrote is set; what the flow let through, refused and made active is
 * asserted; what the runtime wrote is left out, so that the simulation must come to it by itself. Words of the model are
 * kept where it had to say them verbatim; words of the user never. The journal must reach back to the beginning. Where it has `session:turnCount`, turns are those; else a turn ends where `flow:active` changes.
 */
export function scenarioFromJournal(name: string, journal: Iterable<RecordedChange>): Scenario {
  const changes = [...journal];
  const recording = new Recording(changes.some(({ key }) => key === 'session:turnCount'));
  for (const change of changes) recording.take(change);
  return { name, steps: recording.end() };
}

class Recording {
  readonly #steps: ScenarioStep[] = [];
  readonly #marksTurns: boolean;
  /** Latest values that were not set yet. */
  readonly #values = new Map<string, JsonValue>();
  readonly #answers = new Map<string, DecisionAnswer>();
  /** The first active steps came with the beginning, not with a turn. */
  #begun = false;
  /** A turn has ended, and what the flow makes of it is yet to come. */
  #ending = false;
  #userSpoke = false;
  #modelWords = '';
  /** The model has said a text word for word in the turn that ends. */
  #saidVerbatim = false;
  #decided = false;
  /** What became active within a turn, before anything in the scenario looks at the flow. */
  #settled: readonly string[] | undefined;

  constructor(marksTurns: boolean) {
    this.#marksTurns = marksTurns;
  }

  take({ key, new: value = null, origin }: RecordedChange): void {
    if (key === 'flow:active') return this.#active(value);
    if (key === 'session:turnCount') return this.#turnCounted();
    if (isOfNextTurn(key, value)) this.#endTurn();
    if (key === 'session:lastInputTranscription') this.#userSpoke = true;
    else if (key === 'session:lastOutputTranscription' && typeof value === 'string') this.#modelWords = value;
    else if (key.startsWith('verbatim:') && value === true) this.#saidVerbatim = true;
    else if (key === 'session:interruptCount' && typeof value === 'number' && value > 0)
      this.#add('interrupt');
    else if (key.startsWith('flow:tool')) this.#tool(key, value);
    else if (key.startsWith('decision:')) this.#answered(key.slice('decision:'.length), value);
    else if (!isRuntimeKey(key) && origin !== 'clearPrefix') this.#values.set(key, value);
  }

  end(): readonly ScenarioStep[] {
    this.#endTurn();
    this.#flush();
    return this.#steps;
  }

  #turnCounted(): void {
    this.#endTurn();
    this.#ending = true;
  }

  #active(value: JsonValue): void {
    const active = Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
    if (this.#begun && this.#marksTurns && !this.#ending && !this.#hasLooked()) {
      this.#settled = active;
      return;
    }
    if (this.#begun && !this.#marksTurns) this.#ending = true;
    if (this.#begun || this.#ending) this.#endTurn();
    this.#begun = true;
    this.#add({ expectActive: active });
  }

  #tool(key: string, value: JsonValue): void {
    if (typeof value !== 'object' || value === null || !('tool' in value)) return;
    const { tool, args, ok } = value;
    if (typeof tool !== 'string') return;
    this.#endTurn();
    const call = isRecord(args) && Object.keys(args).length > 0 ? { tool, args } : tool;
    if (key === 'flow:toolCall') this.#add({ expectAllowed: call });
    if (key === 'flow:toolDenied') this.#add({ expectDenied: call });
    // What the tool wrote was recorded: its mock must not write over it.
    if (key === 'flow:toolResult') this.#add({ toolResult: { tool, ok: ok === true, response: null } });
    if (this.#settled !== undefined) this.#steps.push({ expectActive: this.#settled });
    this.#settled = undefined;
  }

  /** The last step was a look at the flow: with its tools, with its answers, at what is active. */
  #hasLooked(): boolean {
    const last = this.#steps.at(-1);
    const isSet = last === undefined || typeof last === 'string' || 'set' in last || 'model' in last;
    return !isSet && this.#values.size === 0 && this.#answers.size === 0;
  }

  #answered(question: string, value: JsonValue): void {
    const answer = asAnswer(value);
    if (answer !== undefined) this.#answers.set(question, answer);
  }

  /** The turn that has ended: what was written up to now belongs to it. */
  #endTurn(): void {
    if (!this.#ending) return;
    this.#ending = false;
    this.#flush();
    if (this.#saidVerbatim) this.#steps.push({ model: this.#modelWords });
    this.#steps.push(this.#userSpoke && !this.#decided ? { user: '' } : 'turn');
    this.#userSpoke = this.#saidVerbatim = this.#decided = false;
    this.#settled = undefined;
  }

  #add(step: ScenarioStep): void {
    this.#flush();
    this.#steps.push(step);
  }

  #flush(): void {
    for (const [key, value] of this.#values) this.#steps.push({ set: { key, value } });
    this.#values.clear();
    if (this.#answers.size === 0) return;
    this.#steps.push({ decide: Object.fromEntries(this.#answers) });
    this.#answers.clear();
    this.#decided = true;
  }
}

/** Somebody speaks, or old answers are forgotten: what the flow made of the turn before has been written. */
function isOfNextTurn(key: string, value: JsonValue): boolean {
  if (key === 'session:isModelSpeaking' || key === 'session:isUserSpeaking') return value === true;
  return key.startsWith('decision:') && value === null;
}

function isRecord(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const OUTCOMES: ReadonlySet<string> = new Set(['yes', 'no', 'chosen', 'none', 'scored', 'unsure']);

function asAnswer(recorded: JsonValue): DecisionAnswer | undefined {
  if (!isRecord(recorded)) return undefined;
  const { outcome, value, confidence } = recorded;
  if (typeof outcome !== 'string' || !OUTCOMES.has(outcome) || typeof confidence !== 'number')
    return undefined;
  return {
    // It is one of the words above.
    outcome: outcome as DecisionAnswer['outcome'],
    confidence,
    ...((typeof value === 'string' || typeof value === 'number') && { value }),
  };
}
