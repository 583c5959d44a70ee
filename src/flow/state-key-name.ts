/** A key of state: written plainly, or typed, which has its name. */
export type NamedKey = string | { readonly name: string };

/** The name of a key, be it written plainly or typed. */
export function stateKeyName(key: NamedKey): string {
  return typeof key === 'string' ? key : key.name;
}
