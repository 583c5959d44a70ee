import type { OutboxNews } from '../outbox/outbox.ts';
import type { SessionEventBody } from '../session/session-event.ts';
import { phasePath, type SessionPhase } from '../session/session-phase.ts';
import type { ConnectionOutput, ConnectionState, Conversation, Gap, Link } from './connection-state.ts';

/** One step in the making: the next state and the outputs so far. Lives only inside `step`. */
export class Draft {
  link: Link;
  conversation: Conversation;
  failures: number;
  everReady: boolean;
  resumeHandle: string | undefined;
  handleFailures: number;
  gap: Gap | undefined;
  readonly outputs: ConnectionOutput[] = [];

  constructor(state: ConnectionState) {
    this.link = state.link;
    this.conversation = state.conversation;
    this.failures = state.failures;
    this.everReady = state.everReady;
    this.resumeHandle = state.resumeHandle;
    this.handleFailures = state.handleFailures;
    this.gap = state.gap;
  }

  emit(body: SessionEventBody): void {
    const { turn, generation } = this.conversation;
    this.outputs.push({ type: 'emit', body, turn, generation });
  }

  output(output: ConnectionOutput): void {
    this.outputs.push(output);
  }

  /** Tells the outbox. */
  note(news: OutboxNews): void {
    this.outputs.push({ type: 'outbox', news });
  }

  /** Changes the conversation; the phase is changed by {@link moveTo} only. */
  change(change: Partial<Omit<Conversation, 'phase'>>): void {
    this.conversation = { ...this.conversation, ...change };
  }

  /** Goes to a phase of the conversation by legal steps, each an event. A closing session stays where it is. */
  moveTo(phase: SessionPhase): void {
    if (this.conversation.phase === 'disconnecting') return;
    for (const next of phasePath(this.conversation.phase, phase)) this.enter(next);
  }

  /** Goes to a phase in one step. */
  enter(phase: SessionPhase): void {
    const from = this.conversation.phase;
    if (from === phase) return;
    this.conversation = { ...this.conversation, phase };
    this.emit({ type: 'phaseChanged', phase, from });
  }

  state(): ConnectionState {
    const { link, conversation, failures, everReady, resumeHandle, handleFailures, gap } = this;
    return { link, conversation, failures, everReady, resumeHandle, handleFailures, gap };
  }
}
