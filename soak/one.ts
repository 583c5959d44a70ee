/** Runs one session and prints its report. */
import { runSession } from './run-session.ts';

const [seed = '1', minutes = '10'] = process.argv.slice(2);
console.log(JSON.stringify(await runSession({ seed: Number(seed), minutes: Number(minutes) }), null, 1));
