/** Commands to client frames (spec: wire §2). An encoding of undefined means: nothing goes on the wire. */
import { encodeBase64, encodeBase64Frame } from '#base64';
import type { ModelProfile } from '../model/profile.ts';
import type { ClientMessage, RealtimeInput } from '../protocol/client-messages.ts';
import { type Content, type FunctionResponse, userText } from '../protocol/content.ts';
import type { Setup } from '../protocol/setup.ts';
import type { ContextChange, SessionCommand } from '../session/session-command.ts';
import { WireError } from '../wire-error.ts';
import { invalidCommand } from './invalid-command.ts';

/** What an encoder must know of a session. */
export interface Encoding {
  readonly profile: ModelProfile;
  /** True when the client marks activity itself, because the server's VAD is off. */
  readonly manualActivity: boolean;
  /** The type of the audio sent, for example `audio/pcm;rate=16000`. */
  readonly audioMimeType: string;
}

const STILL = 'image/jpeg';
const AUDIO_PREFIX = '{"realtimeInput":{"audio":{"data":"';

/** Everything that surrounds a chunk of audio in its frame. */
export function audioFrameSuffix(mimeType: string): string {
  return `","mimeType":${JSON.stringify(mimeType)}}}}`;
}

/**
 * The fast path of the microphone: one chunk between constant bytes. The result is valid until the next call.
 *
 * @param suffix from {@link audioFrameSuffix}, made once a session.
 */
export function encodeAudioChunk(chunk: Uint8Array, suffix: string): Uint8Array | string {
  return encodeBase64Frame(AUDIO_PREFIX, chunk, suffix);
}

/** The first frame of a connection. */
export function encodeSetupMessage(setup: Setup): string {
  return encodeMessage({ setup });
}

/**
 * Encodes a command, or returns undefined for one that has no place on this session's wire: activity marks while
 * the server detects activity, the end of the audio stream while it does not, and what never
 * leaves this side.
 *
 * @throws WireError `unsupportedByModel` when the model has no legal message for it; `invalidArgument` when a
 * value cannot be written as JSON.
 */
export function encodeCommand(command: SessionCommand, encoding: Encoding): string | undefined {
  const { profile, manualActivity, audioMimeType } = encoding;
  const invalid = invalidCommand(command);
  if (invalid !== undefined) throw invalid;
  switch (command.type) {
    case 'audio':
      return realtime({ audio: { data: encodeBase64(command.data), mimeType: audioMimeType } });
    case 'video':
      return realtime({ video: { data: encodeBase64(command.data), mimeType: command.mimeType ?? STILL } });
    case 'text':
      return profile.clientContentMidSession
        ? encodeMessage({ clientContent: { turns: [userText(command.text)], turnComplete: true } })
        : realtime({ text: command.text });
    case 'realtimeText':
      return realtime({ text: command.text });
    case 'clientContent':
      return encodeMessage({ clientContent: { turns: command.turns, turnComplete: command.turnComplete } });
    case 'toolResponse': {
      const functionResponses = command.responses.map((response) => legalResponse(response, profile));
      return encodeMessage({ toolResponse: { functionResponses } });
    }
    case 'updateInstruction':
      return encodeInstruction(command.instruction, profile);
    case 'updateContext':
      return encodeContextChange(command.change, profile);
    case 'activityStart':
      return manualActivity ? realtime({ activityStart: {} }) : undefined;
    case 'activityEnd':
      return manualActivity ? realtime({ activityEnd: {} }) : undefined;
    case 'audioStreamEnd':
      return manualActivity ? undefined : realtime({ audioStreamEnd: true });
    case 'toolExecutionStart':
    case 'rotate':
    case 'disconnect':
      return undefined;
  }
}

function realtime(realtimeInput: RealtimeInput): string {
  return encodeMessage({ realtimeInput });
}

function encodeMessage(message: ClientMessage): string {
  try {
    return JSON.stringify(message);
  } catch (cause) {
    const kind = Object.keys(message)[0];
    const text = `A ${kind} message cannot be written as JSON: pass plain data (no cycles, no BigInt).`;
    throw new WireError('invalidArgument', text, { cause });
  }
}

function legalResponse(response: FunctionResponse, profile: ModelProfile): FunctionResponse {
  if (profile.scheduling || response.scheduling === undefined) return response;
  const { scheduling: _, ...rest } = response;
  return rest;
}

/** The steering path that the model's profile names (spec: wire §2.2, §2.5). */
function encodeInstruction(instruction: string, profile: ModelProfile): string {
  const turn = (content: Content): string =>
    encodeMessage({ clientContent: { turns: [content], turnComplete: false } });
  const parts = [{ text: instruction }];
  switch (profile.steering) {
    case 'contextUpdate':
      return encodeContextChange({ systemInstruction: instruction }, profile);
    case 'systemTurn':
      return turn({ role: 'system', parts });
    case 'modelTurn':
      return turn({ role: 'model', parts });
    case 'plainTurn':
      return turn({ parts });
    case 'none': {
      const text = 'This model takes no instruction in mid-session: resume with a changed systemInstruction.';
      throw new WireError('unsupportedByModel', text);
    }
  }
}

function encodeContextChange(change: ContextChange, profile: ModelProfile): string {
  if (profile.steering !== 'contextUpdate' && profile.family !== 'unknown') {
    const text = `contextUpdate needs a 3.8 Live model, and this one is ${profile.family}: use updateInstruction.`;
    throw new WireError('unsupportedByModel', text);
  }
  const { systemInstruction, tools } = change;
  return encodeMessage({
    contextUpdate: {
      ...(systemInstruction !== undefined && { systemInstruction: instructionContent(systemInstruction) }),
      ...(tools !== undefined && { tools: { tools } }),
    },
  });
}

/** An instruction as content; a plain string becomes one text part. */
export function instructionContent(instruction: string | Content): Content {
  return typeof instruction === 'string' ? userText(instruction) : instruction;
}
