/** What the model is told when a call has no result: what happened, that nothing ran, what to do next. */

/** The known tools as a sentence. */
function known(names: readonly string[]): string {
  const shown = names.slice(0, 40).join(', ');
  return names.length === 0 ? 'There are no tools.' : `The tools are: ${shown}.`;
}

/** Sentences by cause. */
export const refusalText = {
  unknown: (name: string, names: readonly string[]): string =>
    `There is no tool named ${name.slice(0, 128)}, so nothing ran. ${known(names)} Call one of them, or answer without a tool.`,
  busy: (name: string, limit: number): string =>
    `${name} did not run: ${limit} calls are running already. Wait for their results, then call it again.`,
  tooDeep: (name: string, limit: number): string =>
    `${name} did not run: its arguments nest deeper than ${limit} levels. Call it again with simpler arguments.`,
  notJson: (name: string, reason: string): string =>
    `${name} did not run: its arguments are not plain JSON, ${reason}. Call it again with simpler arguments.`,
  undecided: (name: string): string =>
    `${name} did not run: whether it may run is not settled yet. Go on with the conversation and call it again when the user has answered.`,
  unchecked: (name: string): string =>
    `${name} did not run: whether it may run could not be checked. Do not say that it is done; tell the user that it is not possible now.`,
  vetoed: (name: string, reason: string): string =>
    `${name} did not run: ${reason}. Do not say that it is done.`,
  unconfirmed: (name: string, hint: string | undefined): string =>
    `${name} did not run, because it was not confirmed. ${hint ?? 'Ask the user whether to go on, and call it again with the same arguments if they agree.'}`,
  outdated: (name: string): string =>
    `${name} did not run: the user has spoken since it was confirmed. Ask again, then call it with what the user wants now.`,
  unrecorded: (name: string): string =>
    `${name} did not run: that it begins could not be written down. Do not say that it is done; tell the user that it is not possible now.`,
  spent: (name: string): string =>
    `${name} did not run: it runs once in a conversation, and it has. Do not call it again.`,
  stillRunning: (name: string): string =>
    `The same request to ${name} is still running, so it did not run a second time. Do not call it again; tell the user that it is being processed.`,
} as const;

/** Sentences for calls that ran. */
export const failureText = {
  failed: (name: string, cause: unknown): string =>
    `${name} failed${because(cause)}. Tell the user, or call it again if other arguments would help.`,
  unknown: (name: string, cause: unknown): string =>
    `It is not known whether ${name} took effect${because(cause)}. Do not call it again, and do not say that it is done or that it failed; tell the user that it has to be looked into.`,
  compensated: (name: string, cause: unknown, by: string): string =>
    `${name} failed${because(cause)}. What it had done was undone by ${by}. Tell the user.`,
  timedOut: (name: string, timeoutMs: number): string =>
    `${name} gave no result within ${timeoutMs} ms and was stopped. Tell the user that it takes too long, or call it again later.`,
  overdue: (name: string, timeoutMs: number): string =>
    `${name} gave no result within ${timeoutMs} ms. It is still running and may take effect. Do not call it again; tell the user that it is being processed.`,
  badResult: (name: string, reason: string): string =>
    `${name} ran, but its result cannot be passed on: ${reason}. Tell the user that the result is not available.`,
  badResultOfCommit: (name: string, reason: string): string =>
    `${name} ran and took effect, but its result cannot be passed on: ${reason}. Do not call it again; tell the user that it is done.`,
  cancelled: (name: string): string => `${name} was cancelled before it had a result.`,
} as const;

/** The first line of an error's message; never a stack. */
function because(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : '';
  const line = message.split('\n')[0]?.trim().replace(/\.$/, '').slice(0, 200) ?? '';
  return line === '' ? '' : `: ${line}`;
}
