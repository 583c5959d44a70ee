/** What watches a conversation for a person. */
import type { SessionPhase } from '../../wire/index.ts';
import type { ConversationLine, OpenWords } from '../talk/conversation-log.ts';

/** How things stand at one moment. */
export interface TalkStatus {
  readonly phase: SessionPhase;
  /** Since the command began. */
  readonly elapsedMs: number;
  readonly micDbfs: number;
  readonly agentDbfs: number;
  readonly open: OpenWords;
  /** Of each answer so far. */
  readonly latenciesMs: readonly number[];
  /** How far the present recording is, when there is one. */
  readonly sending: { readonly positionMs: number; readonly durationMs: number } | undefined;
}

/** A display; nothing it does may fail the conversation. */
export interface TalkView {
  /** Something finished, to be kept. */
  line(line: ConversationLine): void;
  /** What happens now, and may take a while; empty when nothing does. */
  stage(text: string): void;
  /** Called ten times a second. */
  status(status: TalkStatus): void;
  /** Leaves the terminal as it was found. Once, and again does nothing. */
  close(): void;
}

/** Seconds for people: `0.84 s`, `12.3 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)} s`;
}
