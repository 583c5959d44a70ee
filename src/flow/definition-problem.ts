/** One thing that is wrong with a definition, and what to do about it. */
export interface DefinitionProblem {
  /** Where, for example `phases.order.transitions[1].to`. */
  readonly path: string;
  readonly message: string;
}
