import type { FunctionCall } from '../../wire/index.ts';
import type { BackgroundDelivery } from './background-delivery.ts';
import type { ResumedCall } from './call-journal.ts';
import { refusalText } from './refusal-text.ts';
import { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { frozenJson, isDeeperThan, isJsonObject, toJson } from './tool-json.ts';
import type { BackgroundPolicy } from './tool-policy.ts';
import type { RegisteredTool, ToolRegistry } from './tool-registry.ts';
import type { ResolvedToolLimits, ToolRunnerHost } from './tool-runner-options.ts';

/** A call that is new, and why it cannot even be checked. */
export interface TakenCall {
  readonly call: ToolCall;
  readonly refused: string | undefined;
}

/** Of calls to which the server gave no id. */
const OWN_ID = /^local-(\d{1,9})$/;

/** The first stage: one call per id, readable, of a tool that is there, and not too many at once. */
export class CallIntake {
  readonly #host: Pick<ToolRunnerHost, 'clock' | 'turn'>;
  readonly #registry: ToolRegistry;
  readonly #limits: ResolvedToolLimits;
  readonly #delivery: BackgroundDelivery;
  readonly #takesUnknown: boolean;
  /** In the order of arrival; a call that is open is known from the runner too. */
  readonly #known = new Set<string>();
  #made = 0;

  /** @param takesUnknown an override may answer for tools that are not registered. */
  constructor(
    host: Pick<ToolRunnerHost, 'clock' | 'turn'>,
    registry: ToolRegistry,
    limits: ResolvedToolLimits,
    delivery: BackgroundDelivery,
    takesUnknown: boolean,
  ) {
    this.#host = host;
    this.#registry = registry;
    this.#limits = limits;
    this.#delivery = delivery;
    this.#takesUnknown = takesUnknown;
  }

  /** Names of all tools. */
  get names(): readonly string[] {
    return this.#registry.names;
  }

  /** Whether a call with this id came, lately. */
  isKnown(id: string | undefined): boolean {
    return id !== undefined && this.#known.has(id);
  }

  /** Calls with these ids came before, in another process. */
  know(ids: readonly string[]): void {
    for (const id of ids) {
      this.#remember(id);
      this.#made = Math.max(this.#made, Number(OWN_ID.exec(id)?.[1] ?? 0));
    }
  }

  /** A call that came to another process. */
  resumed({ callId: id, name, args, turn, running }: ResumedCall): ToolCall {
    this.know([id]);
    const tool = this.#registry.get(name);
    return new ToolCall(
      {
        id,
        hasServerId: !OWN_ID.test(id),
        name,
        args: frozenJson(args ?? {}),
        tool,
        background: this.#backgroundOf(tool),
        turn,
        receivedMs: this.#host.clock.nowMs(),
      },
      running,
    );
  }

  /** The calls that are new, in order. */
  take(calls: readonly FunctionCall[], open: ReadonlyMap<string, unknown>): readonly TakenCall[] {
    const taken: TakenCall[] = [];
    for (const given of calls) {
      if (given.id !== undefined && given.id !== '' && (this.#known.has(given.id) || open.has(given.id)))
        continue;
      const isFull = open.size + taken.length >= this.#limits.maxConcurrentCalls;
      taken.push(this.#read(given, isFull));
    }
    return taken;
  }

  #read(given: FunctionCall, isFull: boolean): TakenCall {
    const { name } = given;
    const { maxArgumentDepth, maxConcurrentCalls } = this.#limits;
    const tool = this.#registry.get(name);
    const isDeep = isDeeperThan(given.args, maxArgumentDepth);
    const json = isDeep ? undefined : toJson(given.args ?? {});
    const args = json?.ok === true && isJsonObject(json.value) ? json.value : undefined;
    const call = this.#make(given, args ?? {}, tool);
    if (tool === undefined && !this.#takesUnknown)
      return { call, refused: refusalText.unknown(name, this.names) };
    if (isFull) return { call, refused: refusalText.busy(name, maxConcurrentCalls) };
    if (isDeep) return { call, refused: refusalText.tooDeep(name, maxArgumentDepth) };
    if (args !== undefined) return { call, refused: undefined };
    const reason = json?.ok === false ? json.reason : 'they are no object';
    return { call, refused: refusalText.notJson(name, reason) };
  }

  #make(given: FunctionCall, args: JsonObject, tool: RegisteredTool | undefined): ToolCall {
    const hasServerId = given.id !== undefined && given.id !== '';
    const id = hasServerId ? (given.id ?? '') : `local-${++this.#made}`;
    this.#remember(id);
    return new ToolCall({
      id,
      hasServerId,
      name: given.name,
      args: frozenJson(args),
      tool,
      background: this.#backgroundOf(tool),
      turn: this.#host.turn(),
      receivedMs: this.#host.clock.nowMs(),
    });
  }

  #backgroundOf(tool: RegisteredTool | undefined): BackgroundPolicy | undefined {
    const background = tool?.definition.policy?.background;
    if (background === undefined || this.#delivery === 'inline') return undefined;
    return background === true ? {} : background;
  }

  #remember(id: string): void {
    this.#known.add(id);
    const [oldest] = this.#known;
    if (oldest !== undefined && this.#known.size > this.#limits.maxRememberedIds) this.#known.delete(oldest);
  }
}
