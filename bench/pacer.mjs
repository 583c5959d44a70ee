/**
 * One timer for any number of sessions that each act every `periodMs`. Their phases are spread evenly, and what a
 * late timer missed is made up, so the number of acts depends on time only. A process that is too slow for its load
 * falls behind in small steps: no tick makes up more than a period, so it stays able to hear that it is over.
 */
import { nowUs } from './clock.mjs';

export class Pacer {
  #timer;
  #startUs = 0;
  #done = 0;

  /** @param act called with the index of the session and when this act was due, in µs. */
  start({ sessions, periodMs }, act) {
    this.stop();
    const stepUs = (periodMs * 1000) / sessions;
    this.#startUs = nowUs();
    this.#done = 0;
    const tick = () => {
      const due = Math.min(this.#done + sessions, Math.floor((nowUs() - this.#startUs) / stepUs));
      while (this.#done < due) {
        const dueUs = this.#startUs + (this.#done + 1) * stepUs;
        act(this.#done % sessions, dueUs);
        this.#done += 1;
      }
      this.#timer = setTimeout(tick, 1);
    };
    this.#timer = setTimeout(tick, 1);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
