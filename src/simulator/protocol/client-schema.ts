/**
 * What a client may send: the fields of each message and their types. Source: the public proto of v1beta, plus the
 * newer fields of spec wire §2; a test compares this table with the published proto types.
 *
 * A type is a scalar (`string`, `bool`, `int`, `number`, `bytes`, `duration`, `object`, `any`), a name in this
 * table, or an enum `A|B`; `[]` repeats it and `{}` makes it a map with string keys.
 */
import type { Platform } from '../../wire/model/profile.ts';

/** Message name → field name → type. */
export type SchemaTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Fields both platforms take. */
export const sharedSchema: SchemaTable = {
  ClientMessage: {
    setup: 'Setup',
    clientContent: 'ClientContent',
    realtimeInput: 'RealtimeInput',
    toolResponse: 'ToolResponse',
    contextUpdate: 'ContextUpdate',
  },
  Setup: {
    model: 'string',
    generationConfig: 'GenerationConfig',
    systemInstruction: 'Content',
    tools: 'Tool[]',
    toolConfig: 'ToolConfig',
    realtimeInputConfig: 'RealtimeInputConfig',
    sessionResumption: 'SessionResumptionConfig',
    contextWindowCompression: 'ContextWindowCompressionConfig',
    inputAudioTranscription: 'AudioTranscriptionConfig',
    outputAudioTranscription: 'AudioTranscriptionConfig',
    proactivity: 'ProactivityConfig',
    historyConfig: 'HistoryConfig',
    avatarConfig: 'AvatarConfig',
    safetySettings: 'SafetySetting[]',
    labels: 'string{}',
  },
  GenerationConfig: {
    candidateCount: 'int',
    stopSequences: 'string[]',
    maxOutputTokens: 'int',
    temperature: 'number',
    topP: 'number',
    topK: 'int',
    seed: 'int',
    responseMimeType: 'string',
    responseSchema: 'Schema',
    responseJsonSchema: 'any',
    responseJsonSchemaOrdered: 'any',
    presencePenalty: 'number',
    frequencyPenalty: 'number',
    responseLogprobs: 'bool',
    logprobs: 'int',
    enableEnhancedCivicAnswers: 'bool',
    responseModalities: 'TEXT|IMAGE|AUDIO|VIDEO[]',
    speechConfig: 'SpeechConfig',
    thinkingConfig: 'ThinkingConfig',
    imageConfig: 'ImageConfig',
    mediaResolution: 'MEDIA_RESOLUTION_LOW|MEDIA_RESOLUTION_MEDIUM|MEDIA_RESOLUTION_HIGH',
    enableAffectiveDialog: 'bool',
    translationConfig: 'TranslationConfig',
  },
  SpeechConfig: {
    voiceConfig: 'VoiceConfig',
    multiSpeakerVoiceConfig: 'MultiSpeakerVoiceConfig',
    languageCode: 'string',
  },
  VoiceConfig: {
    prebuiltVoiceConfig: 'PrebuiltVoiceConfig',
    replicatedVoiceConfig: 'ReplicatedVoiceConfig',
  },
  PrebuiltVoiceConfig: { voiceName: 'string' },
  ReplicatedVoiceConfig: {
    mimeType: 'string',
    voiceSampleAudio: 'bytes',
    consentAudio: 'bytes',
    voiceConsentSignature: 'VoiceConsentSignature',
  },
  VoiceConsentSignature: { signature: 'string' },
  MultiSpeakerVoiceConfig: { speakerVoiceConfigs: 'SpeakerVoiceConfig[]' },
  SpeakerVoiceConfig: { speaker: 'string', voiceConfig: 'VoiceConfig' },
  ThinkingConfig: {
    includeThoughts: 'bool',
    thinkingBudget: 'int',
    thinkingLevel: 'MINIMAL|LOW|MEDIUM|HIGH',
  },
  ImageConfig: { aspectRatio: 'string' },
  TranslationConfig: { targetLanguageCode: 'string', echoTargetLanguage: 'bool' },
  Content: { parts: 'Part[]', role: 'string' },
  Part: {
    text: 'string',
    inlineData: 'Blob',
    functionCall: 'FunctionCall',
    functionResponse: 'FunctionResponse',
    fileData: 'FileData',
    executableCode: 'ExecutableCode',
    codeExecutionResult: 'CodeExecutionResult',
    videoMetadata: 'VideoMetadata',
    thought: 'bool',
    thoughtSignature: 'bytes',
    partMetadata: 'object',
    mediaResolution: 'object',
  },
  Blob: { mimeType: 'string', data: 'bytes', displayName: 'string' },
  FunctionCall: { id: 'string', name: 'string', args: 'object' },
  FunctionResponse: {
    id: 'string',
    name: 'string',
    response: 'object',
    parts: 'FunctionResponsePart[]',
    willContinue: 'bool',
    scheduling: 'SILENT|WHEN_IDLE|INTERRUPT',
  },
  FunctionResponsePart: { inlineData: 'FunctionResponseBlob', fileData: 'FileData' },
  FunctionResponseBlob: { mimeType: 'string', data: 'bytes', displayName: 'string' },
  FileData: { mimeType: 'string', fileUri: 'string', displayName: 'string' },
  ExecutableCode: { language: 'PYTHON', code: 'string', id: 'string' },
  CodeExecutionResult: {
    outcome: 'OUTCOME_OK|OUTCOME_FAILED|OUTCOME_DEADLINE_EXCEEDED',
    output: 'string',
    id: 'string',
  },
  VideoMetadata: { startOffset: 'duration', endOffset: 'duration', fps: 'number' },
  Tool: {
    functionDeclarations: 'FunctionDeclaration[]',
    googleSearchRetrieval: 'GoogleSearchRetrieval',
    codeExecution: 'Empty',
    googleSearch: 'object',
    computerUse: 'object',
    urlContext: 'Empty',
    googleMaps: 'object',
  },
  Empty: {},
  GoogleSearchRetrieval: { dynamicRetrievalConfig: 'DynamicRetrievalConfig' },
  DynamicRetrievalConfig: { mode: 'MODE_DYNAMIC', dynamicThreshold: 'number' },
  FunctionDeclaration: {
    name: 'string',
    description: 'string',
    parameters: 'Schema',
    parametersJsonSchema: 'any',
    response: 'Schema',
    responseJsonSchema: 'any',
    behavior: 'BLOCKING|NON_BLOCKING',
  },
  Schema: {
    type: 'STRING|NUMBER|INTEGER|BOOLEAN|ARRAY|OBJECT|NULL',
    format: 'string',
    title: 'string',
    description: 'string',
    nullable: 'bool',
    enum: 'string[]',
    items: 'Schema',
    maxItems: 'int',
    minItems: 'int',
    properties: 'Schema{}',
    required: 'string[]',
    minProperties: 'int',
    maxProperties: 'int',
    minimum: 'number',
    maximum: 'number',
    minLength: 'int',
    maxLength: 'int',
    pattern: 'string',
    example: 'any',
    anyOf: 'Schema[]',
    propertyOrdering: 'string[]',
    default: 'any',
  },
  ToolConfig: {
    functionCallingConfig: 'FunctionCallingConfig',
    retrievalConfig: 'object',
    includeServerSideToolInvocations: 'bool',
  },
  FunctionCallingConfig: { mode: 'AUTO|ANY|NONE|VALIDATED', allowedFunctionNames: 'string[]' },
  RealtimeInputConfig: {
    automaticActivityDetection: 'AutomaticActivityDetection',
    activityHandling: 'START_OF_ACTIVITY_INTERRUPTS|NO_INTERRUPTION',
    turnCoverage:
      'TURN_INCLUDES_ONLY_ACTIVITY|TURN_INCLUDES_ALL_INPUT|TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO',
    interimTranscriptTimestampEnabled: 'bool',
  },
  AutomaticActivityDetection: {
    disabled: 'bool',
    startOfSpeechSensitivity: 'START_SENSITIVITY_HIGH|START_SENSITIVITY_LOW',
    prefixPaddingMs: 'int',
    endOfSpeechSensitivity: 'END_SENSITIVITY_HIGH|END_SENSITIVITY_LOW',
    silenceDurationMs: 'int',
  },
  SessionResumptionConfig: { handle: 'string' },
  ContextWindowCompressionConfig: { triggerTokens: 'int', slidingWindow: 'SlidingWindow' },
  SlidingWindow: { targetTokens: 'int' },
  AudioTranscriptionConfig: {
    languageCodes: 'string[]',
    languageAuto: 'object',
    languageHints: 'object',
    customVocabulary: 'string[]',
    adaptationPhrases: 'string[]',
    wordTimestamp: 'bool',
    diarization: 'bool',
    mode: 'VERBATIM|SMART',
    sourceText: 'any',
  },
  ProactivityConfig: { proactiveAudio: 'bool', proactiveVideo: 'bool' },
  HistoryConfig: { initialHistoryInClientContent: 'bool' },
  AvatarConfig: {
    avatarName: 'string',
    customizedAvatar: 'CustomizedAvatar',
    audioBitrateBps: 'int',
    videoBitrateBps: 'int',
  },
  CustomizedAvatar: { imageMimeType: 'string', imageData: 'bytes' },
  SafetySetting: { category: 'string', threshold: 'string' },
  ClientContent: { turns: 'Content[]', turnComplete: 'bool' },
  RealtimeInput: {
    mediaChunks: 'Blob[]',
    audio: 'Blob',
    audioStreamEnd: 'bool',
    video: 'Blob',
    text: 'string',
    activityStart: 'Empty',
    activityEnd: 'Empty',
  },
  ToolResponse: { functionResponses: 'FunctionResponse[]' },
  ContextUpdate: { systemInstruction: 'Content', tools: 'ContextUpdateTools' },
  ContextUpdateTools: { tools: 'Tool[]' },
};

/** Fields one platform adds. */
export const platformSchema: Readonly<Record<Platform, SchemaTable>> = {
  googleAi: { Tool: { fileSearch: 'object' } },
  vertex: {
    Setup: { explicitVadSignal: 'bool' },
    SessionResumptionConfig: { transparent: 'bool' },
    SafetySetting: { method: 'string' },
    Tool: {
      retrieval: 'object',
      enterpriseWebSearch: 'object',
      exaAiSearch: 'object',
      parallelAiSearch: 'object',
    },
    FunctionCallingConfig: { streamFunctionCallArguments: 'bool' },
  },
};

/** The whole table of a platform. */
export function clientSchema(platform: Platform): SchemaTable {
  const merged: Record<string, Readonly<Record<string, string>>> = { ...sharedSchema };
  for (const [name, fields] of Object.entries(platformSchema[platform])) {
    merged[name] = { ...merged[name], ...fields };
  }
  return merged;
}
