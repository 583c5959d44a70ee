/** What the caller's words say about a table, found by rules: party size, day, time, name, yes or no. */
import {
  dateTime,
  type Extractor,
  integer,
  oneOf,
  pattern,
  type Recogniser,
  ruleExtractor,
  yesNo,
} from '../../live/index.ts';

const DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
  'tonight',
] as const;
/** Any day will do: only the time is kept. */
const SOME_DAY = { year: 2025, month: 1, day: 1, hour: 0, minute: 0 };

/** A time of day, `19:30`. The restaurant opens in the evening: "half past seven" is no breakfast. */
function eveningTime(): Recogniser<string> {
  const { recognise } = dateTime({ now: () => SOME_DAY });
  return {
    kind: 'eveningTime',
    recognise(text) {
      const found = recognise(text);
      const [, hour, minute] = /T(\d\d):(\d\d)$/.exec(found?.value ?? '') ?? [];
      if (found === undefined || hour === undefined) return undefined;
      const isGuessed = found.confidence < 0.9 && Number(hour) < 12;
      return { value: `${Number(hour) + (isGuessed ? 12 : 0)}:${minute}`, confidence: found.confidence };
    },
  };
}

/** Runs at each turn's end, and at once when a tool waits for what it may find. */
export const bookingExtractor: Extractor<'booking'> = ruleExtractor({
  name: 'booking',
  fields: {
    partySize: integer({ anchors: ['people', 'guests', 'of us'], min: 1, max: 12 }),
    day: oneOf(DAYS),
    time: eveningTime(),
    name: pattern(/\b[Mm]y name is (\p{Lu}[\p{L}'-]*(?: \p{Lu}[\p{L}'-]*)*)/u, { kind: 'name' }),
    yes: yesNo(),
  },
  promote: [
    { field: 'partySize', stateKey: 'partySize', merge: 'overwrite' },
    { field: 'day', stateKey: 'day', merge: 'overwrite' },
    { field: 'time', stateKey: 'time', merge: 'overwrite' },
    { field: 'name', stateKey: 'name', merge: 'overwrite' },
    // A yes to anything else confirms nothing.
    { field: 'yes', stateKey: 'confirmed', merge: 'overwrite', afterPresented: 'booking' },
  ],
});
