import type { StandardSchemaV1 } from '@standard-schema/spec';
import { atOnce } from '../../flow/fault.ts';
import type { Admission } from '../../flow/governor.ts';
import { RuntimeError } from '../runtime-error.ts';
import { bounded } from './bounded.ts';
import { invalidArgumentsText, schemaIssues, standardIssues } from './check-arguments.ts';
import { type ConfirmationDesk, isConfirmationReply } from './confirmation.ts';
import type { Ticket } from './keyed-lock.ts';
import type { MiddlewareChain } from './middleware-chain.ts';
import { failureText, refusalText } from './refusal-text.ts';
import type { ToolAnswer, ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { copyJson } from './tool-json.ts';
import type { ToolMemory } from './tool-memory.ts';
import type { ResolvedToolLimits, ToolRunnerHost } from './tool-runner-options.ts';

/** What the checks found: run it, with what the schema made of the arguments; answer it; or nobody waits any more. */
export type Verdict =
  | { readonly type: 'run'; readonly input: unknown }
  | { readonly type: 'answer'; readonly answer: ToolAnswer }
  | { readonly type: 'gone' };

/** What one check found: nothing against the call, or its end. */
type Finding = Exclude<Verdict, { readonly type: 'run' }> | undefined;

/** What checks need. */
export interface CallChecksParts {
  readonly host: ToolRunnerHost;
  readonly limits: ResolvedToolLimits;
  readonly memory: ToolMemory;
  readonly middleware: MiddlewareChain;
  readonly confirmation: ConfirmationDesk | undefined;
}

const GONE: Finding = { type: 'gone' };

/**
 * Everything between the arrival of a call and its start. In order: turn of the serial tools, admission, arguments,
 * idempotency, `once`, confirmation, cache, middleware. Nothing here has an effect that the call would have to undo.
 */
export class CallChecks {
  readonly #parts: CallChecksParts;

  constructor(parts: CallChecksParts) {
    this.#parts = parts;
  }

  /** Never rejects. `onWait` is told when the call has to wait for somebody. */
  async check(call: ToolCall, onWait: () => void): Promise<Verdict> {
    if (call.isResumed) return this.#checkResumed(call, onWait);
    const early = (await this.#serialTurn(call, onWait)) ?? (await this.#admission(call, onWait));
    if (early !== undefined) return early;
    const checked = await this.#arguments(call);
    if (checked.type !== 'run') return checked;
    const { input } = checked;
    const late =
      (await this.#idempotency(call, input, onWait)) ??
      this.#once(call) ??
      (await this.#confirmation(call, input, onWait)) ??
      this.#cache(call) ??
      (await this.#middleware(call));
    return late ?? (isGone(call) ? { type: 'gone' } : checked);
  }

  /** It was let through when it began, in another process: what is left is to run it, unless it took effect. */
  async #checkResumed(call: ToolCall, onWait: () => void): Promise<Verdict> {
    const early = await this.#serialTurn(call, onWait);
    if (early !== undefined) return early;
    const checked = await this.#arguments(call);
    if (checked.type !== 'run') return checked;
    return (await this.#idempotency(call, checked.input, onWait)) ?? this.#cache(call) ?? checked;
  }

  /** What has ended while the call waited: its admission, its approval. To be asked right before it runs. */
  stillRefused(call: ToolCall): ToolAnswer | undefined {
    const { confirmation: desk, host } = this.#parts;
    const { id: callId, name, origin } = call;
    if (call.approval !== undefined && desk?.holds(call) !== true) return refusal(refusalText.outdated(name));
    try {
      const admission = host.stillAdmitted?.({ callId, name, args: origin.args });
      return admission?.ok === false ? refusal(admission.reason) : undefined;
    } catch (cause) {
      return this.#undecidable(name, cause);
    }
  }

  async #serialTurn(call: ToolCall, onWait: () => void): Promise<Finding> {
    if (call.origin.tool?.definition.policy?.serial !== true) return undefined;
    const ticket = this.#parts.memory.takeTurn();
    call.atAnswer.push(ticket.release);
    if (ticket.turn === undefined) return undefined;
    onWait();
    // Those in front are bounded, each by its own deadlines.
    await Promise.race([ticket.turn, aborted(call.signal)]);
    return isGone(call) ? GONE : undefined;
  }

  async #admission(call: ToolCall, onWait: () => void): Promise<Finding> {
    const { host, limits } = this.#parts;
    const { id: callId, name, origin } = call;
    try {
      const asked = host.admit({ callId, name, args: origin.args });
      if (!('wait' in asked)) return admitted(asked);
      onWait();
      const waited = await bounded(host.clock, limits.admissionWaitMs, () => asked.wait, call.signal);
      if (waited.type === 'value') return admitted(waited.value);
      if (waited.type === 'aborted') return GONE;
      if (waited.type === 'timeout') return refuse(refusalText.undecided(name));
      return { type: 'answer', answer: this.#undecidable(name, waited.error) };
    } catch (cause) {
      return { type: 'answer', answer: this.#undecidable(name, cause) };
    }
  }

  #undecidable(name: string, cause: unknown): ToolAnswer {
    this.#parts.host.report(
      new RuntimeError('guardFailed', `Whether ${name} may run could not be decided.`, { cause }),
    );
    return refusal(refusalText.unchecked(name));
  }

  async #arguments(call: ToolCall): Promise<Verdict> {
    const { tool, args } = call.origin;
    if (tool === undefined) return { type: 'run', input: args };
    const { definition, parameters } = tool;
    if (definition.input === undefined) {
      const issues = parameters === undefined ? [] : schemaIssues(parameters, args);
      return issues.length === 0 ? { type: 'run', input: args } : invalid(call.name, issues);
    }
    const schema: StandardSchemaV1 = definition.input;
    const { host, limits } = this.#parts;
    const checked = await bounded(
      host.clock,
      limits.hookTimeoutMs,
      // What a schema hands on as it is may be changed by the tool.
      () => schema['~standard'].validate(copyJson(args)),
      call.signal,
    );
    if (checked.type === 'aborted') return { type: 'gone' };
    if (checked.type === 'value' && checked.value.issues === undefined) {
      return { type: 'run', input: checked.value.value };
    }
    if (checked.type === 'value')
      return invalid(call.name, standardIssues(checked.value.issues ?? [], parameters));
    const cause = checked.type === 'error' ? checked.error : undefined;
    host.report(new RuntimeError('toolFailed', `The input schema of ${call.name} failed.`, { cause }));
    return { type: 'answer', answer: refusal(refusalText.unchecked(call.name)) };
  }

  async #idempotency(call: ToolCall, input: unknown, onWait: () => void): Promise<Finding> {
    const { memory } = this.#parts;
    const key = memory.keyOf(call, input);
    if (key === undefined) return undefined;
    call.idempotencyKey = key;
    const ticket = memory.takeKey(key);
    call.atEnd.push(ticket.release);
    const waited = await this.#sameRequest(call, ticket, onWait);
    if (waited !== undefined) return waited;
    const earlier = memory.earlierResult(call);
    if (earlier !== undefined) return succeed(earlier);
    if (this.#parts.host.journal?.mayHaveRun?.(call) !== true) return undefined;
    return refuse(failureText.unknown(call.name, 'a request that looks the same was made before'));
  }

  /** Waits for the same request, as long as this call may take. */
  async #sameRequest(call: ToolCall, ticket: Ticket, onWait: () => void): Promise<Finding> {
    const { turn } = ticket;
    if (turn === undefined) return undefined;
    onWait();
    const limitMs = call.origin.tool?.definition.policy?.timeoutMs ?? 30_000;
    const waited = await bounded(this.#parts.host.clock, limitMs, () => turn, call.signal);
    if (waited.type === 'timeout') return refuse(refusalText.stillRunning(call.name));
    return waited.type === 'aborted' ? GONE : undefined;
  }

  #once(call: ToolCall): Finding {
    return this.#parts.memory.reserve(call) ? undefined : refuse(refusalText.spent(call.name));
  }

  async #confirmation(call: ToolCall, input: unknown, onWait: () => void): Promise<Finding> {
    const confirm = call.origin.tool?.definition.policy?.confirm;
    if (confirm === undefined) return undefined;
    const { confirmation: desk, host } = this.#parts;
    if (desk === undefined) return refuse(refusalText.unchecked(call.name));
    if (desk.recall(call)) return undefined;
    onWait();
    let message: string | undefined;
    try {
      // The policy is typed by the schema that made `input`.
      message = confirm === true ? undefined : atOnce(confirm(input as never));
    } catch (cause) {
      host.report(
        new RuntimeError('toolFailed', `The confirmation message of ${call.name} threw.`, { cause }),
      );
      return refuse(refusalText.unchecked(call.name));
    }
    const reply = await desk.ask(call, message);
    if (reply.type === 'aborted') return GONE;
    if (reply.type === 'error') {
      const { error: cause } = reply;
      host.report(
        new RuntimeError('hookFailed', `The confirmation provider failed for ${call.name}.`, { cause }),
      );
      return refuse(refusalText.unchecked(call.name));
    }
    if (call.approval !== undefined) return undefined;
    if (reply.type === 'value' && !isConfirmationReply(reply.value)) {
      const text = `The confirmation provider gave ${printedKind(reply.value)} for ${call.name}, which counts as no: return {confirmed: true}, or {confirmed: false, hint}.`;
      host.report(new RuntimeError('hookFailed', text));
    }
    return refuse(refusalText.unconfirmed(call.name, reply.type === 'value' ? reply.value?.hint : undefined));
  }

  #cache(call: ToolCall): Finding {
    const cached = this.#parts.memory.cached(call);
    return cached === undefined ? undefined : succeed(cached);
  }

  async #middleware(call: ToolCall): Promise<Finding> {
    const veto = await this.#parts.middleware.before(call);
    return veto === undefined ? undefined : refuse(refusalText.vetoed(call.name, veto));
  }
}

/** What it is, without what a person may have said. */
function printedKind(value: unknown): string {
  if (typeof value === 'boolean' || value === undefined || value === null) return String(value);
  return typeof value === 'object' ? 'an object without confirmed: true or false' : `a ${typeof value}`;
}

/** An answer that says that nothing ran. */
export function refusal(error: string): ToolAnswer {
  return { response: { error }, outcome: 'refused' };
}

function refuse(error: string): Finding {
  return { type: 'answer', answer: refusal(error) };
}

function invalid(name: string, issues: readonly string[]): Verdict {
  return { type: 'answer', answer: refusal(invalidArgumentsText(name, issues)) };
}

function succeed(response: JsonObject): Finding {
  return { type: 'answer', answer: { response, outcome: 'succeeded' } };
}

function admitted(admission: Admission): Finding {
  return admission.ok ? undefined : refuse(admission.reason);
}

function isGone(call: ToolCall): boolean {
  return call.answer !== 'open';
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
