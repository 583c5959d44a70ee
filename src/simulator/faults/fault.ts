/** What can go wrong on request: everything the field has reported of the real service (spec: wire §4.1 rule 8, §7). */

/** Something that happens on a connection, in either direction. */
export type MomentName =
  | 'connected'
  | 'setup'
  | 'setupComplete'
  | 'clientContent'
  | 'realtimeInput'
  | 'toolResponse'
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

/** What goes wrong. */
export type FaultKind =
  /** The setup is never answered. */
  | { readonly type: 'missingSetupComplete' }
  /** From then on the server sends nothing, and stays connected. */
  | { readonly type: 'silence'; readonly at: Moment }
  /** TCP reset: the client sees 1006. */
  | { readonly type: 'reset'; readonly at: Moment }
  | { readonly type: 'close'; readonly at: Moment; readonly code: number; readonly reason?: string }
  /** `interrupted` comes this much later than it should, after what follows it. */
  | { readonly type: 'lateInterrupted'; readonly delayMs: number }
  | { readonly type: 'duplicateInterrupted' }
  /** `interrupted` although nobody interrupted. */
  | { readonly type: 'phantomInterrupted'; readonly at: Moment }
  /** Audio, transcripts and flags share frames, this many at a time; flags come with the last. @default frames 3 */
  | { readonly type: 'bundledFrames'; readonly frames?: number }
  /** An empty `serverContent` and a bare `{}` before every content frame. */
  | { readonly type: 'emptyServerContent' }
  | { readonly type: 'missingGenerationComplete' }
  | { readonly type: 'missingTurnComplete' }
  | { readonly type: 'duplicateToolCalls' }
  /** A frame that is not JSON. */
  | { readonly type: 'malformedFrame'; readonly at: Moment; readonly text?: string }
  /** Handles are given out and unknown when they come back. */
  | { readonly type: 'staleHandles' }
  /** `goAway`, and then what it threatens, nothing, or silence. @default timeLeftMs 50000, followedBy 'close' */
  | {
      readonly type: 'goAway';
      readonly at: Moment;
      readonly timeLeftMs?: number;
      readonly followedBy?: 'close' | 'stay' | 'silence';
    }
  /** Transcripts come, audio does not. */
  | { readonly type: 'muteAudio' }
  /** Audio that comes while the generation waits for a blocking call closes with 1008, as 2.5 and 3.1 at times do. */
  | { readonly type: 'audioDuringCall' }
  /** The connection ends after `afterMs`, announced `goAwayMs` before (0: unannounced). @default goAwayMs 50000 */
  | { readonly type: 'connectionLimit'; readonly afterMs: number; readonly goAwayMs?: number };

/** A fault, on every connection or on one. */
export type Fault = FaultKind & {
  /** Counted from 1 over the life of the simulator. @default every connection */
  readonly connection?: number;
};
