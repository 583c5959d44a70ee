/** Where a session begins that goes on with a conversation of another process. */
export interface SessionStart {
  /** Nothing is opened before it resolves; a rejection ends the session, with that as the cause. */
  readonly after?: PromiseLike<unknown>;
  /** @default a new UUID */
  readonly sessionId?: string;
  /** The number of the turn to come. @default 1 */
  readonly turn?: number;
  /** Keys of the calls that are answered from here, and were not before. */
  readonly openCalls?: readonly string[];
  /** Of those, the ones that the handle in the config does not know of: their answers go as text. */
  readonly unsavedCalls?: readonly string[];
}
