import { type Gate, gateOf } from '../monitor/obstacle.ts';
import { type FlowSimulator, requested } from '../scenario/flow-simulator.ts';
import { type CallVariant, callVariants } from './call-variants.ts';
import type { Repertoire } from './repertoire.ts';

/** What calls meet at some place: settled, as before every call, and found out once. */
export class Standing {
  readonly #before: FlowSimulator;
  readonly #repertoire: Repertoire;
  readonly #calls: Map<string, readonly CallVariant[]> = new Map();
  #simulator: FlowSimulator | undefined;
  #gate: Gate | undefined;

  constructor(simulator: FlowSimulator, repertoire: Repertoire) {
    this.#before = simulator;
    this.#repertoire = repertoire;
  }

  /** To be asked, not to be driven. */
  get simulator(): FlowSimulator {
    if (this.#simulator !== undefined) return this.#simulator;
    this.#simulator = this.#before.fork();
    this.#simulator.settle();
    return this.#simulator;
  }

  /** The calls of the tool that are let through, of those a model may make. */
  calls(tool: string): readonly CallVariant[] {
    const known = this.#calls.get(tool);
    if (known !== undefined) return known;
    const { flow, marking, state } = this.simulator;
    this.#gate ??= gateOf(flow, marking, state, []);
    const gate = this.#gate;
    const open = callVariants(this.#repertoire, tool, state).filter(
      (call) => gate(requested(call)) === undefined,
    );
    this.#calls.set(tool, open);
    return open;
  }
}
