import type { SocketClose, SocketSink } from './transport.ts';

/** Forwards what a socket says until it is revoked: nothing of an abandoned socket comes through. */
export class RevocableSink implements SocketSink {
  #target: SocketSink | undefined;

  constructor(target: SocketSink) {
    this.#target = target;
  }

  revoke(): void {
    this.#target = undefined;
  }

  opened(): void {
    this.#target?.opened();
  }

  frame(data: Uint8Array | string): void {
    this.#target?.frame(data);
  }

  alive(): void {
    this.#target?.alive();
  }

  closed(close: SocketClose): void {
    this.#target?.closed(close);
  }
}
