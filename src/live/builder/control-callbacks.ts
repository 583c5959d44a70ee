import type { JsonValue } from '../../flow/state-reader.ts';
import { listed } from '../../runtime/listeners.ts';
import type { LiveEventOf } from '../../runtime/live-event.ts';
import type { Hook, LiveHooks } from '../../runtime/live-options.ts';
import { FastListeners } from './fast-listeners.ts';

/**
 * What the application does at its place in the order of the control lane. Nobody waits for it, teardown excepted; what it
 * throws, or rejects with, is an `error` event. The first five are given state and writer.
 */
export abstract class ControlCallbacks extends FastListeners {
  /** Setup is complete, each time; before the event. */
  onConnected(hook: Hook): this {
    return this.#hook('onConnected', hook);
  }

  /** Everything of the turn is in the state, and what it steers is sent. */
  onTurnBoundary(hook: Hook): this {
    return this.#hook('onTurnBoundary', hook);
  }

  onGenerationComplete(hook: Hook): this {
    return this.#hook('onGenerationComplete', hook);
  }

  /** The user has spoken and the model says nothing. */
  onSoftTurn(hook: Hook): this {
    return this.#hook('onSoftTurn', hook);
  }

  /** Once at the end; waited for, at most {@link teardownTimeout}. */
  onTeardown(hook: Hook): this {
    return this.#hook('onTeardown', hook);
  }

  /** How long `disconnect` waits for teardown hooks. @default 2_000 */
  teardownTimeout(durationMs: number): this {
    return this.set('teardownTimeoutMs', durationMs);
  }

  /** The end, once. No reason means that it was asked for. */
  onDisconnected(callback: (reason: string | undefined) => void): this {
    return this.on('disconnected', ({ reason }) => callback(reason));
  }

  onGoAway(callback: (timeLeftMs: number) => void): this {
    return this.on('goAway', ({ timeLeftMs }) => callback(timeLeftMs));
  }

  /** Something failed; the call goes on unless `onDisconnected` follows. */
  onError(callback: (error: LiveEventOf<'error'>['error']) => void): this {
    return this.on('error', ({ error }) => callback(error));
  }

  /** The user cut in: stop playing. */
  onInterrupted(callback: () => void): this {
    return this.on('interrupted', () => callback());
  }

  onToolCancelled(callback: (ids: readonly string[]) => void): this {
    return this.on('toolCancelled', ({ ids }) => callback(ids));
  }

  onTurnComplete(callback: () => void): this {
    return this.on('turnComplete', () => callback());
  }

  /** An extractor's result, and then each field of it as `name.field`. */
  onExtracted(callback: (name: string, value: JsonValue) => void): this {
    return this.on('extraction', ({ name, value }) => callback(name, value));
  }

  onExtractionError(callback: (name: string, error: string) => void): this {
    return this.on('extractionError', ({ name, error }) => callback(name, error));
  }

  /** The session goes on after its connection was lost. */
  onResumed(callback: () => void): this {
    return this.on('connected', ({ resumed }) => {
      if (resumed) return callback();
    });
  }

  #hook(name: keyof LiveHooks, hook: Hook): this {
    const before = this.options.hooks?.[name];
    return this.merge('hooks', { [name]: before === undefined ? hook : [...listed(before), hook] });
  }
}
