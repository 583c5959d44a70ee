import { ExpectationError } from './expectation-error.ts';
import { settle } from './manual-clock.ts';
import { matches, printed, type Shape } from './shape.ts';

/** Whatever tells events: a `LiveHandle`, a `SessionHandle`, an event hub of your own. */
export interface EventSource<Event> {
  onEvent(listener: (event: Event) => void): () => void;
}

/** Keeps every event of a session for the questions of a test. */
export class EventLog<Event extends { readonly type: string }> {
  /** In order; do not keep it over long calls, audio included. */
  readonly events: Event[] = [];
  readonly #stop: () => void;
  #seen = 0;

  constructor(source: EventSource<Event>) {
    this.#stop = source.onEvent((event) => this.events.push(event));
  }

  /** The types so far, in order; with `only`, of those types. */
  types(...only: ReadonlyArray<Event['type']>): string[] {
    const types = this.events.map(({ type }) => type);
    return only.length === 0 ? types : types.filter((type) => only.includes(type));
  }

  /** All events of one type. */
  of<T extends Event['type']>(type: T): Array<Extract<Event, { readonly type: T }>> {
    return this.events.filter((event): event is Extract<Event, { readonly type: T }> => event.type === type);
  }

  /** The next event of a type that no `expect` took yet and that holds `shape`; fails when there is none. */
  async expect<T extends Event['type']>(
    type: T,
    shape: Shape = {},
  ): Promise<Extract<Event, { readonly type: T }>> {
    await settle();
    for (let index = this.#seen; index < this.events.length; index++) {
      const event = this.events[index];
      if (event?.type !== type || !matches(event, shape)) continue;
      this.#seen = index + 1;
      return event as Extract<Event, { readonly type: T }>;
    }
    const rest = this.events.slice(this.#seen);
    const alike = rest.filter((event) => event.type === type);
    if (alike.length === 0)
      throw new ExpectationError(`Expected an event ${type} from here on, but ${cameInstead(rest)}.`);
    throw ExpectationError.unlike(`an event ${type} from here on`, shape, alike);
  }

  /** Fails when an event of the type that holds `shape` came since the last `expect`. */
  async expectNone(type: Event['type'], shape: Shape = {}): Promise<void> {
    await settle();
    const found = this.events.slice(this.#seen).find((event) => event.type === type && matches(event, shape));
    if (found !== undefined) throw new ExpectationError(`Expected no ${type}, but got ${printed(found)}.`);
  }

  /** Stops listening. */
  close(): void {
    this.#stop();
  }
}

/** The types that came, each once with its number, in the order in which they first came. */
function cameInstead(events: ReadonlyArray<{ readonly type: string }>): string {
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  const types = [...counts].map(([type, count]) => (count === 1 ? type : `${type} (${count} times)`));
  return types.length === 0 ? 'none came at all' : `there came only ${types.join(', ')}`;
}

/** Fails unless every named key of the state holds its shape; `undefined` asks for absence. */
export function expectState(
  state: { get(key: string): unknown },
  expected: Readonly<Record<string, Shape>>,
): void {
  for (const [key, shape] of Object.entries(expected)) {
    const value = state.get(key);
    if (!matches(value, shape)) throw ExpectationError.unlike(`state ${key}`, shape, value);
  }
}
