/** Namespaces that the runtime writes and everybody reads (spec: control §2, defect 10). */
const RUNTIME_PREFIXES: ReadonlySet<string> = new Set([
  'session',
  'flow',
  'repair',
  'verbatim',
  'decision',
  'idempotency',
  'stateMeta',
  'presented',
  'derived',
  'correction',
  'compensated',
]);

/** Whether only the runtime may write this key: applications, tools and extractors cannot forge it. */
export function isRuntimeKey(key: string): boolean {
  const colon = key.indexOf(':');
  return colon !== -1 && RUNTIME_PREFIXES.has(key.slice(0, colon));
}
