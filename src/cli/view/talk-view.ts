/** What watches a conversation for a person. */
import type { SessionPhase } from '../../wire/index.ts';
import type { OpenWords } from '../talk/conversation-log.ts';
import type { ViewLine } from './view-line.ts';

/** How things stand at one moment. */
export interface TalkStatus {
  readonly phase: SessionPhase;
  /** The phase of the conversation; empty where the agent has none. */
  readonly place: string;
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
  line(line: ViewLine): void;
  /** What happens now, and may take a while; empty when nothing does. */
  stage(text: string): void;
  /** Called ten times a second. */
  status(status: TalkStatus): void;
  /** Leaves the terminal as it was found. Once, and again does nothing. */
  close(): void;
}
