/** What can go wrong on request: everything the field has reported of the real service (spec: wire §4.1 rule 8, §5, §7). */
import type { CloseName } from './service-closes.ts';

/** Something that happens on a connection, in either direction. */
export type MomentName =
  | 'connected'
  | 'setup'
  | 'setupComplete'
  | 'clientContent'
  | 'realtimeInput'
  | 'toolResponse'
  /** The user's turn is complete, typed or spoken, and the model is about to be asked. */
  | 'userTurn'
  | 'audio'
  | 'outputTranscription'
  | 'inputTranscription'
  | 'toolCall'
  | 'interrupted'
  | 'generationComplete'
  | 'turnComplete'
  | 'sessionResumptionUpdate'
  | 'goAway';

/** When a fault strikes: so long after the connection opened, or at the nth time that something happens. */
export type Moment =
  | { readonly afterMs: number }
  | {
      readonly on: MomentName;
      /** @default 1 */
      readonly nth?: number;
      /** @default 0 */
      readonly delayMs?: number;
    };

/** What becomes of a turn that the model does not answer: no frame at all, an empty turn, or one that was rejected. */
export type DeadTurn = 'nothing' | 'emptyTurn' | 'rejected';

/** What goes wrong on the connection itself. */
export type ConnectionFault =
  /** The upgrade is answered with this HTTP status. Only as a fault of the simulator or a plan, never injected. */
  | { readonly type: 'refusedUpgrade'; readonly status: number }
  /** The setup is never answered. */
  | { readonly type: 'missingSetupComplete' }
  /** From then on the server sends nothing, and stays connected. */
  | { readonly type: 'silence'; readonly at: Moment }
  /** TCP reset: the client sees 1006. */
  | { readonly type: 'reset'; readonly at: Moment }
  /** Any code and reason; {@link serviceCloses} has the documented ones. */
  | { readonly type: 'close'; readonly at: Moment; readonly code: number; readonly reason?: string }
  /**
   * `goAway`, and then what it threatens, nothing, silence, or silence and then the close. `untold` leaves `timeLeft`
   * out. @default timeLeftMs 50000, followedBy 'close', close 'goAwayIgnored'
   */
  | {
      readonly type: 'goAway';
      readonly at: Moment;
      readonly timeLeftMs?: number;
      readonly untold?: boolean;
      readonly followedBy?: 'close' | 'stay' | 'silence' | 'silenceThenClose';
      readonly close?: CloseName;
    }
  /**
   * The connection ends after `afterMs`, announced `goAwayMs` before (0: unannounced).
   * @default goAwayMs 50000, close 'goAwayIgnored'
   */
  | {
      readonly type: 'connectionLimit';
      readonly afterMs: number;
      readonly goAwayMs?: number;
      readonly close?: CloseName;
    }
  /** Pings are answered this late; Infinity: never. On real sockets only. */
  | { readonly type: 'slowPongs'; readonly delayMs: number };

/** What is wrong with the frames. */
export type FrameFault =
  /** Every frame comes this much later than it should, in order. */
  | { readonly type: 'lateFrames'; readonly delayMs: number }
  /** `interrupted` comes this much later than it should, after what follows it. */
  | { readonly type: 'lateInterrupted'; readonly delayMs: number }
  | { readonly type: 'duplicateInterrupted' }
  /** `interrupted` although nobody interrupted. */
  | { readonly type: 'phantomInterrupted'; readonly at: Moment }
  /** `turnComplete` although the turn goes on. */
  | { readonly type: 'prematureTurnComplete'; readonly at: Moment }
  /** Audio, transcripts and flags share frames, this many at a time; flags come with the last. @default frames 3 */
  | { readonly type: 'bundledFrames'; readonly frames?: number }
  /** An empty `serverContent` and a bare `{}` before every content frame. */
  | { readonly type: 'emptyServerContent' }
  | { readonly type: 'missingGenerationComplete' }
  | { readonly type: 'missingTurnComplete' }
  /** Every call comes twice, under the same id. */
  | { readonly type: 'duplicateToolCalls' }
  /** A frame that is not JSON. */
  | { readonly type: 'malformedFrame'; readonly at: Moment; readonly text?: string }
  /** Keys that no client knows, in every message and in its content, and messages of nothing else. */
  | { readonly type: 'unknownKeys' }
  /** Transcripts come, audio does not. */
  | { readonly type: 'muteAudio' }
  /** Every second delta of what the user said is missing. */
  | { readonly type: 'truncatedTranscription' };

/** What the model does not do. */
export type ModelFault =
  /** The user's turn, or so many of them, is heard and not answered. @default turns 1, as 'nothing' */
  | { readonly type: 'deadAir'; readonly at: Moment; readonly turns?: number; readonly as?: DeadTurn }
  /** One client message is lost on the way to the model: the one that makes the moment. */
  | { readonly type: 'ignoredMessage'; readonly at: Moment }
  /** Audio that comes while the generation waits for a blocking call closes with 1008, as 2.5 and 3.1 at times do. */
  | { readonly type: 'audioDuringCall' }
  /** A session that goes on from a handle asks again for what was unanswered when it broke off, under new ids. */
  | { readonly type: 'reissuedCalls' };

/** What is wrong with resumption. */
export type ResumptionFault =
  /** Handles, those already given out too, are not known when they come back. @default close 'sessionNotFound' */
  | { readonly type: 'staleHandles'; readonly close?: CloseName }
  /**
   * Handles, those already given out too, lead to a session that dies again, and so do the handles it gives.
   * @default afterMs 50, close 'internal'
   */
  | { readonly type: 'poisonedHandles'; readonly afterMs?: number; readonly close?: CloseName }
  /** A new handle leads to the state that stood so many handles ago, and says so by its index. @default by 1 */
  | { readonly type: 'laggingHandles'; readonly by?: number }
  /** Handles arrive late, other frames do not. */
  | { readonly type: 'lateHandles'; readonly delayMs: number }
  /** The session cannot be resumed: never, or while the model generates (earlier handles stay good). */
  | { readonly type: 'unresumable'; readonly while: 'always' | 'generating' }
  /** The server holds the connection to be open for so long after its end, and refuses the handle with 1011. */
  | { readonly type: 'lingeringConnection'; readonly forMs: number };

/** What goes wrong. */
export type FaultKind = ConnectionFault | FrameFault | ModelFault | ResumptionFault;

/** A fault, on every connection or on one. */
export type Fault = FaultKind & {
  /** Counted from 1 over the life of the simulator. @default every connection */
  readonly connection?: number;
  /** A lasting fault ends after this long. @default with the connection */
  readonly forMs?: number;
};
