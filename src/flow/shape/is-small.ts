import { MAX_DEPTH } from './check-shape.ts';
import { MAX_ITEMS, MAX_TEXT } from './shape.ts';

/** Values of the data of which nobody needs to fear that it is too large. */
const FEW = 50_000;

/** Whether data is far from every limit that a shape sets: then a shape that it was made to have need not be checked. */
export function isSmall(value: unknown): boolean {
  let values = 0;
  const look = (part: unknown, depth: number): boolean => {
    values++;
    if (typeof part === 'string') return part.length <= MAX_TEXT;
    if (typeof part !== 'object' || part === null) return true;
    if (values > FEW || depth > MAX_DEPTH) return false;
    if (Array.isArray(part)) return part.length <= MAX_ITEMS && part.every((item) => look(item, depth + 1));
    const fields: Readonly<Record<string, unknown>> = { ...part };
    for (const key in fields) if (!look(fields[key], depth + 1)) return false;
    return true;
  };
  return look(value, 0);
}
