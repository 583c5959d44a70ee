/** One socket: from the upgrade over the setup to the session behind it. No I/O: bytes in, line out. */

import type { Cancel } from '../../wire/clock.ts';
import { type ModelProfile, modelProfile } from '../../wire/model/profile.ts';
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import type { Setup } from '../../wire/protocol/setup.ts';
import type { Fault } from '../faults/fault.ts';
import { FaultLine } from '../faults/fault-line.ts';
import { serviceCloses } from '../faults/service-closes.ts';
import type { ConversationRecord } from '../ledger/conversation-record.ts';
import { fitReason, type Refusal, refusals } from '../protocol/refusal.ts';
import type { HandleFate, Resumed } from '../resumption/resumption-store.ts';
import { checkAccess } from '../routing/access.ts';
import { type Credential, type RequestHeaders, readCredential } from '../routing/credentials.ts';
import { type LiveRoute, liveRoute } from '../routing/route.ts';
import { judgeSetup } from '../setup/setup-rules.ts';
import type { World } from '../world.ts';
import type { Line } from './line.ts';
import { itemsOf } from './prefix.ts';
import { Session } from './session.ts';
import { Transcript } from './transcript.ts';

/** The upgrade request; its target and headers may hold a credential and are never printed. */
export interface UpgradeRequest {
  readonly target: string;
  readonly headers: RequestHeaders;
}

/** Where a connection is. */
export type ConnectionState =
  | { readonly phase: 'awaitingSetup' }
  /** Set up, but the service never answers this mix of features. */
  | { readonly phase: 'mute'; readonly setup: Setup }
  | { readonly phase: 'active'; readonly setup: Setup; readonly session: Session; readonly resumed: boolean }
  | {
      readonly phase: 'closed';
      readonly code: number;
      readonly reason: string;
      readonly last: Session | undefined;
    };

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly world: World;
  readonly request: UpgradeRequest;
  readonly line: Line;
  /** Counted from 1 over the life of the simulator. */
  readonly number: number;
  /** Sessions that are open at this moment, this one not counted. */
  readonly openSessions: () => number;
}

/** The server's side of one socket. */
export class Connection {
  readonly number: number;
  readonly route: LiveRoute;
  readonly transcript: Transcript = new Transcript();
  readonly #world: World;
  readonly #credential: Credential;
  readonly #line: FaultLine;
  readonly #openSessions: () => number;
  #record: ConversationRecord | undefined;
  /** What struck before the setup told which conversation this is. */
  #struckEarly: Fault[] = [];
  #sessionKey: string | undefined;
  #state: ConnectionState = { phase: 'awaitingSetup' };
  #cancelSetupTimer: Cancel | undefined;

