/** The arguments of `npm run soak`. */
import { parseArgs } from 'node:util';

export interface SoakOptions {
  readonly sessions: number;
  readonly minutes: number;
  readonly seed: number;
  readonly workers: number;
  readonly json: boolean;
  /** Tells what crosses the wire around this mark, of the first session alone. */
  readonly trace: string | undefined;
}

export const USAGE = `npm run soak -- [options]
  --sessions N   how many sessions (200)
  --minutes N    simulated minutes of each (90)
  --seed N       of the first session; the others follow it (1)
  --workers N    processes (as many as there are cores)
  --json         the whole ledger as JSON, and no table
  --trace MARK   one session, and what crossed the wire around a mark: '[u17]', a call's id, or '' for all`;

/** Throws a `RangeError` for what is no number, and what `parseArgs` throws. */
export function soakOptions(args: readonly string[], cores: number): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sessions: { type: 'string', default: '200' },
      minutes: { type: 'string', default: '90' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(cores) },
      json: { type: 'boolean', default: false },
      trace: { type: 'string' },
    },
  });
  const { sessions, minutes, seed, workers, json, trace } = values;
  return {
    sessions: trace === undefined ? whole('sessions', sessions, 1) : 1,
    minutes: whole('minutes', minutes, 1),
    seed: whole('seed', seed, 0),
    workers: whole('workers', workers, 1),
    json,
    trace,
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`--${name} is ${text}: use a whole number from ${least}`);
}
