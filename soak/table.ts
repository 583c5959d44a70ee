/** The ledger of a soak as a page of text. Pure. */
import type { SoakSummary, Tally } from './summary.ts';

const SAMPLES_PER_MINUTE = 16_000 * 60;

export function tableOf(summary: SoakSummary, rerun: (seed: number) => string): string {
  const { turns, results, contexts, calls, audio, broken, failed } = summary;
  const minutes = (samples: number): string => (samples / SAMPLES_PER_MINUTE).toFixed(1);
  const tally = ({ sent, lost, doubled, crossed }: Tally): string =>
    `${sent} sent, ${lost} lost, ${doubled} doubled; ${crossed} told twice because they crossed a handle without an index`;
  const rows: readonly (readonly [string, string])[] = [
    [
      'sessions',
      `${summary.sessions}, ${summary.simulatedHours.toFixed(1)} simulated hours in ${summary.wallSeconds.toFixed(0)} s`,
    ],
    [
      'faults',
      `${total(summary.faults)}, at least ${summary.fewestFaults} a session: ${listed(summary.faults)}`,
    ],
    [
      'rotations',
      `${total(summary.rotations)}: ${listed(summary.rotations)}; ${summary.freshSessions} fresh sessions`,
    ],
    [
      'gap',
      `p50 ${summary.gapP50Ms} ms, p99 ${summary.gapP99Ms} ms, simulated, waiting for a service that does not answer included`,
    ],
    [
      'user turns',
      `${tally(turns)}; ${turns.soundDropped} spoken into a gap over 2 s, or over 2 s behind a blocking call`,
    ],
    ['tool results', tally(results)],
    ['contexts', tally(contexts)],
    [
      'calls',
      `${calls.run} run, ${calls.runTwice} run twice, ${calls.cancelled} cancelled, ${calls.unanswered} never answered`,
    ],
    ['interruptions', `${summary.interruptions}; dead air ${summary.deadAir}`],
    ['errors told', listed(summary.errors)],
    ['sessions ended', String(summary.ended)],
    ['unhandled', String(summary.unhandled)],
    [
      'microphone',
      `${minutes(audio.upSamples)} min given, ${minutes(audio.serverSamples)} heard, of which ${minutes(audio.againSamples)} again; ` +
        `dropped: ${minutes(audio.heldSamples)} behind calls, ${minutes(audio.lateSamples)} in gaps, ` +
        `${minutes(audio.gatedSamples)} outside turns of the client; ${audio.unexplainedSamples} samples unexplained`,
    ],
    ['voice of the model', `${audio.downSentBytes} bytes sent, ${audio.downHeardBytes} heard`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
  const wrong = [
    ...failed.map(({ seed, variant, failures }) => told(`seed ${seed} (${variant})`, failures, rerun(seed))),
    ...broken.map(({ seed, why }) => told(`seed ${seed}`, [`it could not be run: ${why}`], rerun(seed))),
  ];
  const verdict =
    wrong.length === 0
      ? 'Every row that must be 0 is 0.'
      : `${wrong.length} sessions failed:\n${wrong.join('\n')}`;
  return `${lines.join('\n')}\n\n${verdict}`;
}

function told(who: string, failures: readonly string[], again: string): string {
  return `${who}\n${failures.map((failure) => `  ${failure}`).join('\n')}\n  again: ${again}`;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
