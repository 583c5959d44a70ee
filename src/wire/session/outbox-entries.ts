/** Commands as entries of the outbox. */
import type { ModelProfile } from '../model/profile.ts';
import type { NewEntry } from '../outbox/outbox.ts';
import type { OutboxState } from '../outbox/outbox-state.ts';
import { responseFrame, responsesOf } from '../outbox/response-frame.ts';
import { asTurn } from '../outbox/turn-frame.ts';
import { callKey } from '../protocol/call-key.ts';
import type { FunctionResponse } from '../protocol/content.ts';
import type { SessionCommand } from './session-command.ts';

/** What must reach the model exactly once. */
export type Tracked = Extract<
  SessionCommand,
  { readonly type: 'text' | 'realtimeText' | 'clientContent' | 'updateInstruction' | 'toolResponse' }
>;

const NO_CALLS: readonly string[] = [];

export interface Sending {
  readonly profile: ModelProfile;
  /** Whether the model may be asked to speak once the command is there. */
  readonly mayAsk: boolean;
}

/** @param frame the command as it was encoded. */
export function entriesOf(
  command: Tracked,
  frame: string,
  outbox: OutboxState,
  { profile, mayAsk }: Sending,
): readonly NewEntry[] {
  switch (command.type) {
    case 'text':
    case 'realtimeText':
      return [{ kind: 'turn', frame, calls: NO_CALLS, asks: true }];
    case 'clientContent':
      return [
        {
          kind: command.turnComplete ? 'turn' : 'context',
          frame,
          calls: NO_CALLS,
          asks: command.turnComplete,
        },
      ];
    case 'updateInstruction':
      return [{ kind: 'context', frame, calls: NO_CALLS, asks: false }];
    case 'toolResponse':
      return responseEntries(command.responses, frame, outbox, { profile, mayAsk });
  }
}

/** What answers calls that this session does not know goes as text, apart from the rest. */
function responseEntries(
  responses: readonly FunctionResponse[],
  frame: string,
  { foreignCalls, openForeignCalls, unasked }: OutboxState,
  { profile, mayAsk }: Sending,
): readonly NewEntry[] {
  const calls = responses.map(callKey);
  const asks = responses.some(
    ({ scheduling, willContinue }) => scheduling !== 'SILENT' && willContinue !== true,
  );
  if (!calls.some((call) => foreignCalls.includes(call)))
    return [{ kind: 'toolResponse', frame, calls, asks }];
  const encoded = responsesOf(frame);
  const isForeign = (response: FunctionResponse): boolean => foreignCalls.includes(callKey(response));
  const known = encoded.filter((response) => !isForeign(response));
  const foreign = encoded.filter(isForeign);
  const answered = foreign.filter(({ willContinue }) => willContinue !== true).map(callKey);
  const isLast = openForeignCalls.every((call) => answered.includes(call));
  const asksNow = (asks || (unasked && answered.length > 0)) && isLast && mayAsk;
  const text = asTurn(responseFrame(foreign), asksNow, profile);
  return [
    ...(known.length > 0
      ? [{ kind: 'toolResponse' as const, frame: responseFrame(known), calls: known.map(callKey), asks }]
      : []),
    { kind: asksNow ? 'turn' : 'context', frame: text, calls: answered, asks: asksNow, asksLater: asks },
  ];
}
