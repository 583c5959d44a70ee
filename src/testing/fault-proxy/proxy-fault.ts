/** What a network can do to a connection, as a {@link createFaultProxy} does it. */

/** `up` is what the client sends, `down` what the server sends. */
export type Direction = 'up' | 'down';

/** So long after the connection was accepted (or the fault injected), or when so many bytes have passed since then. */
export type ProxyMoment =
  | { readonly afterMs: number }
  | { readonly afterBytes: number; readonly direction: Direction };

/** How bytes travel. */
export interface Pace {
  /** @default 0 */
  readonly latencyMs?: number;
  /** Up to so much more, drawn for each piece; the order is kept. @default 0 */
  readonly jitterMs?: number;
  /** @default Infinity */
  readonly bytesPerSecond?: number;
  /** Share of pieces, 0 to 1, that get lost once: TCP sends them again, so they are late. @default 0 */
  readonly lossRate?: number;
  /** How much later a lost piece comes. @default 200 */
  readonly retransmitMs?: number;
}

/** What goes wrong. */
export type ProxyFaultKind =
  /** From the moment on, or from the start, bytes travel at this pace; what is left out stays as it was. */
  | ({ readonly type: 'slow'; readonly at?: ProxyMoment; readonly direction?: Direction } & Pace)
  /** No byte passes, though the connection stays; for `forMs` or until its end. @default both directions */
  | {
      readonly type: 'stall';
      readonly at: ProxyMoment;
      readonly direction?: Direction;
      readonly forMs?: number;
    }
  /** Everything is swallowed from here on, and neither side learns of the end of the other. @default both directions */
  | { readonly type: 'halfOpen'; readonly at: ProxyMoment; readonly direction?: Direction }
  /** TCP reset, to both sides; what was just delivered may be lost with it, as on any network. */
  | { readonly type: 'reset'; readonly at: ProxyMoment }
  /** An orderly end of TCP, in the middle of whatever was being said. */
  | { readonly type: 'cut'; readonly at: ProxyMoment }
  /** The connection is reset before anything passes. Only as a fault of the proxy, never injected. */
  | { readonly type: 'refuse' };

/** A fault, on every connection or on one. */
export type ProxyFault = ProxyFaultKind & {
  /** Counted from 1 over the life of the proxy. @default every connection */
  readonly connection?: number;
};

const TYPES: Readonly<Record<ProxyFault['type'], { readonly moment: boolean }>> = {
  slow: { moment: false },
  stall: { moment: true },
  halfOpen: { moment: true },
  reset: { moment: true },
  cut: { moment: true },
  refuse: { moment: false },
};

const NUMBERS = ['latencyMs', 'jitterMs', 'retransmitMs', 'forMs'] as const;

/** Throws a `RangeError` for a fault that only JavaScript lets through. */
export function checkProxyFault(fault: ProxyFault): void {
  if (!Object.hasOwn(TYPES, fault.type)) {
    throw new RangeError(`the type of a proxy fault must be one of: ${Object.keys(TYPES).join(', ')}`);
  }
  if (TYPES[fault.type].moment && typeof ('at' in fault && fault.at) !== 'object') {
    throw new RangeError(
      `${fault.type} needs at: { afterMs: 500 } or { afterBytes: 4000, direction: 'down' }`,
    );
  }
  const values: Readonly<Record<string, unknown>> = { ...fault };
  for (const name of NUMBERS) {
    const value = values[name];
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
      throw new RangeError(`${fault.type}.${name} must be milliseconds from 0`);
    }
  }
  if (fault.type !== 'slow') return;
  const { bytesPerSecond = 1, lossRate = 0 } = fault;
  if (!(bytesPerSecond > 0)) throw new RangeError('slow.bytesPerSecond must be above 0');
  if (!(lossRate >= 0 && lossRate <= 1)) throw new RangeError('slow.lossRate must be between 0 and 1');
}
