import type { FlowProblem } from '../compile/compiled-flow.ts';
import { flowShape } from '../shape/flow-shape.ts';
import { readDocument } from '../shape/read-document.ts';
import type { FlowDefinition } from './flow-definition.ts';

export type FlowReading =
  | { readonly ok: true; readonly flow: FlowDefinition }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };

/**
 * A flow out of JSON text or of data of unknown origin, or everything that is wrong with its form, each problem with its
 * place. Whether its names, order and conditions make sense is for `compileFlow` to say. Never throws.
 */
export function readFlow(document: unknown): FlowReading {
  const reading = readDocument(document, flowShape);
  return reading.ok ? { ok: true, flow: reading.value } : reading;
}
