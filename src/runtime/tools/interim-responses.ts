import type { JsonValue } from '../../flow/state-reader.ts';
import type { FunctionResponse } from '../../wire/index.ts';
import type { OutboundResponse } from './response-outbox.ts';
import type { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';

export interface InterimHost {
  /** Whether the model takes more than one response to a call. */
  readonly continues: boolean;
  readonly send: (item: OutboundResponse) => void;
}

/** What is said of a call while its work goes on. */
export class InterimResponses {
  readonly #host: InterimHost;

  constructor(host: InterimHost) {
    this.#host = host;
  }

  /** The call works in the background from now on. Returns what the model is told. */
  acknowledge(call: ToolCall): JsonObject {
    const { acknowledgement } = call.origin.background ?? {};
    const response = acknowledgement ?? { status: 'running', tool: call.name };
    call.isAcknowledged = true;
    return response;
  }

  /** Sends an acknowledgement. */
  tell(call: ToolCall, response: JsonObject): void {
    this.#send(call, response, this.#host.continues ? { willContinue: true } : {});
  }

  progress(call: ToolCall, note: JsonValue): void {
    const response = { status: 'running', tool: call.name, progress: note };
    this.#send(call, response, { willContinue: true, scheduling: 'SILENT' });
  }

  #send(
    call: ToolCall,
    response: JsonObject,
    fields: Pick<FunctionResponse, 'willContinue' | 'scheduling'>,
  ): void {
    const { id, name, origin } = call;
    const interim = { ...(origin.hasServerId && { id }), name, response, ...fields };
    this.#host.send({ call, response: interim, isAnswer: false });
  }
}
