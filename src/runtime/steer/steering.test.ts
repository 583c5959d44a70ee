import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue, Projection } from '../../flow/index.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { encodeCommand } from '../../wire/codec/encode.ts';
import { modelProfile, type SessionCommand, type SessionWriter, type Tool } from '../../wire/index.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { State } from '../state/state.ts';
import { ContextQueue } from '../voice/context/context-queue.ts';
import { FlushingWriter } from '../voice/context/flushing-writer.ts';
import { Steering, type SteeringOptions } from './steering.ts';

const TOOLS: readonly Tool[] = [{ functionDeclarations: [{ name: 'look' }, { name: 'book' }] }];
const EMPTY = new State();

interface Bench {
  readonly steering: Steering;
  /** What went out, in order: short. */
  readonly sent: string[];
  readonly commands: SessionCommand[];
  readonly written: Map<string, JsonValue>;
  readonly errors: RuntimeError[];
  readonly user: FlushingWriter;
  readonly floor: { userSpeaking: boolean; modelInTurn: boolean; playbackActive: boolean };
  readonly queue: ContextQueue;
}

function bench(
  options: Omit<SteeringOptions, 'profile'> & { readonly model?: string; readonly vertex?: boolean },
): Bench {
  const { model = 'gemini-3.8-live', vertex = false, ...rest } = options;
  const profile = modelProfile(model, vertex ? 'vertex' : 'googleAi');
  const sent: string[] = [];
  const commands: SessionCommand[] = [];
  const errors: RuntimeError[] = [];
  const written = new Map<string, JsonValue>();
  const send = (command: SessionCommand): Promise<void> => {
    commands.push(command);
    sent.push(brief(command));
    return Promise.resolve();
  };
  const writer: SessionWriter = {
    sendAudio: () => Promise.resolve(),
    sendText: (text) => send({ type: 'text', text }),
    sendVideo: () => Promise.resolve(),
    sendToolResponse: (responses) => send({ type: 'toolResponse', responses }),
    sendClientContent: (turns, turnComplete) => send({ type: 'clientContent', turns, turnComplete }),
    updateInstruction: (instruction) => send({ type: 'updateInstruction', instruction }),
    signalActivityStart: () => Promise.resolve(),
    signalActivityEnd: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
  };
  const report = (error: RuntimeError): void => void errors.push(error);
  const floor = { userSpeaking: false, modelInTurn: false, playbackActive: false };
  const queue = new ContextQueue({ clock: new ManualClock(), floor, writer, profile, report });
  const steering = new Steering(
    { profile, tools: TOOLS, instruction: 'Base.', ...rest },
    {
      report,
      delivery: queue,
      sendInstruction: (instruction) => void send({ type: 'updateInstruction', instruction }),
      sendContext: (change) => void send({ type: 'updateContext', change }),
      write: (effects) => {
        for (const effect of effects) if (effect.type === 'set') written.set(effect.key, effect.value);
      },
    },
  );
  return { steering, sent, commands, written, errors, floor, queue, user: new FlushingWriter(writer, queue) };
}

function brief(command: SessionCommand): string {
  switch (command.type) {
    case 'updateInstruction':
      return `instruction ${command.instruction}`;
    case 'updateContext': {
      const { systemInstruction, tools } = command.change;
      const names = tools?.flatMap((tool) => tool.functionDeclarations?.map(({ name }) => name) ?? []);
      return `context ${systemInstruction ?? '-'} | ${names?.join(' ') ?? '-'}`;
    }
    case 'clientContent': {
      const turns = command.turns.map(({ role, parts }) => `${role ?? '-'}:${parts[0]?.text}`);
      return command.turnComplete ? 'prompt' : turns.join(' / ');
    }
    case 'text':
      return `text ${command.text}`;
    default:
      return command.type;
  }
}

const project = (parts: Partial<Projection> = {}): Projection => ({
  instruction: undefined,
  modifiers: [],
  context: [],
  offeredTools: null,
  faults: [],
  ...parts,
});
const GREET = project({ instruction: 'Greet.', modifiers: ['[vip]'], offeredTools: ['look'] });
const SELL = project({ instruction: 'Sell.', modifiers: ['[vip]'], offeredTools: ['book'] });
const HEADING = '[Your task now, in place of any earlier one]';

