import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import type { FlowDefinition } from '../../flow/definition/flow-definition.ts';
import { when, withState } from '../../flow/phases/index.ts';
import { integer } from '../../flow/recognise/integer.ts';
import { scriptedTextModel } from '../../runtime/extract/model/scripted-text-model.ts';
import { ruleExtractor } from '../../runtime/extract/rule-extractor.ts';
import type { LiveOptions } from '../../runtime/live-options.ts';
import { MemoryStore } from '../../runtime/persist/memory-store.ts';
import { State } from '../../runtime/state/state.ts';
import { stateKey } from '../../runtime/state/state-key.ts';
import { live } from '../live.ts';
import { tool } from '../tool.ts';
import { Live, LiveBuilder } from './live-builder.ts';

type AnyBuilder = ReturnType<typeof Live.builder>;
type Row = readonly [method: string, say: (builder: AnyBuilder) => AnyBuilder | object, options: LiveOptions];

const yes = (): boolean => true;
const act = (): void => {};
const other = (): void => {};
const line = (): string => 'line';
const key = stateKey<number>('qty');
const book = tool({ name: 'book', description: 'Books.', run: () => 1 });
const state = new State();
const store = new MemoryStore();
const extractor = ruleExtractor({ name: 'order', fields: { qty: integer() } });
const recorder = { start: act, frame: act };
const processor = { process: act };
const provider = (): { confirmed: boolean } => ({ confirmed: true });
const voiceRule = (): undefined => undefined;
const first = { name: 'first' };
const flow: FlowDefinition = { name: 'booking', steps: [{ id: 'ask', done: { isSet: 'day' } }] };
const compiled = compileFlow(flow);
if (!compiled.ok) throw new Error('it compiles');
const compiledFlow = compiled.flow;
const textModel = scriptedTextModel('{}');

