import type { SessionEventType } from '../../wire/index.ts';

/** Every type of raw event. */
const TYPES: Readonly<Record<SessionEventType, true>> = {
  ...{ audioData: true, media: true },
  ...{ connected: true, textDelta: true, textComplete: true, thought: true },
  ...{ inputTranscription: true, outputTranscription: true, toolCall: true, toolCallCancelled: true },
  ...{ turnComplete: true, generationComplete: true, interrupted: true, turnCutOff: true },
  ...{ phaseChanged: true, connectionChanged: true, goAway: true, disconnected: true, error: true },
  ...{ sessionResumeUpdate: true, voiceActivityStart: true, voiceActivityEnd: true, usage: true },
  ...{ grounding: true, executableCode: true, codeExecutionResult: true, interactionStatus: true },
  ...{ waitingForInput: true, unknown: true, rotated: true },
};

/** The keys of the record are the types. */
export const WIRE_EVENT_TYPES: readonly SessionEventType[] = Object.keys(TYPES) as SessionEventType[];
