import type { FunctionResponse } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import { bounded } from './bounded.ts';
import type { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { copyJson, frozenJson, isJsonObject, toJson } from './tool-json.ts';
import type { BeforeToolResponse, ResolvedToolLimits, ToolPartsHost } from './tool-runner-options.ts';

/** A response on its way. */
export interface OutboundResponse {
  readonly call: ToolCall;
  readonly response: FunctionResponse;
  /** It is the call's answer, not an acknowledgement or progress. */
  readonly isAnswer: boolean;
}

interface Message {
  readonly items: readonly OutboundResponse[];
  readonly background: boolean;
}

/**
 * The last stage: `beforeToolResponse`, then per response the event, then the message. Messages leave in the order they
 * came in, also while the hook takes its time, so that no result overtakes its acknowledgement.
 */
export class ResponseOutbox {
  readonly #host: ToolPartsHost;
  readonly #limits: ResolvedToolLimits;
  readonly #hook: BeforeToolResponse | undefined;
  readonly #onAnswered: (call: ToolCall) => void;
  readonly #queue: Message[] = [];
  #isClosed = false;

  constructor(
    host: ToolPartsHost,
    limits: ResolvedToolLimits,
    hook: BeforeToolResponse | undefined,
    onAnswered: (call: ToolCall) => void,
  ) {
    this.#host = host;
    this.#limits = limits;
    this.#hook = hook;
    this.#onAnswered = onAnswered;
  }

  send(items: readonly OutboundResponse[], background: boolean): void {
    if (items.length === 0 || this.#isClosed) return;
    const message = { items, background };
    if (this.#hook === undefined) return this.#write(message);
    this.#queue.push(message);
    if (this.#queue.length === 1) void this.#drain(this.#hook);
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#queue.length = 0;
  }

  async #drain(hook: BeforeToolResponse): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const items = await this.#rewritten(hook, next.items.filter(isWanted));
      if (this.#isClosed) return;
      this.#write({ items, background: next.background });
      this.#queue.shift();
    }
  }

  #write({ items, background }: Message): void {
    const wanted = items.filter(isWanted);
    if (wanted.length === 0) return;
    for (const { call, isAnswer } of wanted) if (isAnswer) call.answer = 'answered';
    for (const { call, response } of wanted) this.#tell(call, response);
    if (this.#isClosed) return;
    const responses = wanted.map(({ response }) => response);
    this.#host.respond(responses, { background });
    for (const { call, isAnswer } of wanted) if (isAnswer) this.#onAnswered(call);
  }

  #tell({ id, name, origin }: ToolCall, { response }: FunctionResponse): void {
    const { emit, redact = (value) => value } = this.#host;
    // Responses were checked to be JSON when they were made.
    // What a listener does with its copy changes nothing that is sent or kept.
    const result = frozenJson(redact(copyJson(response as JsonObject)));
    emit({ type: 'toolExecution', callId: id, name, args: frozenJson(redact(origin.args)), result });
  }

  /** What the hook makes of the responses; it cannot take an answer away, nor add one. */
  async #rewritten(
    hook: BeforeToolResponse,
    items: readonly OutboundResponse[],
  ): Promise<readonly OutboundResponse[]> {
    if (items.length === 0) return items;
    const { clock, ended, state } = this.#host;
    const given = items.map(({ response }) => response);
    const reply = await bounded(clock, this.#limits.hookTimeoutMs, () => hook(given, state), ended);
    if (reply.type === 'aborted') return items;
    if (reply.type !== 'value') {
      this.#report(
        reply.type === 'error' ? 'threw' : 'took too long',
        reply.type === 'error' ? reply.error : undefined,
      );
      return items;
    }
    const rewritten = reply.value ?? given;
    if (!Array.isArray(rewritten)) {
      this.#report('gave no list');
      return items;
    }
    if (rewritten.some((response) => !items.some((item) => isFor(response, item)))) {
      this.#report('gave a response for none of the calls');
    }
    return items.map((item) =>
      this.#rewrite(
        item,
        rewritten.find((response) => isFor(response, item)),
      ),
    );
  }

  #rewrite(item: OutboundResponse, given: FunctionResponse | undefined): OutboundResponse {
    if (given === undefined || given === item.response) return item;
    const json = toJson(given.response);
    if (!json.ok || !isJsonObject(json.value) || json.lengthBytes > this.#limits.maxResultBytes) {
      this.#report(`gave a response of ${item.call.name} that is no JSON object of bounded size`);
      return item;
    }
    const { scheduling } = given;
    const response = {
      ...item.response,
      response: json.value,
      ...(scheduling !== undefined && { scheduling }),
    };
    return { ...item, response };
  }

  #report(what: string, cause?: unknown): void {
    const message = `beforeToolResponse ${what}: the response goes out as it was.`;
    this.#host.report(new RuntimeError('hookFailed', message, { cause }));
  }
}

/** The call has not been given up meanwhile. */
function isWanted({ call }: OutboundResponse): boolean {
  return call.answer !== 'cancelled';
}

function isFor(response: FunctionResponse | undefined, { response: original }: OutboundResponse): boolean {
  return response?.id === original.id && response?.name === original.name;
}
