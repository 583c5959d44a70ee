/** Where a session stands in its life and in the conversation (seed: SessionPhase; spec: voice §1.1). */

/** The ten phases by name, for callers who like a dot: `SessionPhase.modelSpeaking`. */
export const SessionPhase = {
  /** Not connected to the server. */
  disconnected: 'disconnected',
  /** The WebSocket is being opened. */
  connecting: 'connecting',
  /** Setup is sent, setupComplete is awaited. */
  setupSent: 'setupSent',
  /** Ready, and nobody speaks. */
  active: 'active',
  /** The user speaks (client VAD, activity marks or server signal). */
  userSpeaking: 'userSpeaking',
  /** The model generates a response. */
  modelSpeaking: 'modelSpeaking',
  /** The user cut the model off. */
  interrupted: 'interrupted',
  /** The model asked for tool calls that nobody has taken yet. */
  toolCallPending: 'toolCallPending',
  /** Tool calls are being executed. */
  toolCallExecuting: 'toolCallExecuting',
  /** The session is closing. */
  disconnecting: 'disconnecting',
} as const;

export type SessionPhase = keyof typeof SessionPhase;

const CONVERSATION: readonly SessionPhase[] = [
  'active',
  'userSpeaking',
  'modelSpeaking',
  'interrupted',
  'toolCallPending',
  'toolCallExecuting',
];

/** What may follow each phase; any phase may also go to `disconnected`. */
const successors: Readonly<Record<SessionPhase, readonly SessionPhase[]>> = {
  disconnected: ['connecting'],
  connecting: ['setupSent'],
  setupSent: ['active'],
  active: ['userSpeaking', 'modelSpeaking', 'toolCallPending', 'disconnecting'],
  userSpeaking: ['active', 'modelSpeaking', 'disconnecting'],
  modelSpeaking: ['active', 'interrupted', 'toolCallPending', 'disconnecting'],
  interrupted: ['active', 'userSpeaking', 'disconnecting'],
  toolCallPending: ['toolCallExecuting', 'disconnecting'],
  toolCallExecuting: ['active', 'modelSpeaking', 'disconnecting'],
  disconnecting: [],
};

/** Every phase, in the order of a session's life. */
export const SESSION_PHASES: readonly SessionPhase[] = Object.values(SessionPhase);

/** Whether a session may go from one phase straight to another. */
export function canTransitionTo(from: SessionPhase, to: SessionPhase): boolean {
  return to === 'disconnected' || successors[from].includes(to);
}

/**
 * The shortest legal way between two phases of a conversation, without `from` and with `to`; empty when they are
 * the same. No step is skipped, so that an observer sees every phase.
 */
export function phasePath(from: SessionPhase, to: SessionPhase): readonly SessionPhase[] {
  if (from === to) return [];
  const queue: SessionPhase[][] = [[from]];
  const seen = new Set([from]);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const last = path.at(-1) ?? from;
    if (canTransitionTo(last, to)) return [...path.slice(1), to];
    for (const next of successors[last]) {
      if (seen.has(next) || !CONVERSATION.includes(next)) continue;
      seen.add(next);
      queue.push([...path, next]);
    }
  }
  throw new Error(`no legal way from phase ${from} to ${to}`);
}
