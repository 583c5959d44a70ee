/** What a conversation document asks of a session's state, and of what the user says. */
import { epochMs } from '../wire/index.ts';
import { prepareState } from './converse/options-of.ts';
import { SlotEar } from './converse/slot-ear.ts';
import type { LiveParts } from './lanes/live-parts.ts';

/** Undefined where no document describes the conversation. */
export function makeEar({
  emit,
  redactor,
  report,
  resolved,
  restored,
  state,
  write,
}: LiveParts): SlotEar | undefined {
  const { conversation, options } = resolved;
  if (conversation === undefined) return undefined;
  // What a restored session has not got was removed.
  prepareState(state, restored === undefined ? conversation : { ...conversation, state: {} });
  return new SlotEar(conversation, {
    emit,
    redactor,
    report,
    state,
    write,
    now: options.conversation?.now ?? epochMs,
  });
}
