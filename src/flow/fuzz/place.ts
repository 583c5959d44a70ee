/** Where a simulated conversation has got to, and how. */

import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import type { Guard } from '../guard/guard.ts';
import { isComplete } from '../monitor/marking.ts';
import { FlowSimulator } from '../scenario/flow-simulator.ts';
import { playStep } from '../scenario/play-step.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import type { Invariant } from './invariant.ts';
import type { Move, Repertoire } from './repertoire.ts';
import { Standing } from './standing.ts';
import { Witness } from './witness.ts';

export interface Place {
  readonly simulator: FlowSimulator;
  readonly witness: Witness;
  readonly standing: Standing;
  /** Equal for places that no condition tells apart. */
  readonly key: string;
  readonly move: Move;
  readonly before: Place | undefined;
  /** Steps from the beginning. */
  readonly depth: number;
}

/** What tells places apart, and what can be done there. */
export interface Sights {
  readonly repertoire: Repertoire;
  readonly atoms: readonly Guard[];
  readonly invariants: readonly Invariant[];
}

export function firstPlace(target: CompiledConversation | CompiledFlow, sights: Sights): Place {
  const simulator = new FlowSimulator(target);
  return placeOf(simulator, new Witness(sights.invariants), sights, [], undefined);
}

function placeOf(
  simulator: FlowSimulator,
  witness: Witness,
  sights: Sights,
  move: Move,
  before: Place | undefined,
): Place {
  const key = keyOf(simulator, witness, sights);
  const standing = new Standing(simulator, sights.repertoire);
  return { simulator, witness, standing, key, move, before, depth: (before?.depth ?? 0) + move.length };
}

/** Where a move leads; undefined when it has a call that is refused. `each` is told of every step. */
export function placeAfter(
  place: Place,
  move: Move,
  sights: Sights,
  each?: (simulator: FlowSimulator, witness: Witness) => void,
): Place | undefined {
  const simulator = place.simulator.fork();
  let { witness } = place;
  for (const step of move) {
    if (playStep(simulator, step, false) !== undefined) return undefined;
    witness = witness.after(step, simulator);
    each?.(simulator, witness);
  }
  return placeOf(simulator, witness, sights, move, place);
}

/** Every step from the beginning. */
export function trailOf(place: Place): readonly ScenarioStep[] {
  const moves: Move[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.before) moves.push(at.move);
  return moves.reverse().flat();
}

/**
 * Whether the conversation has come to its end: everything required is done, or it was ended on purpose. Where a document
 * says how conversations are handed over, a digression that ends them without doing so is no such purpose.
 */
export function isOver(place: Place): boolean {
  const { flow, marking, conversation } = place.simulator;
  if (marking.terminated && (conversation === undefined || isMeant(endedBy(place), conversation)))
    return true;
  const { main } = flow;
  if (main.required.length > 0) return isComplete(main, marking.main);
  return main.steps.some(({ id, terminal }) => terminal && marking.main.done.includes(id));
}

/** The digression that ended the conversation. */
function endedBy(place: Place): string | undefined {
  for (let at: Place | undefined = place; at !== undefined; at = at.before) {
    for (const event of at.simulator.events) {
      if (event.type === 'digressionEnded' && event.resume === 'terminate') return event.name;
    }
  }
  return undefined;
}

function isMeant(name: string | undefined, { document, flow, tools }: CompiledConversation): boolean {
  const isSafe = document.policies?.safety !== undefined;
  const handing = tools.filter(({ handoff }) => handoff === true).map((tool) => tool.name);
  if (name === undefined || (handing.length === 0 && !isSafe)) return true;
  if (isSafe && name === 'safety') return true;
  const steps = flow.digressions.find((digression) => digression.name === name)?.layer.steps ?? [];
  return steps.some(({ allow }) => allow.some((tool) => handing.includes(tool)));
}

function keyOf(simulator: FlowSimulator, witness: Witness, { atoms }: Sights): string {
  const { marking, runs } = simulator;
  let key = witness.truths(atoms, simulator);
  key += `|${marking.path.join()}|${marking.closing}|${marking.terminated}|${witness.key}`;
  for (const [name, layer] of [['', marking.main] as const, ...Object.entries(marking.digressions)]) {
    key += `|${name}:${layer.active.join()};${[...layer.done].sort().join()};${layer.resetsHeld.join()}`;
    key += `;${Object.entries(layer.calls)
      .flatMap(([tool, count]) => (count > 0 ? tool : []))
      .sort()
      .join()}`;
    key += `;${Object.keys(layer.agreed).join()}`;
  }
  const counts = new Map<string, number>();
  for (const { tool, ok } of runs) {
    if (ok === false) continue;
    const name = ok === undefined ? `${tool}?` : tool;
    counts.set(name, Math.min(2, (counts.get(name) ?? 0) + 1));
  }
  return `${key}|${[...counts].sort().join()}`;
}