  constructor({ world, request, line, number, openSessions }: ConnectionOptions) {
    this.number = number;
    this.#world = world;
    this.#openSessions = openSessions;
    this.route = liveRoute(request.target, world.options.platform);
    this.#credential = readCredential(request.target, request.headers);
    this.#line = new FaultLine({
      line: this.transcript.record(line, (code, reason) => this.#closed(code, reason)),
      clock: world.clock,
      faults: (world.options.faults.always ?? []).filter((fault) => (fault.connection ?? number) === number),
      doomHandles: (fate) => this.#doomHandles(fate),
      struck: (fault) => this.#struck(fault),
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The conversation it belongs to, once it is set up. */
  get conversation(): string | undefined {
    return this.#record?.conversation;
  }

  /** The line with its faults, for the hands of a test. */
  get line(): FaultLine {
    return this.#line;
  }

  /** The socket is open. A caller who may not be here is told at once; everyone else hears nothing before `setup`. */
  opened(): void {
    this.#line.connected();
    const { apiKeys } = this.#world.options;
    const refusal = checkAccess(this.route, this.#credential, apiKeys, this.#world.tokens);
    if (refusal !== undefined) return this.#refuse(refusal);
    const { clock, options } = this.#world;
    const { setupMs } = options.limits;
    if (!Number.isFinite(setupMs)) return;
    this.#cancelSetupTimer = clock.schedule(setupMs, () => this.#refuse(refusals.aborted));
  }

  /** A frame came from the client. Never throws. */
  receive(frame: Uint8Array | string): void {
    try {
      this.#receive(frame);
    } catch (cause) {
      this.#world.notes.add({ type: 'serverFailed', message: 'A frame could not be handled.', cause });
      this.#refuse(refusals.internal);
    }
  }

  /** The socket is gone, by whoever's will. */
  disconnected(code: number, reason: string): void {
    this.#closed(code, reason);
  }

  #receive(frame: Uint8Array | string): void {
    if (this.state.phase === 'closed' || this.route.kind !== 'live') return;
    const parsed = this.#world.parsers[this.route.platform](frame);
    if (!parsed.ok) return this.#refuse(parsed.refusal);
    const { message } = parsed;
    this.transcript.heard(message);
    if (!this.#line.received(message)) return;
    switch (this.#state.phase) {
      case 'awaitingSetup':
        return this.#setUp(message, parsed.nullHandle, this.route);
      case 'active': {
        const { session } = this.#state;
        const isTooEarly = this.#line.refusesAudioDuringCall && session.awaitsTools;
        const refusal = isTooEarly && isAudio(message) ? refusals.notImplemented : session.receive(message);
        if (refusal !== undefined) this.#refuse(refusal);
        return;
      }
      case 'mute':
      case 'closed':
        return;
    }
  }

  #setUp(message: ClientMessage, nullHandle: boolean, route: Extract<LiveRoute, { kind: 'live' }>): void {
    this.#cancelSetupTimer?.();
    if (!('setup' in message)) return this.#refuse(refusals.invalidArgument);
    const credential = this.#credential;
    const world = this.#world;
    const token = route.constrained && credential.kind === 'token' ? credential.token.reveal() : undefined;
    const setup = token === undefined ? message.setup : world.tokens.lock(token, message.setup);
    const profile = modelProfile(setup.model ?? '', route.platform);
    const verdict = judgeSetup(setup, {
      profile,
      version: route.version,
      models: world.options.models,
      nullHandle,
    });
    if (verdict.type === 'refuse') return this.#refuse(verdict.refusal);
    if (this.#openSessions() >= world.options.limits.sessions) return this.#refuse(refusals.exhausted);
    // An empty handle is the proto default, so it means none.
    const handle = setup.sessionResumption?.handle || undefined;
    const used = token === undefined ? undefined : world.tokens.use(token, handle !== undefined);
    if (used !== undefined) return this.#refuse(used);
    if (verdict.type === 'neverAnswer') {
      this.#state = { phase: 'mute', setup };
      return;
    }
    if (handle === undefined) return this.#activate(setup, profile, undefined);
    const resumed = world.resumption.resume(handle, setup.model);
    if (!resumed.ok) return this.#refuse(resumed.refusal);
    this.#activate(setup, profile, resumed);
  }

  #activate(setup: Setup, profile: ModelProfile, resumed: Extract<Resumed, { ok: true }> | undefined): void {
    const world = this.#world;
    const snapshot = resumed?.snapshot;
    const sessionKey = snapshot?.sessionKey ?? world.ids.uuid();
    world.resumption.connected(sessionKey);
    const record = world.conversations.recordFor(setup, sessionKey);
    this.#record = record;
    this.#sessionKey = sessionKey;
    for (const fault of this.#struckEarly) record.struck(fault, this.number);
    this.#struckEarly = [];
    const session = new Session({
      world,
      profile,
      setup,
      line: this.#line,
      sessionKey,
      resumed: snapshot,
      brokenOff: resumed?.brokenOff ?? [],
      ...record.begin(
        this.number,
        snapshot === undefined ? undefined : itemsOf(snapshot.conversation.ledger),
      ),
    });
    this.#state = { phase: 'active', setup, session, resumed: snapshot !== undefined };
    if (resumed?.poison !== undefined) this.#suffer(resumed.poison);
    record.schedule?.attach(this.#line);
    session.start();
  }

  #struck(fault: Fault): void {
    if (this.#record === undefined) this.#struckEarly.push(fault);
    else this.#record.struck(fault, this.number);
  }

  /** What the handle was poisoned with. */
  #suffer({ afterMs, close }: Extract<HandleFate, { type: 'poisoned' }>): void {
    this.#line.inject({ type: 'poisonedHandles', afterMs, close });
    this.#line.inject({ type: 'close', at: { afterMs }, ...serviceCloses[close] });
  }

  #doomHandles(fate: HandleFate): void {
    if (this.#sessionKey !== undefined) this.#world.resumption.doom(this.#sessionKey, fate);
  }

  #refuse({ code, reason }: Refusal): void {
    this.#line.close(code, fitReason(reason));
  }

  #closed(code: number, reason: string): void {
    if (this.#state.phase === 'closed') return;
    this.#cancelSetupTimer?.();
    const last = this.#state.phase === 'active' ? this.#state.session : undefined;
    this.#state = { phase: 'closed', code, reason, last };
    this.#record?.schedule?.detach(this.#line);
    this.#line.end();
    last?.end(this.#line.lingerMs);
  }
}

function isAudio(message: ClientMessage): boolean {
  if (!('realtimeInput' in message)) return false;
  return 'audio' in message.realtimeInput || 'mediaChunks' in message.realtimeInput;
}
