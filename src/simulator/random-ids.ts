/** Identifiers as the service makes them. Not secrets: they only have to look right and differ. */
import type { Random } from '../wire/platform/system-random.ts';

/** Makes ids from an injected source of randomness. */
export interface IdSource {
  /** A version 4 UUID: session ids, handles, Vertex call ids. */
  uuid(): string;
  /** `function-call-` and digits, as Google AI names calls. */
  functionCall(): string;
  /** `auth_tokens/` and 64 hexadecimal digits. */
  authToken(): string;
}

/** Ids from `random`; equal sequences give equal ids. */
export function createIdSource(random: Random): IdSource {
  const hex = (digits: number): string => {
    let text = '';
    for (let i = 0; i < digits; i++) text += Math.floor(random() * 16).toString(16);
    return text;
  };
  return {
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(random() * 4)]}${hex(3)}-${hex(12)}`,
    functionCall: () => {
      let digits = '1';
      for (let i = 0; i < 18; i++) digits += Math.floor(random() * 10);
      return `function-call-${digits}`;
    },
    authToken: () => `auth_tokens/${hex(64)}`,
  };
}
