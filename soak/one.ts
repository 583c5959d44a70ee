/** Runs one session and prints its report; with a third argument, what happened from that mark on. */
import { runSession } from './run-session.ts';

const [seed = '1', minutes = '10', mark] = process.argv.slice(2);
const lines: string[] = [];
const report = await runSession({
  seed: Number(seed),
  minutes: Number(minutes),
  recording: process.env.SOAK_RECORDING ?? '../shared/audio/jfk.wav',
  ...(mark !== undefined && { onLine: (line: string) => lines.push(line) }),
});
if (mark === undefined) console.log(JSON.stringify(report, null, 1));
else {
  const first = lines.findIndex((line) => line.includes(mark));
  const last = lines.findLastIndex((line) => line.includes(mark));
  console.log(lines.slice(Math.max(0, first - 12), last + 8).join('\n'));
}