describe('The setup', () => {
  test('has the first phase: its instruction, and with contextUpdate its tools only', (context) => {
    verifies(context, 'steer:setup');
    const { steering, sent, written } = bench({});
    expect(steering.connect(EMPTY, GREET)).toEqual({
      systemInstruction: 'Base.\n\nGreet.',
      tools: [{ functionDeclarations: [{ name: 'look' }] }],
    });
    expect(written.get('session:declaredTools')).toEqual(['look']);
    steering.steer({ state: EMPTY, projection: GREET, entry: { context: [], prompt: false } });
    expect(sent).toEqual(['model:[vip]']);
  });

  test('with injected instructions has the first one too, which then stands', () => {
    const { steering, sent } = bench({ model: 'gemini-live-2.5-flash-native-audio', vertex: true });
    expect(steering.connect(EMPTY, GREET)).toEqual({
      systemInstruction: `Base.\n\n${HEADING}\nGreet.`,
      tools: TOOLS,
    });
    const steer = (projection: Projection): void => void steering.steer({ state: EMPTY, projection });
    steer(GREET);
    steer(SELL);
    steer(GREET);
    expect(sent).toEqual(['model:[vip]', `model:${HEADING}\nSell.`, `model:${HEADING}\nGreet.`]);
    // A fresh session knows nothing of what this one was told.
    expect(steering.connect(EMPTY, SELL).systemInstruction).toBe(`Base.\n\n${HEADING}\nSell.`);
    steer(SELL);
    expect(sent.slice(3)).toEqual(['model:[vip]']);
  });

  test('without anything to say has no instruction', () => {
    const { steering } = bench({ instruction: undefined, tools: undefined });
    expect(steering.connect(EMPTY, project())).toEqual({ tools: [] });
  });
});

describe('With contextUpdate', () => {
  test('a move changes instruction and tools in one message, then turns, then the prompt', () => {
    const { steering, sent, written } = bench({});
    steering.connect(EMPTY, GREET);
    steering.steer({ state: EMPTY, projection: GREET });
    sent.length = 0;
    steering.steer({ state: EMPTY, projection: SELL, entry: { context: ['Bridge.'], prompt: true } });
    steering.steer({ state: EMPTY, projection: SELL });
    expect(sent).toEqual(['context Base.\n\nSell. | book', 'model:Bridge.', 'prompt']);
    expect(written.get('session:declaredTools')).toEqual(['book']);
    expect([steering.instruction, steering.declaredTools]).toEqual(['Base.\n\nSell.', ['book']]);
  });

  test('tools are declared anew before a tool response, and not again at the boundary', (context) => {
    verifies(context, 'steer:redeclare');
    const { steering, sent } = bench({});
    steering.connect(EMPTY, GREET);
    steering.beforeToolResponse(EMPTY, GREET);
    expect(sent).toEqual([]);
    steering.beforeToolResponse(EMPTY, SELL);
    steering.beforeToolResponse(EMPTY, SELL);
    expect(sent).toEqual(['context Base.\n\nSell. | book']);
    steering.steer({ state: EMPTY, projection: SELL, entry: { context: [], prompt: false } });
    expect(sent.slice(1)).toEqual(['model:[vip]']);
  });

  test('nothing goes before a tool response in other modes', () => {
    const { steering, sent } = bench({ mode: 'hybrid' });
    steering.connect(EMPTY, GREET);
    steering.beforeToolResponse(EMPTY, SELL);
    expect(sent).toEqual([]);
  });
});

describe('The base instruction', () => {
  test('can be replaced in mid-session', () => {
    const { steering, sent } = bench({ mode: 'hybrid' });
    steering.connect(EMPTY, project());
    steering.setBase('New.');
    steering.steer({ state: EMPTY, projection: project() });
    expect(sent).toEqual(['instruction New.']);
  });

  test('is amended, and goes unamended when the amendment fails', () => {
    let mood: string | undefined = 'Smile.';
    const { steering, sent, errors } = bench({
      mode: 'hybrid',
      amendment: () => {
        if (mood === 'bad') throw new Error('no mood');
        return mood;
      },
      template: (state) => state.get('template') as string | undefined,
    });
    expect(steering.connect(EMPTY, project()).systemInstruction).toBe('Base.\n\nSmile.');
    mood = 'bad';
    steering.steer({ state: EMPTY, projection: project() });
    expect(errors.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'hookFailed The instruction amendment failed: the instruction goes without it.',
    ]);
    mood = undefined;
    const state = new State();
    state.set('template', 'All.');
    steering.steer({ state, projection: GREET });
    expect(sent).toEqual(['instruction Base.', 'instruction All.', 'model:[vip]']);
  });
});

