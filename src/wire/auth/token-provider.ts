/**
 * Gives a credential, asked anew at every connection, so that a reconnect an hour later gets a fresh one.
 * Rejecting fails the attempt with `tokenFetchFailed`, which is retried.
 */
export type TokenProvider = (signal: AbortSignal) => string | Promise<string>;
