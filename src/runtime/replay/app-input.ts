/** What an application can do to a session, as data, and how it is done. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Content, FunctionResponse, RotateOptions, SessionWriter } from '../../wire/index.ts';
import type { LiveCore } from '../live-core.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { StateWrite } from '../state/state-write.ts';
import type { PlaybackLedger } from '../voice/playback/playback-ledger.ts';
import type { ReportedLedger } from '../voice/playback/playback-view.ts';

export type AppInput =
  | { readonly do: 'audio'; readonly data: Uint8Array | Int16Array }
  | { readonly do: 'text'; readonly text: string }
  | { readonly do: 'video'; readonly data: Uint8Array; readonly mimeType?: string | undefined }
  | { readonly do: 'toolResponse'; readonly responses: readonly FunctionResponse[] }
  | { readonly do: 'clientContent'; readonly turns: readonly Content[]; readonly turnComplete: boolean }
  | { readonly do: 'instruct'; readonly instruction: string }
  | { readonly do: 'activityStart' | 'activityEnd' }
  | { readonly do: 'speechStarted' | 'speechEnded' | 'flushPrompt' }
  | { readonly do: 'playbackDrained' | 'playerDrained' | 'playbackFlushed' }
  | { readonly do: 'playbackReport'; readonly playedMs: number; readonly turn?: number | undefined }
  | { readonly do: 'goTo'; readonly phase: string; readonly source: string }
  | { readonly do: 'rotate'; readonly options?: RotateOptions | undefined }
  | { readonly do: 'disconnect'; readonly reason?: string | undefined }
  | { readonly do: 'abort' }
  | { readonly do: 'state'; readonly write: StateWrite };

/** What a handle does to its core. */
export type HandleInput = Exclude<AppInput, { readonly do: 'abort' | 'state' }>;

/** Stands between a handle and its core while the session is recorded. */
export interface HandleTap {
  readonly writer: SessionWriter;
  input(input: AppInput, run: () => unknown): unknown;
  /** The ledger that a player reports to. */
  ledger(real: PlaybackLedger): ReportedLedger;
}

/** Carries an input out. A promise is that of the handle's method. */
export function applyInput(core: LiveCore, input: HandleInput): unknown {
  const { session, voice, writer } = core;
  switch (input.do) {
    case 'audio':
      return voice.uplink.sendAudio(input.data);
    case 'text':
      return writer.sendText(input.text);
    case 'video':
      return writer.sendVideo(input.data, input.mimeType);
    case 'toolResponse':
      return core.respond(input.responses);
    case 'clientContent':
      return writer.sendClientContent(input.turns, input.turnComplete);
    case 'instruct':
      return core.instruct(input.instruction);
    case 'activityStart':
      return session.signalActivityStart();
    case 'activityEnd':
      return session.signalActivityEnd();
    case 'speechStarted':
      return voice.uplink.userSpeechStarted();
    case 'speechEnded':
      return voice.uplink.userSpeechEnded();
    case 'flushPrompt':
      return voice.context.promptModel();
    case 'playbackDrained':
      return drained(core);
    case 'playerDrained':
      return voice.ledger.drained();
    case 'playbackFlushed':
      return voice.ledger.flushed();
    case 'playbackReport':
      return voice.ledger.reported(input.playedMs, input.turn);
    case 'goTo':
      return goTo(core, input);
    case 'rotate':
      return session.rotate(input.options);
    case 'disconnect':
      return core.teardown.disconnect(input.reason);
  }
}

function drained({ lane, voice }: LiveCore): void {
  if (!voice.ledger.drained()) lane.post({ type: 'playbackDrained' });
}

function goTo({ lane, resolved }: LiveCore, { phase, source }: { phase: string; source: string }): void {
  if (!resolved.phases.has(phase)) {
    throw new RuntimeError('invalidArgument', `There is no phase "${phase}" in this session.`);
  }
  lane.post({ type: 'goTo', phase, source });
}

/** A value as JSON; null for what is none. */
export function asJson(value: unknown): JsonValue {
  try {
    const text = JSON.stringify(value);
    // What JSON.stringify wrote is JSON.
    return text === undefined ? null : (JSON.parse(text) as JsonValue);
  } catch {
    return null;
  }
}
