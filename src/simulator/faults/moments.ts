/** Recognises moments in the traffic and counts them. */
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import type { MomentName } from './fault.ts';

/** What a server message is, in the order its keys are processed. */
export function serverMoments(message: ServerMessage): readonly MomentName[] {
  const content = message.serverContent;
  const moments: MomentName[] = [];
  if (message.setupComplete !== undefined) moments.push('setupComplete');
  if (content?.modelTurn?.parts.some((part) => part.inlineData !== undefined) === true) moments.push('audio');
  if (content?.outputTranscription !== undefined) moments.push('outputTranscription');
  if (content?.inputTranscription !== undefined) moments.push('inputTranscription');
  if (content?.interrupted === true) moments.push('interrupted');
  if (content?.generationComplete === true) moments.push('generationComplete');
  if (content?.turnComplete === true) moments.push('turnComplete');
  if (message.toolCall !== undefined) moments.push('toolCall');
  if (message.sessionResumptionUpdate !== undefined) moments.push('sessionResumptionUpdate');
  if (message.goAway !== undefined) moments.push('goAway');
  return moments;
}

/** What a client message is; `contextUpdate` is no moment. */
export function clientMoments(message: ClientMessage): readonly MomentName[] {
  if ('setup' in message) return ['setup'];
  if ('clientContent' in message) return ['clientContent'];
  if ('realtimeInput' in message) return ['realtimeInput'];
  return 'toolResponse' in message ? ['toolResponse'] : [];
}
