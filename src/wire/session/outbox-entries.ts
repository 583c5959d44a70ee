/** Commands as entries of the outbox. */
import { callKey } from '../connection/conversation.ts';
import type { ModelProfile } from '../model/profile.ts';
import type { NewEntry, OutboxState } from '../outbox/outbox.ts';
import { asTurn } from '../outbox/turn-frame.ts';
import type { FunctionResponse } from '../protocol/content.ts';
import type { SessionCommand } from './session-command.ts';

/** What must reach the model exactly once. */
export type Tracked = Extract<
  SessionCommand,
  { readonly type: 'text' | 'realtimeText' | 'clientContent' | 'updateInstruction' | 'toolResponse' }
>;

const NO_CALLS: readonly string[] = [];

/** @param frame the command as it was encoded. */
export function entriesOf(
  command: Tracked,
  frame: string,
  outbox: OutboxState,
  profile: ModelProfile,
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
      return responseEntries(command.responses, frame, outbox, profile);
  }
}

/** What answers calls that this session does not know goes as text, apart from the rest. */
function responseEntries(
  responses: readonly FunctionResponse[],
  frame: string,
  { foreignCalls, openForeignCalls }: OutboxState,
  profile: ModelProfile,
): readonly NewEntry[] {
  const calls = responses.map(callKey);
  const asks = responses.some(
    ({ scheduling, willContinue }) => scheduling !== 'SILENT' && willContinue !== true,
  );
  if (!calls.some((call) => foreignCalls.includes(call)))
    return [{ kind: 'toolResponse', frame, calls, asks }];
  // As it was encoded: what the model refuses is left out of it.
  const { toolResponse } = JSON.parse(frame) as {
    readonly toolResponse: { readonly functionResponses: readonly FunctionResponse[] };
  };
  const isForeign = (response: FunctionResponse): boolean => foreignCalls.includes(callKey(response));
  const known = toolResponse.functionResponses.filter((response) => !isForeign(response));
  const foreign = toolResponse.functionResponses.filter(isForeign);
  const answered = foreign.filter(({ willContinue }) => willContinue !== true).map(callKey);
  const asksNow = asks && openForeignCalls.every((call) => answered.includes(call));
  const text = asTurn(framed(foreign), asksNow, profile);
  return [
    ...(known.length > 0
      ? [{ kind: 'toolResponse' as const, frame: framed(known), calls: known.map(callKey), asks }]
      : []),
    { kind: asksNow ? 'turn' : 'context', frame: text, calls: answered, asks: asksNow },
  ];
}

function framed(functionResponses: readonly FunctionResponse[]): string {
  return JSON.stringify({ toolResponse: { functionResponses } });
}
