import type { CallVariant } from './call-variant.ts';

/** What a frame of the client is to the conversation. */
export type SentKind = 'setup' | 'activityStart' | 'activityEnd' | 'prompt' | 'userText' | 'other';

/** How the text of a user is told from all other texts. */
const USER_WORDS = /\bu\d+\b/;
/** What tells a session of the result of a call that it does not know. */
const LOST_RESULT = /\(The function \w+ has returned: /;

type Frame = Readonly<Record<string, unknown>>;
interface ContentFrame {
  readonly turns?: ReadonlyArray<{ readonly parts: ReadonlyArray<{ readonly text?: string }> }>;
  readonly turnComplete?: boolean;
}

/** What may go on the wire, and when (spec: wire §2, §4, §6). */
export class WireRules {
  readonly #variant: CallVariant;
  readonly #fail: (what: string) => void;
  #link: 'none' | 'open' | 'settingUp' | 'ready' = 'none';
  /** The user's turn is marked as open on this connection. */
  windowOpen = false;
  /** The connection goes on with what another one began. */
  isResumed = false;
  /** The connection is just up: what the service has not kept is sent again, or the history of a fresh session. */
  isReplaying = false;
  connections = 0;
  audioFrames = 0;
  marks = 0;

  constructor(variant: CallVariant, fail: (what: string) => void) {
    this.#variant = variant;
    this.#fail = fail;
  }

  get isReady(): boolean {
    return this.#link === 'ready';
  }

  opened(): void {
    this.#link = 'open';
    this.windowOpen = false;
    this.connections += 1;
  }

  ready(): void {
    this.#link = 'ready';
    this.isReplaying = true;
    queueMicrotask(() => {
      this.isReplaying = false;
    });
  }

  closed(): void {
    this.#link = 'none';
    this.windowOpen = false;
  }

  sent(frame: Frame): SentKind {
    const keys = Object.keys(frame);
    if (keys.length !== 1) this.#fail(`a frame with the keys ${keys}`);
    if ('setup' in frame) {
      if (this.#link !== 'open') this.#fail('a second setup');
      this.#link = 'settingUp';
      this.isResumed = JSON.stringify(frame).includes('"handle"');
      return 'setup';
    }
    if (this.#link !== 'ready') this.#fail(`a ${keys} before setupComplete`);
    if (frame.contextUpdate !== undefined && this.#variant.family !== '3.8') this.#fail('a contextUpdate');
    if (frame.realtimeInput !== undefined) return this.#realtime(frame.realtimeInput as Frame);
    if (frame.clientContent !== undefined) return this.#content(frame.clientContent as ContentFrame);
    if (frame.toolResponse !== undefined) this.#response(frame.toolResponse as Frame);
    return 'other';
  }

  #realtime(input: Frame): SentKind {
    const keys = Object.keys(input);
    if (keys.length !== 1) this.#fail(`realtime input with the fields ${keys}`);
    const isManual = this.#variant.authority === 'client';
    if (input.audio !== undefined) {
      this.audioFrames += 1;
      if (isManual && !this.windowOpen) this.#fail('audio outside the window of the user');
    }
    if (input.audioStreamEnd !== undefined && isManual) this.#fail('audioStreamEnd in manual activity');
    if (input.activityStart !== undefined || input.activityEnd !== undefined) return this.#mark(input);
    if (input.text === undefined) return 'other';
    return textKind(String(input.text));
  }

  #mark(input: Frame): SentKind {
    const isStart = input.activityStart !== undefined;
    this.marks += 1;
    if (this.#variant.authority === 'server')
      this.#fail('an activity mark under the authority of the server');
    if (this.windowOpen === isStart) this.#fail(`two activity ${isStart ? 'starts' : 'ends'} in a row`);
    this.windowOpen = isStart;
    return isStart ? 'activityStart' : 'activityEnd';
  }

  #content(content: ContentFrame): SentKind {
    if (this.#variant.family === '3.1' && !this.isReplaying)
      this.#fail('clientContent in mid-session on 3.1');
    const turns = content.turns ?? [];
    if (turns.length === 0 && content.turnComplete !== true) this.#fail('clientContent without content');
    if (turns.some(({ parts }) => parts.length === 0)) this.#fail('a turn without parts');
    if (content.turnComplete !== true) return 'other';
    return textKind(JSON.stringify(turns));
  }

  #response({ functionResponses }: Frame): void {
    const responses = functionResponses as ReadonlyArray<Frame>;
    if (responses.length === 0) this.#fail('a toolResponse without responses');
    const takesScheduling =
      this.#variant.family === '3.8' ||
      (this.#variant.family === '2.5' && this.#variant.platform === 'googleAi');
    if (!takesScheduling && responses.some(({ scheduling }) => scheduling !== undefined)) {
      this.#fail('scheduling on a model that takes none');
    }
  }
}

function textKind(text: string): SentKind {
  if (USER_WORDS.test(text)) return 'userText';
  return LOST_RESULT.test(text) ? 'other' : 'prompt';
}
