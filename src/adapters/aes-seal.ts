/** Keeps what is masked sealed with AES-256-GCM, so that a session comes back whole to whoever has the key. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SealPort } from '../runtime/persist/sealing.ts';
import { StoreError } from '../runtime/persist/store-error.ts';

export interface AesSealOptions {
  /** 32 bytes: from a key management service, not from the code. */
  readonly key: Uint8Array;
  /** Keys that were used before: they open, and seal no more. */
  readonly oldKeys?: readonly Uint8Array[];
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Says how the rest is written. */
const PREFIX = 'aes1.';

/** Each seal has a nonce of its own and is bound to its context: it opens nowhere else. Throws `invalidArgument`. */
export function createAesSeal({ key, oldKeys = [] }: AesSealOptions): SealPort {
  const keys = [key, ...oldKeys].map((one) => Uint8Array.from(one));
  if (keys.some(({ length }) => length !== KEY_BYTES)) {
    throw new StoreError('invalidArgument', `A key of AES-256 has ${KEY_BYTES} bytes.`);
  }
  const [current = new Uint8Array(KEY_BYTES)] = keys;
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(Buffer.from(context));
      const bytes = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return PREFIX + Buffer.concat(bytes).toString('base64url');
    },
    unseal(sealed, context) {
      if (!sealed.startsWith(PREFIX)) return undefined;
      const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
      for (const one of keys) {
        const text = opened(bytes, one, context);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

function opened(bytes: Buffer, key: Uint8Array, context: string): string | undefined {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
