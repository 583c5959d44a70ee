import { didYouMean } from '../flow/index.ts';
import type { LiveOptions } from './live-options.ts';
import type { OptionProblem } from './runtime-error.ts';

/** Every option there is. */
const NAMES: Readonly<Record<keyof Required<LiveOptions>, true>> = {
  // Where to, and as whom
  ...{ apiKey: true, accessToken: true, vertex: true, baseUrl: true, apiEndpoint: true, apiVersion: true },
  ...{ headers: true, model: true },
  // How the model generates
  ...{ responseModalities: true, temperature: true, topP: true, topK: true, maxOutputTokens: true },
  ...{ candidateCount: true, seed: true, presencePenalty: true, frequencyPenalty: true, stopSequences: true },
  ...{ responseMimeType: true, responseSchema: true, mediaResolution: true, thinkingConfig: true },
  ...{ enableAffectiveDialog: true, translationConfig: true, speechConfig: true, avatarConfig: true },
  // The conversation
  ...{ instruction: true, voice: true, greeting: true, tools: true, toolConfig: true, historyConfig: true },
  ...{ inputAudioTranscription: true, outputAudioTranscription: true, realtimeInputConfig: true },
  ...{ explicitVadSignal: true, proactivity: true, safetySettings: true, labels: true },
  // How the session lasts
  ...{
    sessionResumption: true,
    contextWindowCompression: true,
    connectTimeoutMs: true,
    setupTimeoutMs: true,
  },
  ...{ retry: true, keepaliveMs: true, resume: true, connectionLimitMs: true, rotateBeforeMs: true },
  // What never leaves the process
  ...{ inputAudio: true, audioPacing: true, recorder: true, limits: true, history: true },
  // Voice
  ...{ inputVad: true, interruptionAuthority: true, turnCommit: true, endOfSpeechMs: true, floorHold: true },
  ...{ micProcessors: true, micPauseMs: true, quiet: true, voiceRules: true },
  // The runtime
  ...{
    toolSettings: true,
    phases: true,
    flow: true,
    conversation: true,
    extractors: true,
    extraction: true,
    steering: true,
    state: true,
    persistence: true,
  },
  ...{ watchers: true, computed: true, patterns: true, maxRounds: true, redaction: true },
  ...{ telemetryIntervalMs: true, teardownTimeoutMs: true, hooks: true, on: true, onSession: true },
};

/** What the same is called elsewhere: on the wire, and at Google. */
const OTHER_NAMES: Readonly<Record<string, keyof LiveOptions>> = {
  systemInstruction: 'instruction',
  voiceName: 'voice',
};

/** What setters of the builder set, where it is called otherwise. */
const SETTERS: Readonly<Record<string, string>> = {
  responseModalities: 'textOnly',
  'speechConfig.voiceConfig.replicatedVoiceConfig': 'replicatedVoice',
  avatarConfig: 'avatar',
  thinkingConfig: 'thinking thinkingLevel includeThoughts',
  enableAffectiveDialog: 'affectiveDialog',
  proactivity: 'proactiveAudio proactiveVideo',
  contextWindowCompression: 'contextCompression noContextCompression',
  inputAudioTranscription: 'transcription inputTranscription noTranscription noInputTranscription',
  outputAudioTranscription: 'outputTranscription noOutputTranscription',
  'inputAudioTranscription.customVocabulary': 'customVocabulary',
  'realtimeInputConfig.automaticActivityDetection': 'vad',
  realtimeInputConfig: 'activityHandling turnCoverage',
  inputVad: 'noInputVad',
  interruptionAuthority: 'clientInterruptionAuthority',
  turnCommit: 'turnCommitMs',
  'quiet.softTurnMs': 'softTurnTimeout',
  quiet: 'deadAir reprompt',
  'toolSettings.fillerAfterMs': 'fillerAfter',
  tools: 'tool addTool agentTool googleSearch codeExecution urlContext',
  'toolSettings.background': 'toolBackground',
  toolSettings: 'confirmationProvider middleware onToolCall beforeToolResponse',
  'toolSettings.limits': 'toolLimits',
  watchers: 'watch',
  patterns: 'whenSustained whenRate whenTurns whenToolFails',
  extractors: 'extractor extractTurns extractOnGeneration extractRecord',
  flow: 'govern observe governCompiled observeCompiled ambientTools onStepEnter stageTiming decisions',
  conversation: 'converse converseObserve',
  phases: 'phase initialPhase phaseDefaults repair',
  'steering.mode': 'steeringMode',
  steering: 'contextDelivery instructionAmendment instructionTemplate noToolAdvisory',
  recorder: 'wireRecorder',
};

/** What is written where the compiler does not look: options that would be passed over in silence. */
export function unknownOptions(options: object): readonly OptionProblem[] {
  return Object.keys(options)
    .filter((name) => !Object.hasOwn(NAMES, name))
    .map((path) => ({ path, message: `There is no such option.${hint(path)}` }));
}

function hint(name: string): string {
  const own = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
  if (own !== undefined) return ` Here it is called "${own}".`;
  const set = Object.keys(SETTERS).find((option) => SETTERS[option]?.split(' ').includes(name));
  if (set === undefined) return didYouMean(name, Object.keys(NAMES));
  return ` "${name}" is a setter of the builder: the option that it sets is "${set}".`;
}
