/** What names a call: its id, or on models that give none its function. */
export function callKey({ id, name }: { readonly id?: string | undefined; readonly name: string }): string {
  return id === undefined || id === '' ? name : id;
}
