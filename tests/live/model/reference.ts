/** What can be known of a call from outside, by its wire and its events alone; and what must hold of both. */
import type { LiveEvent } from '../../../src/runtime/live-event.ts';
import type { FunctionCall, FunctionResponse, ServerMessage } from '../../../src/wire/index.ts';
import type { CallVariant } from './call-variant.ts';
import { EventRules } from './event-rules.ts';
import { ToolRules } from './tool-rules.ts';
import { WireRules } from './wire-rules.ts';

/** How a session is told the results of calls that it does not know. */
const LOST_RESULTS = /\(The function (\w+) has returned: (?:(?!\(The function).)*/g;

/**
 * Who has the floor. It is told of each frame at the moment it passes, before the runtime hears of it, so that whatever
 * the runtime sends can be judged by what it could know.
 */
export class Reference {
  readonly variant: CallVariant;
  readonly violations: string[] = [];
  readonly events: EventRules;
  readonly tools: ToolRules;
  readonly wire: WireRules;
  readonly #nowMs: () => number;
  /** Somebody hears the user, as `vadStart` and `vadEnd` tell. */
  userSpeaks = false;
  /** From the model's first output of a turn to its end. */
  modelSpeaks = false;
  playbackEndsMs = 0;
  /** The conversation has come to a place where the model is to speak, and neither did it nor did the user. */
  owesPrompt = false;
  promptsSent = 0;
  /** The user wrote, and the model has not begun to reply. */
  owesReply = false;
  /** When a call was last answered or given up. */
  toolsMovedMs = Number.NEGATIVE_INFINITY;
  #lastOutputMs = 0;
  #isAbandoned = false;
  /** Went out while the user spoke, unless their end is told in the same breath: it is, after what follows from it. */
  #prompt: { readonly atMs: number; readonly frame: string } | undefined;

  constructor(variant: CallVariant, nowMs: () => number) {
    this.variant = variant;
    this.#nowMs = nowMs;
    const fail = (what: string): void => void this.violations.push(`${this.#nowMs()} ms: ${what}`);
    this.events = new EventRules(fail);
    this.tools = new ToolRules(variant, fail);
    this.wire = new WireRules(variant, fail);
  }

  get playing(): boolean {
    return this.playbackEndsMs > this.#nowMs();
  }

  get modelInTurn(): boolean {
    return this.modelSpeaks || this.tools.blocks;
  }

  /** The user speaks, as the server is to see it: under the client's authority that is the open window. */
  get userTurn(): boolean {
    return this.variant.authority === 'client' ? this.wire.windowOpen : this.userSpeaks;
  }

  get floorFree(): boolean {
    return !this.userSpeaks && !this.userTurn && !this.modelInTurn && !this.playing;
  }

  connectionOpened(): void {
    this.wire.opened();
  }

  connectionClosed(): void {
    this.wire.closed();
  }

  fromServer(message: ServerMessage): void {
    if ('setupComplete' in message) {
      this.wire.ready();
      this.modelSpeaks = false;
      this.tools.connected(this.wire.isResumed);
      return;
    }
    const { serverContent: content, toolCall, toolCallCancellation, sessionResumptionUpdate } = message;
    if (sessionResumptionUpdate?.resumable === true) this.tools.handedOut();
    if (content?.modelTurn !== undefined) this.events.serverSpeaks(true);
    if (toolCall !== undefined) this.events.serverSpeaks(false);
    if (content?.modelTurn !== undefined) this.#output(content.modelTurn.parts ?? []);
    this.events.serverWords(content);
    if (content?.interrupted === true) {
      this.modelSpeaks = false;
      this.playbackEndsMs = Math.min(this.playbackEndsMs, this.#nowMs());
    }
    if (content?.waitingForInput === true) this.modelSpeaks = false;
    if (content?.turnComplete === true) {
      this.modelSpeaks = false;
      this.events.serverTurnComplete();
    }
    if (toolCall !== undefined) {
      this.modelSpeaks = false;
      this.tools.called((toolCall.functionCalls ?? []) as readonly FunctionCall[]);
    }
    if (toolCallCancellation !== undefined) this.toolsMovedMs = this.#nowMs();
    if (toolCallCancellation !== undefined) this.tools.cancelledByServer(toolCallCancellation.ids ?? []);
  }

  fromClient(message: Readonly<Record<string, unknown>>): void {
    const kind = this.wire.sent(message);
    if (kind === 'activityStart') this.owesPrompt = false;
    if (kind === 'userText') this.owesReply = true;
    if (message.toolResponse !== undefined) {
      this.toolsMovedMs = this.#nowMs();
      const { functionResponses } = message.toolResponse as { functionResponses: FunctionResponse[] };
      this.tools.answered(functionResponses, this.wire.isReplaying);
    }
    for (const [result, name = ''] of JSON.stringify(message).matchAll(LOST_RESULTS)) {
      this.toolsMovedMs = this.#nowMs();
      this.tools.answeredAsText(name, /call-\d+/.exec(result)?.[0]);
    }
    if (kind === 'prompt') this.#prompted(JSON.stringify(message));
  }

  fromRuntime(event: LiveEvent): void {
    this.events.heard(event);
    if (event.type === 'vadEnd' && this.#prompt?.atMs === this.#nowMs()) this.#prompt = undefined;
    if (event.type === 'vadStart') {
      this.userSpeaks = true;
      if (this.variant.authority === 'server') this.owesPrompt = false;
    } else if (event.type === 'vadEnd') this.userSpeaks = false;
    else if (event.type === 'phaseTransition') this.owesPrompt = event.to === 'ask' || event.to === 'tell';
    else if (event.type === 'toolCancelled') {
      this.toolsMovedMs = this.#nowMs();
      this.tools.givenUp(event.ids);
    } else if (event.type === 'toolExecution') this.tools.told(event.callId);
  }

  /** Between two inputs: whatever was to be told has been told. */
  settled(): void {
    this.#isAbandoned ||= this.#abandoned();
    if (this.#prompt === undefined) return;
    const { atMs, frame } = this.#prompt;
    this.#prompt = undefined;
    this.violations.push(`${atMs} ms: a prompt while the user speaks: ${frame}`);
  }

  /** The player, or the estimate, says that everything was heard, or the rest is dropped. */
  playbackEnded(): void {
    this.playbackEndsMs = Math.min(this.playbackEndsMs, this.#nowMs());
  }

  #output(parts: ReadonlyArray<{ readonly inlineData?: { readonly data?: string } }>): void {
    this.modelSpeaks = true;
    this.#isAbandoned = false;
    this.owesReply = false;
    this.#lastOutputMs = this.#nowMs();
    for (const { inlineData } of parts) {
      if (inlineData?.data === undefined) continue;
      const durationMs = (inlineData.data.length * 3) / 4 / 48;
      const startsMs = Math.max(this.playbackEndsMs, this.#nowMs());
      this.playbackEndsMs = startsMs + durationMs;
    }
  }

  #prompted(frame: string): void {
    this.owesPrompt = false;
    this.promptsSent += 1;
    // What was sent before its connection was lost goes first, whoever has the floor now.
    if (this.wire.isReplaying) return;
    const fail = (who: string): void => {
      this.violations.push(`${this.#nowMs()} ms: a prompt while ${who}: ${frame}`);
    };
    if (this.playing) fail('the model is heard');
    // The session asks again when the last call is given up that a lost session had made.
    const asksAgain = this.toolsMovedMs === this.#nowMs() && !frame.includes('"turns"');
    if (this.tools.blocks && !asksAgain) fail('the model waits for a tool');
    if (this.modelSpeaks && !this.#abandoned()) fail('the model is in its turn');
    if (this.wire.windowOpen) fail('the window of the user is open');
    if (this.userSpeaks) this.#prompt ??= { atMs: this.#nowMs(), frame };
  }

  /** The watchdog gives a turn up that nobody ends, for good: a player that reports late does not bring it back. */
  #abandoned(): boolean {
    if (this.#isAbandoned) return true;
    return this.variant.quiet && this.#nowMs() - Math.max(this.#lastOutputMs, this.playbackEndsMs) >= 5000;
  }
}
