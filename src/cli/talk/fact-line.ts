/** What an agent did beside its words, one line each. */
export type FactLine =
  /** The conversation came to another phase; `from` is empty for the first. */
  | { readonly who: 'phase'; readonly from: string; readonly to: string; readonly reason: string }
  /** A key of the state changed, or was not allowed to: `change` is such as `= 4`, `why` says who wrote and by what right. */
  | { readonly who: 'state'; readonly key: string; readonly change: string; readonly why: string }
  /** A tool was called; `detail` is its result, or why there is none. */
  | {
      readonly who: 'call';
      readonly call: string;
      readonly outcome: 'ran' | 'failed' | 'refused' | 'cancelled';
      readonly detail: string;
    }
  /** A part of what a refused call waits for. */
  | { readonly who: 'why'; readonly holds: boolean; readonly text: string };
