/** Session ids as names of files: safe against paths, case-folding file systems, reserved names and length. */
import { createHash } from 'node:crypto';

/** Names longer than this are cut, and told apart by a hash. */
const MAX_NAME = 120;

/**
 * A name of lower-case letters, digits, `-`, `_` and `~`, different for different ids also where case does not count.
 * Everything else is written as `~` and the two hex digits of each byte.
 */
export function fileNameOf(sessionId: string): string {
  const bytes = new TextEncoder().encode(sessionId);
  const name = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(char) ? char : `~${byte.toString(16).padStart(2, '0')}`;
  }).join('');
  if (name.length <= MAX_NAME) return `s-${name}`;
  // An id that is this text is written with `~7e~7e` for the two tildes.
  return `s-${name.slice(0, 40)}~~${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The id that {@link fileNameOf} made a name of; undefined for other names, and for cut ones: their files hold the id. */
export function sessionIdOf(name: string): string | undefined {
  if (!name.startsWith('s-') || name.includes('~~')) return undefined;
  const bytes = [...name.slice(2).matchAll(/~(..)|[^~]/g)].map(([char, hex]) =>
    hex === undefined ? char.charCodeAt(0) : Number.parseInt(hex, 16),
  );
  try {
    const id = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    return id !== '' && fileNameOf(id) === name ? id : undefined;
  } catch {
    return undefined;
  }
}
