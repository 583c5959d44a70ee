/** What a user of the simulator should know and the protocol has no word for. */

/** One remark. Never holds a credential. */
export interface SimulatorNote {
  /**
   * - `voiceFellBack`: a voice failed or is missing, tones speak instead.
   * - `brainFailed`: the brain threw; the session was closed with 1011.
   * - `placeholderEmpty`: a script's `{{name.field}}` stood for nothing, and nothing was said in its place.
   * - `wordsDiffer`: a typed turn has other words than the script's `hears`; the step was taken all the same.
   * - `turnDropped`: more turns waited than the queue holds.
   * - `clientTooSlow`: a client left too much unread and was cut off.
   * - `serverFailed`: the simulator itself failed while it handled a frame; the session was closed with 1011.
   */
  readonly type:
    | 'voiceFellBack'
    | 'brainFailed'
    | 'placeholderEmpty'
    | 'wordsDiffer'
    | 'turnDropped'
    | 'clientTooSlow'
    | 'serverFailed';
  readonly message: string;
  readonly cause?: unknown;
}

/** Keeps the last notes and passes each on. */
export interface NoteLog {
  readonly notes: readonly SimulatorNote[];
  add(note: SimulatorNote): void;
}

const MAX_NOTES = 200;

/** A log of the last 200 notes; older ones are forgotten. A listener that throws is ignored. */
export function createNoteLog(onNote?: (note: SimulatorNote) => void): NoteLog {
  const notes: SimulatorNote[] = [];
  return {
    notes,
    add(note) {
      notes.push(note);
      if (notes.length > MAX_NOTES) notes.shift();
      try {
        onNote?.(note);
      } catch {
        // A listener's failure is not the session's.
      }
    },
  };
}
