import type { ControlInput, ControlInputOf } from '../control-input.ts';
import type { LiveParts } from '../live-parts.ts';
import type { ORDER } from '../order.ts';

/** Inputs in whose row a step stands. */
type InputsWith<Name extends string> = {
  [Type in ControlInput['type']]: Name extends (typeof ORDER)[Type][number] ? Type : never;
}[ControlInput['type']];

/** One step: it changes parts, and causes what it must, at once. What is slow it only starts. */
export type Step<Name extends string> = (core: LiveParts, input: ControlInputOf<InputsWith<Name>>) => void;

/** Some steps, by name. */
export type Steps<Name extends string> = { readonly [One in Name]: Step<One> };
