/** One session on one connection: only wires its parts together. */
import type { ModelProfile } from '../../wire/model/profile.ts';
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import type { Content } from '../../wire/protocol/content.ts';
import type { Setup } from '../../wire/protocol/setup.ts';
import type { BrainMemory, CallAction } from '../brain/brain.ts';
import { wordsOfUtterance } from '../hearing/utterance-words.ts';
import type { AudioTally } from '../ledger/audio-tally.ts';
import type { ContextLog } from '../ledger/conversation-record.ts';
import { type Refusal, refusals } from '../protocol/refusal.ts';
import type { SessionSnapshot } from '../resumption/resumption-store.ts';
import { toolRefusal } from '../setup/tool-rules.ts';
import type { World } from '../world.ts';
import { ConnectionTimers } from './connection-timers.ts';
import { Conversation, compressionWindow } from './conversation.ts';
import { createDialect, type Dialect } from './dialect.ts';
import { Handles } from './handles.ts';
import type { SessionLine } from './line.ts';
import { createModelSide } from './model-side.ts';
import { SessionSettings } from './session-settings.ts';
import { takeToolResponses } from './tool-answers.ts';
import { ToolDesk } from './tool-desk.ts';
import { TurnCounter } from './turn-counter.ts';
import type { TurnEngine } from './turn-engine.ts';
import type { TurnState } from './turn-state.ts';
import { UserSide } from './user-side.ts';

/** What a session begins with. */
export interface SessionOptions {
  readonly world: World;
  readonly profile: ModelProfile;
  readonly setup: Setup;
  readonly line: SessionLine;
  readonly sessionKey: string;
  /** The state to go on from. */
  readonly resumed: SessionSnapshot | undefined;
  /** Calls that were unanswered when the session broke off. */
  readonly brokenOff: readonly CallAction[];
  readonly log: ContextLog;
  readonly tally: AudioTally;
}

const FIRST_HANDLE_MS = 100;

/** A session that has been set up. */
export class Session {
  readonly #world: World;
  readonly #profile: ModelProfile;
  readonly #line: SessionLine;
  readonly #dialect: Dialect;
  readonly #conversation: Conversation;
  readonly #settings: SessionSettings;
  readonly #log: ContextLog;
  readonly #brokenOff: readonly CallAction[];
  readonly #desk: ToolDesk;
  readonly #handles: Handles;
  readonly #engine: TurnEngine;
  readonly #user: UserSide;
  readonly #sessionKey: string;
  readonly #timers: ConnectionTimers;
  readonly #transparent: boolean;
  #ended = false;

