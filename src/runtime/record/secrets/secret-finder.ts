/** What stands at a place of a text instead of what is there. */
export interface Secret {
  readonly start: number;
  readonly end: number;
  readonly mask: string;
}

/** Told of a secret from `start` up to but not including `end`, counted in UTF-16 units from the start of the text. */
export type FoundSecret = (start: number, end: number, mask: string) => void;

/** The unit after the last one. */
export const END_OF_TEXT = -1;

/** Looks for one kind of secret in a text that goes by unit by unit, so how the text is cut cannot matter. */
export interface SecretFinder {
  /** Where the earliest secret begins that is not decided yet; Infinity when none is. Never falls. */
  readonly openFrom: number;
  /** Takes the UTF-16 unit at `position`, or {@link END_OF_TEXT}; tells of what is decided by it. */
  step(unit: number, position: number): void;
}
