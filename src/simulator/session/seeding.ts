/** Whether a client content is history, a turn, or not allowed at all (spec: wire §2.2, §4 History seeding). */
import type { ModelFamily } from '../../wire/model/profile.ts';
import type { Setup } from '../../wire/protocol/setup.ts';

/** Where a session stands. */
export type SeedingState = 'seeding' | 'open' | 'closed';

/** The state a session begins in; a resumed one is past its seeding. */
export function initialSeeding(setup: Setup, family: ModelFamily, resumed: boolean): SeedingState {
  const later = family === 'flash3.1' ? 'closed' : 'open';
  return setup.historyConfig?.initialHistoryInClientContent === true && !resumed ? 'seeding' : later;
}

/** What a client content does in a state, and the state after it. */
export function seed(
  state: SeedingState,
  turnComplete: boolean,
  family: ModelFamily,
): { readonly use: 'history' | 'turn' | 'refuse'; readonly state: SeedingState } {
  switch (state) {
    case 'seeding':
      if (!turnComplete) return { use: 'history', state };
      return { use: 'history', state: family === 'flash3.1' ? 'closed' : 'open' };
    case 'open':
      return { use: 'turn', state };
    case 'closed':
      return { use: 'refuse', state };
  }
}
