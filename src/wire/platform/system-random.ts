/** A source of numbers in [0, 1); injected so that backoff can be tested. */
export type Random = () => number;

/** The platform's generator. Not for secrets. */
export const systemRandom: Random = () => Math.random();

/** A random UUID, to tell sessions apart. */
export function randomId(): string {
  return crypto.randomUUID();
}