  constructor(options: SessionOptions) {
    const { world, profile, setup, line, sessionKey, resumed } = options;
    this.#log = options.log;
    this.#brokenOff = options.brokenOff;
    this.#desk = new ToolDesk(resumed?.openCalls);
    this.#world = world;
    this.#profile = profile;
    this.#line = line;
    this.#sessionKey = sessionKey;
    this.#dialect = createDialect(profile, world.ids);
    this.#transparent = setup.sessionResumption?.transparent === true;
    const window = setup.contextWindowCompression;
    const conversation = new Conversation(
      options.log,
      resumed?.conversation,
      window === undefined ? undefined : compressionWindow(window),
    );
    this.#conversation = conversation;
    this.#settings = new SessionSettings(setup);
    const memory: BrainMemory = structuredClone(resumed?.memory ?? {});
    const turns = new TurnCounter(resumed?.turns ?? 0);
    const shared = { world, setup, dialect: this.#dialect, conversation, memory, line };
    this.#handles = new Handles({
      ...shared,
      sessionKey,
      tools: this.#desk,
      turns: () => turns.count,
      isSettled: () => this.#engine.isSettled && !this.#hearsHalf,
    });
    this.#engine = createModelSide({
      ...shared,
      profile,
      settings: this.#settings,
      tools: this.#desk,
      handles: this.#handles,
      turns,
    });
    const { connectionMs, idleMs } = world.options.limits;
    this.#timers = new ConnectionTimers({
      clock: world.clock,
      dialect: this.#dialect,
      line,
      connectionMs,
      idleMs,
    });
    this.#user = new UserSide({
      profile,
      setup,
      conversation,
      engine: this.#engine,
      line,
      tally: options.tally,
      resumed: resumed !== undefined,
      keepSamples: world.options.transcribe !== undefined,
      wordsOf: (utterance) => wordsOfUtterance(utterance, world, conversation.contents, memory),
    });
  }

  /** Answers the setup. */
  start(): void {
    const sessionId = this.#dialect.platform === 'vertex' ? { sessionId: this.#sessionKey } : {};
    this.#line.send({ setupComplete: sessionId });
    this.#handles.begin();
    this.#timers.after(FIRST_HANDLE_MS, () => this.#handles.offer());
    if (this.#line.reissuesCalls && this.#brokenOff.length > 0) this.#engine.reissue(this.#brokenOff);
  }

  /** Blocking calls that are unanswered. */
  get unanswered(): readonly CallAction[] {
    return this.#desk.open('blocking').map(({ action }) => action);
  }

  get history(): readonly Content[] {
    return this.#conversation.contents;
  }

  get turnPhase(): TurnState['phase'] {
    return this.#engine.state.phase;
  }

  /** Whether the generation waits for answers to blocking calls. */
  get awaitsTools(): boolean {
    return this.#desk.isAwaited;
  }

  get userSpeaks(): boolean {
    return this.#user.speaking;
  }

  get heardMs(): number {
    return this.#user.heardMs;
  }

  /** Takes a client message after the setup; a refusal closes the connection. */
  receive(message: ClientMessage): Refusal | undefined {
    this.#timers.heard();
    // The handle of a turn that the user's words cut off does not hold them.
    const isUsers = 'clientContent' in message || 'realtimeInput' in message;
    if (!isUsers) this.#handles.countMessage();
    const refusal = this.#take(message);
    if (isUsers) this.#handles.countMessage();
    return refusal;
  }

  #take(message: ClientMessage): Refusal | undefined {
    if ('realtimeInput' in message) return this.#user.realtimeInput(message.realtimeInput);
    if ('clientContent' in message) return this.#user.clientContent(message.clientContent);
    if ('toolResponse' in message) {
      return takeToolResponses(message.toolResponse.functionResponses, {
        profile: this.#profile,
        dialect: this.#dialect,
        conversation: this.#conversation,
        desk: this.#desk,
        engine: this.#engine,
        userSpeaks: () => this.#user.speaking,
      });
    }
    // Configuration is immutable: a second setup is an error.
    if ('setup' in message) return refusals.invalidArgument;
    const { steering, family } = this.#profile;
    if (steering !== 'contextUpdate' && family !== 'unknown') return refusals.invalidArgument;
    const refusal = toolRefusal(message.contextUpdate.tools?.tools ?? [], this.#profile);
    if (refusal !== undefined) return refusal;
    this.#settings.update(message.contextUpdate);
    if (message.contextUpdate.systemInstruction !== undefined) {
      this.#log.add({ type: 'instruction', text: this.#settings.systemInstruction });
    }
    return undefined;
  }

  /**
   * Whether an index of consumed messages would count audio of an utterance that is not in the history yet. Only
   * transparent clients go by the index; others get handles while the user speaks, as recorded (spec: wire §4.2).
   */
  get #hearsHalf(): boolean {
    return this.#transparent && this.#user.speaking;
  }

  /** Stops everything; the session can be resumed by its handles. */
  end(lingerMs: number): void {
    if (this.#ended) return;
    this.#ended = true;
    const brokenOff = this.unanswered;
    this.#timers.end();
    this.#user.end();
    this.#engine.close();
    this.#world.resumption.disconnected(this.#sessionKey, { lingerMs, brokenOff });
  }
}
