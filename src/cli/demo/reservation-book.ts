/** The book of a small restaurant: which tables are taken. */

/** A table at a time. */
export interface Reservation {
  readonly partySize: number;
  /** In lower case: `friday`. */
  readonly day: string;
  /** 24-hour: `19:30`. */
  readonly time: string;
  readonly name: string;
}

/** How many parties can sit down at one time. */
const TABLES = 6;
const FIRST_REFERENCE = 42;

/** One evening's worth of paper. */
export class ReservationBook {
  readonly #entries: Reservation[] = [];

  /** In the order they were made. */
  get entries(): readonly Reservation[] {
    return this.#entries;
  }

  /** Whether a table is left. */
  isFree({ day, time }: Pick<Reservation, 'day' | 'time'>): boolean {
    return this.#entries.filter((entry) => entry.day === day && entry.time === time).length < TABLES;
  }

  /** Books a table and returns its reference. Throws when none is left. */
  add(reservation: Reservation): string {
    if (!this.isFree(reservation)) throw new Error('there is no table left at that time');
    this.#entries.push(reservation);
    return `P${FIRST_REFERENCE + this.#entries.length - 1}`;
  }
}
