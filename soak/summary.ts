/** All sessions of a soak together. Pure. */
import type { AudioBalance, Exactness, SessionReport } from './session-report.ts';

export interface Tally {
  readonly sent: number;
  readonly lost: number;
  readonly doubled: number;
  readonly crossed: number;
}

export interface SoakSummary {
  readonly sessions: number;
  readonly simulatedHours: number;
  readonly wallSeconds: number;
  readonly broken: readonly { readonly seed: number; readonly why: string }[];
  readonly faults: Readonly<Record<string, number>>;
  readonly fewestFaults: number;
  readonly rotations: Readonly<Record<string, number>>;
  readonly freshSessions: number;
  readonly gapP50Ms: number;
  readonly gapP99Ms: number;
  readonly turns: Tally & { readonly soundDropped: number };
  readonly results: Tally;
  readonly contexts: Tally;
  readonly calls: {
    readonly run: number;
    readonly runTwice: number;
    readonly cancelled: number;
    readonly unanswered: number;
  };
  readonly interruptions: number;
  readonly deadAir: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly ended: number;
  readonly unhandled: number;
  readonly audio: AudioBalance;
  readonly failed: readonly {
    readonly seed: number;
    readonly variant: string;
    readonly failures: readonly string[];
  }[];
}

export function summaryOf(
  reports: readonly SessionReport[],
  broken: SoakSummary['broken'],
  wallSeconds: number,
): SoakSummary {
  const gaps = reports.flatMap(({ rotations }) => rotations.map(({ gapMs }) => gapMs)).sort((a, b) => a - b);
  const sum = (of: (report: SessionReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const tally = (of: (report: SessionReport) => Exactness): Tally => ({
    sent: sum((report) => of(report).sent),
    lost: sum((report) => of(report).lost.length),
    doubled: sum((report) => of(report).doubled.length),
    crossed: sum((report) => of(report).crossed.length),
  });
  return {
    sessions: reports.length,
    simulatedHours: sum(({ minutes }) => minutes) / 60,
    wallSeconds,
    broken,
    faults: added(reports.map(({ faults }) => faults)),
    fewestFaults: Math.min(...reports.map(({ faults }) => Object.values(faults).reduce((a, b) => a + b, 0))),
    rotations: added(reports.flatMap(({ rotations }) => rotations.map(({ cause }) => ({ [cause]: 1 })))),
    freshSessions: sum(({ rotations }) => rotations.filter(({ resumed }) => !resumed).length),
    gapP50Ms: quantile(gaps, 0.5),
    gapP99Ms: quantile(gaps, 0.99),
    turns: { ...tally(({ turns }) => turns), soundDropped: sum(({ turns }) => turns.excused.length) },
    results: tally(({ results }) => results),
    contexts: tally(({ contexts }) => contexts),
    calls: {
      run: sum(({ calls }) => calls.run),
      runTwice: sum(({ calls }) => calls.runTwice.length),
      cancelled: sum(({ calls }) => calls.cancelled),
      unanswered: sum(({ calls }) => calls.unanswered.length),
    },
    interruptions: sum(({ interruptions }) => interruptions),
    deadAir: sum(({ deadAir }) => deadAir),
    errors: added(reports.map(({ errors }) => errors)),
    ended: sum(({ ends }) => ends.length),
    unhandled: sum(({ unhandled }) => unhandled.length),
    audio: audioOf(reports.map(({ audio }) => audio)),
    failed: reports
      .filter(({ failures }) => failures.length > 0)
      .map(({ seed, variant, failures }) => ({ seed, variant, failures })),
  };
}

function audioOf(balances: readonly AudioBalance[]): AudioBalance {
  const sum = (of: (balance: AudioBalance) => number): number =>
    balances.reduce((total, balance) => total + of(balance), 0);
  return {
    upSamples: sum(({ upSamples }) => upSamples),
    serverSamples: sum(({ serverSamples }) => serverSamples),
    againSamples: sum(({ againSamples }) => againSamples),
    heldSamples: sum(({ heldSamples }) => heldSamples),
    lateSamples: sum(({ lateSamples }) => lateSamples),
    gatedSamples: sum(({ gatedSamples }) => gatedSamples),
    swallowedSamples: sum(({ swallowedSamples }) => swallowedSamples),
    unexplainedSamples: sum(({ unexplainedSamples }) => unexplainedSamples),
    downSentBytes: sum(({ downSentBytes }) => downSentBytes),
    downHeardBytes: sum(({ downHeardBytes }) => downHeardBytes),
  };
}

function added(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(total).sort(([, left], [, right]) => right - left));
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
