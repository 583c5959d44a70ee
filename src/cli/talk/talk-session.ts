/** The session of a conversation, as a command needs it, whatever layer it is of. */
import { type ConnectOptions, openSession, type SessionConfig, type SessionEvent } from '../../wire/index.ts';

/** Hears every event of the wire session, from the first. */
export type HearSession = (event: SessionEvent) => void;

export interface TalkSession {
  /** Resolves when the session is active; rejects with what ended the attempt. */
  ready(): Promise<void>;
  /** A chunk of the microphone; nobody waits for it. */
  sendAudio(chunk: Uint8Array): void;
  sendText(text: string): Promise<void>;
  /** The user was heard to begin, or to stop. Not on the wire, where the server listens for itself. */
  userSpeech(speaking: boolean): void;
  /** Ends the session; resolves when it has ended. */
  disconnect(reason: string): Promise<void>;
}

/** A wire session with what a call needs beside. */
export interface WireTalkSession extends TalkSession {
  /** The microphone is off: the server takes what it has heard. */
  audioStreamEnd(): Promise<void>;
}

/** Opens a wire session at once. Throws what `openSession` throws. */
export function openWireSession(
  config: SessionConfig,
  options: Pick<ConnectOptions, 'clock' | 'transport'>,
  onEvent: HearSession,
): WireTalkSession {
  const handle = openSession(config, { ...options, onEvent });
  return {
    ready: () => handle.waitForPhase('active'),
    sendAudio: (chunk) => void handle.sendAudio(chunk),
    sendText: (text) => handle.sendText(text),
    userSpeech: (speaking) => void (speaking ? handle.signalActivityStart() : handle.signalActivityEnd()),
    disconnect: (reason) => handle.disconnect(reason),
    audioStreamEnd: () => handle.audioStreamEnd(),
  };
}
