/** The story of phases: a caller books a table. */
import { State } from '../../live/index.ts';
import { createDemoBrain } from '../../simulator/index.ts';
import { BOOKING_PHASES, BOOKING_WRITERS, bookingAgent } from './booking-agent.ts';
import { bookingProblems, bookingText } from './check-booking.ts';
import type { DemoStory } from './demo-story.ts';
import { ReservationBook } from './reservation-book.ts';

export const bookingStory: DemoStory = {
  speech: 'demo-speech',
  makeBrain: createDemoBrain,
  begin() {
    const state = new State();
    const book = new ReservationBook();
    return {
      state,
      phases: BOOKING_PHASES,
      writers: BOOKING_WRITERS,
      agent: (parts) => bookingAgent({ ...parts, state, book }),
      ending: ({ phase, records }) => {
        const evidence = { phase, state, entries: book.entries, records };
        return {
          problems: bookingProblems(evidence),
          failure: 'the table was not booked',
          text: bookingText(evidence),
        };
      },
    };
  },
};
