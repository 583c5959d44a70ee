/** Puts the model's half of a session together: brain, voice, tools and the turns they make. */
import type { ModelProfile } from '../../wire/model/profile.ts';
import type { Setup } from '../../wire/protocol/setup.ts';
import type { BrainMemory } from '../brain/brain.ts';
import { refusals } from '../protocol/refusal.ts';
import { isBlocking } from '../setup/tool-rules.ts';
import type { World } from '../world.ts';
import type { Conversation } from './conversation.ts';
import type { Dialect } from './dialect.ts';
import type { Handles } from './handles.ts';
import type { SessionLine } from './line.ts';
import type { SessionSettings } from './session-settings.ts';
import { Speaker } from './speaker.ts';
import { addTokens } from './tokens.ts';
import type { ToolDesk } from './tool-desk.ts';
import type { TurnCounter } from './turn-counter.ts';
import { TurnEngine } from './turn-engine.ts';

/** The parts of a session that its model side needs. */
export interface ModelSideOptions {
  readonly world: World;
  readonly setup: Setup;
  readonly profile: ModelProfile;
  readonly dialect: Dialect;
  readonly conversation: Conversation;
  readonly settings: SessionSettings;
  readonly tools: ToolDesk;
  readonly handles: Handles;
  readonly memory: BrainMemory;
  readonly turns: TurnCounter;
  readonly line: SessionLine;
}

/** The engine of a session. */
export function createModelSide(options: ModelSideOptions): TurnEngine {
  const { world, setup, profile, dialect, conversation, settings, tools, handles, memory, turns, line } =
    options;
  const send: SessionLine['send'] = (message) => line.send(message);
  return new TurnEngine({
    clock: world.clock,
    dialect,
    conversation,
    speaker: createSpeaker(options, send),
    tools,
    send,
    think: (input, signal) =>
      world.brain({
        input,
        text: input.type === 'toolResults' ? '' : input.text,
        history: conversation.contents,
        tools: settings.functions,
        systemInstruction: settings.systemInstruction,
        memory,
        sequence: turns.next(),
        model: setup.model,
        platform: profile.platform,
        channel: 'live',
        signal,
        remark: (remark) => world.notes.add(remark),
      }),
    isBlocking: (name) => isBlocking(settings.functionNamed(name), profile),
    promptTokens: () => addTokens(settings.tokens, conversation.tokens),
    includeThoughts: setup.generationConfig?.thinkingConfig?.includeThoughts === true,
    latencyMs: world.options.latencyMs,
    onUserTurn: () => line.userTurn(),
    onTurnEnd: () => handles.offer(),
    onCallPending: () => handles.withhold(),
    onFailure: (cause) => {
      world.notes.add({ type: 'brainFailed', message: 'The brain failed; the session was closed.', cause });
      line.close(refusals.internal.code, refusals.internal.reason);
    },
    onDropped: () => world.notes.add({ type: 'turnDropped', message: 'Too many turns were waiting.' }),
  });
}

function createSpeaker({ world, setup, dialect }: ModelSideOptions, send: SessionLine['send']): Speaker {
  const config = setup.generationConfig;
  return new Speaker({
    clock: world.clock,
    voice: world.voice,
    dialect,
    send,
    modality: config?.responseModalities?.includes('TEXT') === true ? 'TEXT' : 'AUDIO',
    transcribe: setup.outputAudioTranscription !== undefined,
    voiceName: config?.speechConfig?.voiceConfig?.prebuiltVoiceConfig?.voiceName,
    languageCode: config?.speechConfig?.languageCode,
    speed: world.options.speed,
  });
}
