/** Tool responses as frames of the outbox. */
import type { FunctionResponse } from '../protocol/content.ts';

export function responseFrame(functionResponses: readonly FunctionResponse[]): string {
  return JSON.stringify({ toolResponse: { functionResponses } });
}

/** As they were encoded: what the model refuses is left out of them. */
export function responsesOf(frame: string): readonly FunctionResponse[] {
  // The frame of an entry of this kind is what the encoder made of a toolResponse.
  const { toolResponse } = JSON.parse(frame) as {
    readonly toolResponse: { readonly functionResponses: readonly FunctionResponse[] };
  };
  return toolResponse.functionResponses;
}
