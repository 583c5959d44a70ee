/** What can be given for its name: a typed state key, a tool. */
export interface Named {
  readonly name: string;
}

export function nameOf(given: string | Named): string {
  return typeof given === 'string' ? given : given.name;
}
