/** Ends an exhaustive switch: reaching it is a defect of ours, so it throws. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected variant: ${JSON.stringify(value)}`);
}
