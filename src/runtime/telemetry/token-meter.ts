import type { ModalityTokenCount, UsageMetadata } from '../../wire/index.ts';
import type { TelemetrySnapshot } from './telemetry-snapshot.ts';

/** Token counts of a session: sums over its turns. */
export type TokenCounts = Pick<
  TelemetrySnapshot,
  | 'totalTokenCount'
  | 'promptTokenCount'
  | 'responseTokenCount'
  | 'cachedContentTokenCount'
  | 'thoughtsTokenCount'
  | 'tokensByModality'
>;

type Modalities = TelemetrySnapshot['tokensByModality'];

const NOTHING: TokenCounts = {
  totalTokenCount: 0,
  promptTokenCount: 0,
  responseTokenCount: 0,
  cachedContentTokenCount: 0,
  thoughtsTokenCount: 0,
  tokensByModality: {},
};

/**
 * Adds up what the service reports: a report counts its turn so far, history included, so the last report of each turn is
 * what the turn cost (spec: wire §3).
 */
export class TokenMeter {
  #ended: TokenCounts = NOTHING;
  #report: UsageMetadata | undefined;

  usage(report: UsageMetadata): void {
    this.#report = report;
  }

  /** Ends the turn; returns its last report. */
  turnEnded(): UsageMetadata | undefined {
    const report = this.#report;
    this.#ended = this.counts();
    this.#report = undefined;
    return report;
  }

  /** Up to now, with the turn in progress. */
  counts(): TokenCounts {
    const { totalTokenCount, promptTokenCount, responseTokenCount, tokensByModality } = this.#ended;
    const { cachedContentTokenCount, thoughtsTokenCount } = this.#ended;
    const report = this.#report;
    if (report === undefined) return this.#ended;
    return {
      totalTokenCount: totalTokenCount + (report.totalTokenCount ?? 0),
      promptTokenCount: promptTokenCount + (report.promptTokenCount ?? 0),
      responseTokenCount: responseTokenCount + (report.responseTokenCount ?? 0),
      cachedContentTokenCount: cachedContentTokenCount + (report.cachedContentTokenCount ?? 0),
      thoughtsTokenCount: thoughtsTokenCount + (report.thoughtsTokenCount ?? 0),
      tokensByModality: addModalities(
        addModalities(tokensByModality, report.promptTokensDetails ?? [], 'prompt'),
        report.responseTokensDetails ?? [],
        'response',
      ),
    };
  }
}

function addModalities(
  sums: Modalities,
  details: readonly ModalityTokenCount[],
  direction: 'prompt' | 'response',
): Modalities {
  const added = new Map(Object.entries(sums));
  for (const { modality = 'UNSPECIFIED', tokenCount = 0 } of details) {
    const sum = added.get(modality) ?? { prompt: 0, response: 0 };
    added.set(modality, { ...sum, [direction]: sum[direction] + tokenCount });
  }
  return Object.fromEntries(added);
}