/** One row or more for each setter: what is said, and the plain object that it stands for. */
const ROWS: readonly Row[] = [
  ['with', (b) => b.temperature(1).with({ topP: 0.9, temperature: 0 }), { temperature: 0, topP: 0.9 }],
  ['model', (b) => b.model('gemini-3.8-live'), { model: 'gemini-3.8-live' }],
  ['instruction', (b) => b.instruction('no').instruction('Be brief.'), { instruction: 'Be brief.' }],
  ['greeting', (b) => b.greeting('Hello'), { greeting: 'Hello' }],
  ['voice', (b) => b.voice('Kore'), { voice: 'Kore' }],
  [
    'replicatedVoice',
    (b) => b.with({ speechConfig: { languageCode: 'de-DE' } }).replicatedVoice(sample()),
    { speechConfig: { languageCode: 'de-DE', voiceConfig: { replicatedVoiceConfig: sample() } } },
  ],
  ['avatar', (b) => b.avatar({ avatarName: 'Mia' }), { avatarConfig: { avatarName: 'Mia' } }],
  ['textOnly', (b) => b.textOnly(), { responseModalities: ['TEXT'] }],
  ['temperature', (b) => b.temperature(0.2), { temperature: 0.2 }],
  [
    'mediaResolution',
    (b) => b.mediaResolution('MEDIA_RESOLUTION_LOW'),
    { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
  ],
  ['thinking', (b) => b.thinking(512), { thinkingConfig: { thinkingBudget: 512 } }],
  [
    'thinkingLevel',
    (b) => b.includeThoughts().thinkingLevel('LOW'),
    { thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' } },
  ],
  ['includeThoughts', (b) => b.includeThoughts(), { thinkingConfig: { includeThoughts: true } }],
  ['affectiveDialog', (b) => b.affectiveDialog(), { enableAffectiveDialog: true }],
  ['proactiveAudio', (b) => b.proactiveAudio(), { proactivity: { proactiveAudio: true } }],
  [
    'proactiveVideo',
    (b) => b.proactiveAudio().proactiveVideo(),
    { proactivity: { proactiveAudio: true, proactiveVideo: true } },
  ],
  [
    'contextCompression',
    (b) => b.contextCompression(9000, 4000),
    { contextWindowCompression: { triggerTokens: 9000, slidingWindow: { targetTokens: 4000 } } },
  ],
  ['noContextCompression', (b) => b.noContextCompression(), { contextWindowCompression: false }],
  [
    'transcription',
    (b) => b.transcription({ mode: 'VERBATIM' }),
    { inputAudioTranscription: { mode: 'VERBATIM' }, outputAudioTranscription: { mode: 'VERBATIM' } },
  ],
  [
    'inputTranscription',
    (b) => b.inputTranscription({ languageCodes: ['de'] }).inputTranscription({ diarization: true }),
    { inputAudioTranscription: { languageCodes: ['de'], diarization: true } },
  ],
  ['outputTranscription', (b) => b.outputTranscription(), { outputAudioTranscription: {} }],
  [
    'customVocabulary',
    (b) => b.customVocabulary('Aperol').customVocabulary('Cynar', 'Campari'),
    { inputAudioTranscription: { customVocabulary: ['Aperol', 'Cynar', 'Campari'] } },
  ],
  [
    'noTranscription',
    (b) => b.noTranscription(),
    { inputAudioTranscription: false, outputAudioTranscription: false },
  ],
  ['noInputTranscription', (b) => b.noInputTranscription(), { inputAudioTranscription: false }],
  ['noOutputTranscription', (b) => b.noOutputTranscription(), { outputAudioTranscription: false }],
  [
    'redaction',
    (b) => b.redaction({ cards: true, patterns: ['x'] }).redaction({ digitRuns: 6, patterns: [/y+/] }),
    { redaction: { cards: true, digitRuns: 6, patterns: ['x', /y+/] } },
  ],
  [
    'vad',
    (b) => b.vad({ silenceDurationMs: 300 }).vad({ prefixPaddingMs: 20 }),
    {
      realtimeInputConfig: { automaticActivityDetection: { silenceDurationMs: 300, prefixPaddingMs: 20 } },
    },
  ],
  [
    'activityHandling',
    (b) => b.activityHandling('NO_INTERRUPTION'),
    { realtimeInputConfig: { activityHandling: 'NO_INTERRUPTION' } },
  ],
  [
    'turnCoverage',
    (b) => b.activityHandling('NO_INTERRUPTION').turnCoverage('TURN_INCLUDES_ALL_INPUT'),
    {
      realtimeInputConfig: { activityHandling: 'NO_INTERRUPTION', turnCoverage: 'TURN_INCLUDES_ALL_INPUT' },
    },
  ],
  ['inputVad', (b) => b.inputVad(), { inputVad: true }],
  ['inputVad', (b) => b.inputVad({ preset: 'noisy' }), { inputVad: { preset: 'noisy' } }],
  ['noInputVad', (b) => b.noInputVad(), { inputVad: false }],
  [
    'clientInterruptionAuthority',
    (b) => b.clientInterruptionAuthority(),
    { interruptionAuthority: 'client' },
  ],
  ['turnCommit', (b) => b.turnCommit('conversational'), { turnCommit: 'conversational' }],
  ['turnCommitMs', (b) => b.turnCommitMs(300, 500), { turnCommit: { holdMs: 300, sustainMs: 500 } }],
  ['endOfSpeech', (b) => b.endOfSpeech(700), { endOfSpeechMs: 700 }],
  ['micProcessor', (b) => b.micProcessor(processor), { micProcessors: [processor] }],
  ['micPause', (b) => b.micPause(0), { micPauseMs: 0 }],
  ['floorHold', (b) => b.floorHold(), { floorHold: true }],
  ['voiceRule', (b) => b.voiceRule(voiceRule), { voiceRules: [voiceRule] }],
  ['softTurnTimeout', (b) => b.softTurnTimeout(2000), { quiet: { softTurnMs: 2000 } }],
  ['deadAir', (b) => b.deadAir(), { quiet: { deadAir: true } }],
  ['deadAir', (b) => b.deadAir({ noReplyMs: 9 }), { quiet: { deadAir: { noReplyMs: 9 } } }],
  [
    'reprompt',
    (b) => b.deadAir().reprompt({ afterMs: 8000, text: '(silence)' }),
    { quiet: { deadAir: true, reprompt: { afterMs: 8000, text: '(silence)' } } },
  ],
  ['tool', (b) => b.tool(book), { tools: [book] }],
  ['tools', (b) => b.tools(book, { googleMaps: {} }), { tools: [book, { googleMaps: {} }] }],
  ['addTool', (b) => b.addTool({ fileSearch: {} }), { tools: [{ fileSearch: {} }] }],
  ['googleSearch', (b) => b.tool(book).googleSearch(), { tools: [book, { googleSearch: {} }] }],
  ['codeExecution', (b) => b.codeExecution(), { tools: [{ codeExecution: {} }] }],
  ['urlContext', (b) => b.urlContext(), { tools: [{ urlContext: {} }] }],
  [
    'toolBackground',
    (b) => b.toolBackground('a').toolBackground('b', { scheduling: 'silent' }),
    { toolSettings: { background: { a: true, b: { scheduling: 'silent' } } } },
  ],
  [
    'confirmationProvider',
    (b) => b.confirmationProvider(provider),
    { toolSettings: { confirmationProvider: provider } },
  ],
  [
    'middleware',
    (b) => b.middleware(first).middleware({ name: 'second' }),
    { toolSettings: { middleware: [first, { name: 'second' }] } },
  ],
  ['onToolCall', (b) => b.onToolCall(() => null), { toolSettings: { onToolCall: expect.any(Function) } }],
  [
    'beforeToolResponse',
    (b) => b.beforeToolResponse(() => undefined),
    { toolSettings: { beforeToolResponse: expect.any(Function) } },
  ],
  [
    'toolLimits',
    (b) => b.toolLimits({ batchHoldMs: 1 }).toolLimits({ hookTimeoutMs: 2 }),
    { toolSettings: { limits: { batchHoldMs: 1, hookTimeoutMs: 2 } } },
  ],
  ['fillerAfter', (b) => b.fillerAfter(1500), { toolSettings: { fillerAfterMs: 1500 } }],
  ['state', (b) => b.state(state), { state }],
  [
    'persistence',
    (b) => b.persistence(store, { sessionId: 'one' }).persistence(store, { snapshotEvery: 9 }),
    { persistence: { store, sessionId: 'one', snapshotEvery: 9 } },
  ],
  [
    'computed',
    (b) => b.computed('total', [key, 'price'], () => 3),
    { computed: [{ key: 'total', deps: ['qty', 'price'], compute: expect.any(Function) }] },
  ],
  [
    'whenSustained',
    (b) => b.whenSustained('n', yes, 5000, act, { cooldownMs: 9 }),
    {
      patterns: [
        {
          name: 'n',
          when: { type: 'sustained', condition: yes, durationMs: 5000 },
          action: act,
          cooldownMs: 9,
        },
      ],
    },
  ],
  [
    'whenRate',
    (b) => b.whenRate('n', 'interrupted', 3, 60_000, act),
    {
      patterns: [
        { name: 'n', when: { type: 'rate', event: 'interrupted', count: 3, windowMs: 60_000 }, action: act },
      ],
    },
  ],
  [
    'whenTurns',
    (b) => b.whenTurns('n', yes, 3, act),
    { patterns: [{ name: 'n', when: { type: 'turns', condition: yes, count: 3 }, action: act }] },
  ],
  [
    'whenToolFails',
    (b) => b.whenToolFails('n', book, 2, act),
    { patterns: [{ name: 'n', when: { type: 'toolFailures', tool: 'book', count: 2 }, action: act }] },
  ],
  [
    'initialPhase',
    (b) => b.initialPhase('ask'),
    { phases: { initial: 'ask' } as LiveOptions['phases'] & {} },
  ],
  ['govern', (b) => b.govern(flow), { flow: { flow, mode: 'enforce' } }],
  ['observe', (b) => b.observe(flow), { flow: { flow, mode: 'observe' } }],
  [
    'governCompiled',
    (b) => b.governCompiled(compiledFlow),
    { flow: { flow: compiledFlow, mode: 'enforce' } },
  ],
  [
    'observeCompiled',
    (b) => b.observeCompiled(compiledFlow),
    { flow: { flow: compiledFlow, mode: 'observe' } },
  ],
  [
    'converse',
    (b) => b.converse('{}', { preferMocks: true }),
    { conversation: { document: '{}', preferMocks: true, mode: 'enforce' } },
  ],
  ['converseObserve', (b) => b.converseObserve('{}'), { conversation: { document: '{}', mode: 'observe' } }],
  [
    'ambientTools',
    (b) => b.govern(flow).ambientTools('a').ambientTools('b', 'c'),
    { flow: { flow, mode: 'enforce', ambientTools: ['a', 'b', 'c'] } },
  ],
  [
    'onStepEnter',
    (b) => b.govern(flow).onStepEnter('ask', act).onStepEnter('book', other, { mode: 'call' }),
    {
      flow: { flow, mode: 'enforce', onStepEnter: { ask: { run: act }, book: { run: other, mode: 'call' } } },
    },
  ],
  [
    'stageTiming',
    (b) => b.govern(flow).stageTiming('ask', { fillerAfterMs: 1 }),
    { flow: { flow, mode: 'enforce', stageTiming: { ask: { fillerAfterMs: 1 } } } },
  ],
  [
    'decisions',
    (b) => b.govern(flow).decisions({ model: textModel }),
    { flow: { flow, mode: 'enforce', decisions: { model: textModel } } },
  ],
  ['repair', (b) => b.repair(), { phases: { repair: {} } as LiveOptions['phases'] & {} }],
  [
    'phaseDefaults',
    (b) =>
      b.phaseDefaults((d) => d.withState(key).promptOnEnter()).phaseDefaults((d) => d.when(yes, 'Hurry.')),
    {
      phases: {
        defaults: { modifiers: [withState('qty'), when(yes, 'Hurry.')], promptOnEnter: true },
      } as unknown as LiveOptions['phases'] & {},
    },
  ],
  ['steeringMode', (b) => b.steeringMode('hybrid'), { steering: { mode: 'hybrid' } }],
  ['contextDelivery', (b) => b.contextDelivery('deferred'), { steering: { contextDelivery: 'deferred' } }],
  ['noToolAdvisory', (b) => b.noToolAdvisory(), { steering: { toolAdvisory: false } }],
  ['instructionAmendment', (b) => b.instructionAmendment(line), { steering: { amendment: line } }],
  ['instructionTemplate', (b) => b.instructionTemplate(line), { steering: { template: line } }],
  ['on', (b) => b.on('audio', act).on('audio', other), { on: { audio: [act, other] } }],
  ['onSession', (b) => b.onSession('usage', act), { onSession: { usage: act } }],
  ['onConnected', (b) => b.onConnected(act).onConnected(other), { hooks: { onConnected: [act, other] } }],
  ['onTurnBoundary', (b) => b.onTurnBoundary(act), { hooks: { onTurnBoundary: act } }],
  ['onGenerationComplete', (b) => b.onGenerationComplete(act), { hooks: { onGenerationComplete: act } }],
  ['onSoftTurn', (b) => b.onSoftTurn(act), { hooks: { onSoftTurn: act } }],
  ['onTeardown', (b) => b.onTeardown(act), { hooks: { onTeardown: act } }],
  ['teardownTimeout', (b) => b.teardownTimeout(500), { teardownTimeoutMs: 500 }],
  ['extractor', (b) => b.extractor(extractor), { extractors: [extractor] }],
  [
    'extractRecord',
    (b) => b.extractRecord({ name: 'order', fields: { qty: integer() } }),
    { extractors: [expect.objectContaining({ name: 'order', window: 1 })] },
  ],
  [
    'extractTurns',
    (b) => b.extractTurns({ name: 'o', schema: z.object({ a: z.string() }), model: silent(), window: 5 }),
    { extractors: [expect.objectContaining({ name: 'o', window: 5 })] },
  ],
  [
    'extractOnGeneration',
    (b) => b.extractOnGeneration({ name: 'o', schema: z.object({ a: z.string() }), model: silent() }),
    { extractors: [expect.objectContaining({ name: 'o', trigger: 'generationComplete' })] },
  ],
  ['extraction', (b) => b.extraction({ waitMs: 5 }), { extraction: { waitMs: 5 } }],
  ['telemetryInterval', (b) => b.telemetryInterval(1000), { telemetryIntervalMs: 1000 }],
  ['wireRecorder', (b) => b.wireRecorder(recorder), { recorder }],
];

/** Setters with tables of their own: callbacks, watchers, phases, agents as tools; and what is no setter. */
const ELSEWHERE = [
  ...['onAudio', 'onMedia', 'onTextDelta', 'onTextComplete', 'onThought', 'onInputTranscript'],
  ...['onOutputTranscript', 'onVadStart', 'onVadEnd', 'onSessionPhase', 'onUsage', 'onDisconnected'],
  ...['onGoAway', 'onError', 'onInterrupted', 'onToolCancelled', 'onTurnComplete', 'onExtracted'],
  ...['onExtractionError', 'onResumed', 'watch', 'phase', 'agentTool'],
  ...[
    'build',
    'connect',
    'restore',
    'connectGoogleAi',
    'connectVertex',
    'connectFromEnv',
    'connectWithTransport',
  ],
];
const INNER = ['constructor', 'options', 'set', 'merge', 'append'];

describe('A builder and a plain object', () => {
  test.each(ROWS)('say the same by %s', (_method, say, options) => {
    const builder = Live.builder();
    expect(say(builder)).toBe(builder);
    expect(builder.build().options).toEqual(live(options).options);
  });

  test('have every setter in a table', (context) => {
    verifies(context, 'builder:sameOptions');
    const told = [...ROWS.map(([method]) => method), ...ELSEWHERE];
    expect([...new Set(told)].sort()).toEqual(methodsOf(LiveBuilder.prototype).sort());
  });
});

function sample(): { mimeType: string; voiceSampleAudio: string } {
  return { mimeType: 'audio/wav', voiceSampleAudio: 'UklGRg==' };
}

function silent(): { generate: () => Promise<never> } {
  return { generate: () => new Promise(() => {}) };
}

function methodsOf(prototype: object): string[] {
  const inherited: object | null = Object.getPrototypeOf(prototype);
  const own = Object.getOwnPropertyNames(prototype).filter((name) => !INNER.includes(name));
  return inherited === null || inherited === Object.prototype ? own : [...own, ...methodsOf(inherited)];
}
