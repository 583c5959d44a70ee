import { callKey } from '../protocol/call-key.ts';
import type { OutboxEntry } from './outbox-state.ts';
import { responseFrame, responsesOf } from './response-frame.ts';

/** The entries without what was said of the progress of calls that are over: nobody wants to hear it again. */
export function withoutProgress(
  entries: readonly OutboxEntry[],
  calls: readonly string[],
): readonly OutboxEntry[] {
  const isOver = (call: string): boolean => calls.includes(call);
  const isConcerned = (entry: OutboxEntry): boolean =>
    entry.kind === 'toolResponse' && entry.calls.some(isOver);
  if (!entries.some(isConcerned)) return entries;
  return entries.flatMap((entry) => (isConcerned(entry) ? withoutItsProgress(entry, isOver) : [entry]));
}

function withoutItsProgress(entry: OutboxEntry, isOver: (call: string) => boolean): readonly OutboxEntry[] {
  const responses = responsesOf(entry.frame);
  const left = responses.filter((response) => response.willContinue !== true || !isOver(callKey(response)));
  if (left.length === responses.length) return [entry];
  return left.length === 0 ? [] : [{ ...entry, frame: responseFrame(left), calls: left.map(callKey) }];
}