describe('Delivery', () => {
  test('waits for the user when it is deferred, and newer steering takes the place of what waits', async () => {
    const { steering, sent, user } = bench({ mode: 'hybrid', delivery: 'deferred' });
    steering.connect(EMPTY, project());
    const steer = (...facts: string[]): void =>
      void steering.steer({ state: EMPTY, projection: project({ context: facts }) });
    steer('A', 'B');
    steer('B', 'C');
    expect(sent).toEqual([]);
    await user.sendText('hi');
    expect(sent).toEqual(['model:B / model:C', 'text hi']);
    steer('C');
    await user.sendText('ho');
    expect(sent.slice(2)).toEqual(['text ho']);
  });

  test('follows the place where that asks for another way', () => {
    const { steering, sent } = bench({ mode: 'hybrid', delivery: 'deferred' });
    steering.connect(EMPTY, project());
    steering.steer({ state: EMPTY, projection: project({ context: ['A'] }), delivery: 'immediate' });
    expect(sent).toEqual(['model:A']);
  });
});

describe('A model that takes only text in mid-session', () => {
  const model = 'gemini-3.1-flash-live-preview';

  test('has all in its setup; what is new goes with a prompt, or with a text of the user', async () => {
    const { steering, sent, user, errors } = bench({ model });
    expect(steering.connect(EMPTY, GREET).systemInstruction).toBe(`Base.\n\n${HEADING}\nGreet.\n\n[vip]`);
    steering.steer({ state: EMPTY, projection: GREET });
    steering.steer({ state: EMPTY, projection: SELL });
    expect(sent).toEqual([]);
    await user.sendText('hi');
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain('Sell.');
    expect(sent[0]).not.toContain('[vip]');
    steering.steer({ state: EMPTY, projection: GREET, entry: { context: ['Bridge.'], prompt: true } });
    expect(sent[1]).toMatch(/^text [\s\S]*Greet\.[\s\S]*Bridge\./);
    expect([sent.length, errors]).toEqual([2, []]);
  });
});

test('Nothing is ever sent that the model closes the session on', (context) => {
  verifies(context, 'steer:choice');
  const models = [
    'gemini-3.8-live',
    'gemini-3.8-live-extended-thinking',
    'gemini-3.1-flash-live-preview',
    'gemini-2.5-flash-native-audio-latest',
    'gemini-live-2.5-flash',
    'unheard-of',
  ];
  const modes = ['instructionUpdate', 'contextInjection', 'hybrid', 'contextUpdate', undefined] as const;
  const text = fc.option(fc.constantFrom('a', 'b', ' '), { nil: undefined });
  const boundary = fc.record({
    instruction: text,
    fact: text,
    offeredTools: fc.option(fc.subarray(['look', 'book']), { nil: null }),
    entered: fc.option(fc.boolean(), { nil: undefined }),
    nudge: text,
    base: fc.boolean(),
    response: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.boolean(),
      fc.constantFrom(...modes),
      fc.array(boundary, { maxLength: 10 }),
      (model, vertex, mode, boundaries) => {
        const made = bench({ model, vertex, ...(mode !== undefined && { mode }) });
        const profile = modelProfile(model, vertex ? 'vertex' : 'googleAi');
        made.steering.connect(EMPTY, GREET);
        for (const { instruction, fact, offeredTools, entered, nudge, base, response } of boundaries) {
          const projection = project({ instruction, context: [fact ?? ''], offeredTools });
          if (base) made.steering.setBase('Another base.');
          if (response) made.steering.beforeToolResponse(EMPTY, projection);
          made.steering.steer({
            state: EMPTY,
            projection,
            ...(entered !== undefined && { entry: { context: ['bridge'], prompt: entered } }),
            ...(nudge !== undefined && { nudge: { text: nudge, prompt: true } }),
          });
        }
        for (const command of made.commands) {
          const encoding = { profile, manualActivity: false, audioMimeType: 'audio/pcm' };
          const frame = encodeCommand(command, encoding) ?? '';
          if (!profile.clientContentMidSession) expect(frame).toMatch(/^\{"realtimeInput":\{"text"/);
          if (!vertex) expect(frame).not.toContain('"role":"system"');
          expect(frame).not.toContain('"text":""');
        }
      },
    ),
    { numRuns: 400 },
  );
});
