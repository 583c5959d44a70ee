/** A place within another, as code would write it. */
export function pathTo(path: string, key: string): string {
  if (!/^[\w$]{1,80}$/.test(key)) return `${path}[${JSON.stringify(key.slice(0, 80))}]`;
  return path === '' ? key : `${path}.${key}`;
}
