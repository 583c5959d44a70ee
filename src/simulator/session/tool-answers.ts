/** What a tool response does to the conversation (spec: wire §2.4, §4 Tools). */
import type { ModelProfile } from '../../wire/model/profile.ts';
import type { FunctionResponse } from '../../wire/protocol/content.ts';
import { type Refusal, refusals } from '../protocol/refusal.ts';
import type { Conversation } from './conversation.ts';
import type { Dialect } from './dialect.ts';
import type { ToolDesk } from './tool-desk.ts';
import type { TurnEngine } from './turn-engine.ts';

/** What tool answers act on. */
export interface ToolAnswersOptions {
  readonly profile: ModelProfile;
  readonly dialect: Dialect;
  readonly conversation: Conversation;
  readonly desk: ToolDesk;
  readonly engine: TurnEngine;
  readonly userSpeaks: () => boolean;
}

/** Takes the responses of one message; a refusal closes the connection. */
export function takeToolResponses(
  responses: readonly FunctionResponse[],
  options: ToolAnswersOptions,
): Refusal | undefined {
  if (refusesScheduling(options.profile) && responses.some(({ scheduling }) => scheduling !== undefined)) {
    return refusals.invalidArgument;
  }
  for (const response of responses) take(response, options);
  return undefined;
}

function take(response: FunctionResponse, options: ToolAnswersOptions): void {
  const { conversation, desk, dialect, engine, profile, userSpeaks } = options;
  const { id, name, response: data } = response;
  const answered = desk.answer(response);
  const functionResponse = { ...(id === undefined ? {} : { id }), name: name ?? '', response: data ?? {} };
  const known = answered.type !== 'unknown';
  const text = JSON.stringify(data ?? {});
  conversation.append({ role: 'user', parts: [{ functionResponse }] }, [
    { type: 'toolResponse', id: answered.result.id, name: answered.result.name, text, known },
  ]);
  if (answered.type === 'blocking') return;
  if (answered.type === 'unknown' && !dialect.speaksUnasked) return;
  const { scheduling } = answered.result;
  if (scheduling === 'SILENT') return;
  // The newest models wait for a user who is talking.
  const waits = profile.toolsAsyncByDefault && userSpeaks();
  if (scheduling === 'INTERRUPT' && !waits) engine.interrupt();
  engine.request({ type: 'toolResults', results: [answered.result] });
}

/** Extended thinking has no scheduling; Vertex before 3.8 rejects the field. */
function refusesScheduling({ family, platform, toolsAsyncByDefault }: ModelProfile): boolean {
  if (family === 'extended3.8') return true;
  return platform === 'vertex' && !toolsAsyncByDefault && family !== 'unknown';
}
