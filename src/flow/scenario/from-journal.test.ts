import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { NOTICE, refundConversation } from '../../../tests/support/refund-conversation.ts';
import { compileConversation } from '../conversation/compile-conversation.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import type { ConversationDocument } from '../conversation/conversation-document.ts';
import type { JsonValue } from '../state-reader.ts';
import { FlowSimulator, type SimulatedCall } from './flow-simulator.ts';
import { type RecordedChange, scenarioFromJournal } from './from-journal.ts';
import { runScenario } from './run-scenario.ts';

function compiled(document: ConversationDocument = refundConversation): CompiledConversation {
  const result = compileConversation(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.conversation;
}

const conversation = compiled();
const PAY = { tool: 'payRefund', args: { amount: { amount: 40, currency: 'USD' } } };

/** A call whose state is journaled as a live session's: what changes, in its order, and what the runtime notes. */
class Recorded {
  readonly changes: RecordedChange[] = [];
  readonly #simulator = new FlowSimulator(conversation);
  readonly #marksTurns: boolean;
  #known = new Map<string, JsonValue>();
  #turns = 0;

  constructor(marksTurns: boolean) {
    this.#marksTurns = marksTurns;
    this.#take();
  }

  user(words: string, said = ''): void {
    if (said !== '') this.#simulator.model(said);
    this.#simulator.user(words);
    if (said !== '') this.#note('session:lastOutputTranscription', said);
    this.#note('session:lastInputTranscription', words);
    this.#turned();
  }

  turn(said = ''): void {
    if (said !== '') this.#simulator.model(said);
    this.#simulator.turn();
    if (said !== '') this.#note('session:lastOutputTranscription', said);
    this.#turned();
  }

  call(call: SimulatedCall): void {
    const admission = this.#simulator.beginCall(call);
    const noted = { callId: 'c', tool: call.tool, args: call.args ?? {} };
    if (!admission.ok) return this.#note('flow:toolDenied', { ...noted, reason: admission.reason });
    this.#note('flow:toolCall', noted);
    this.#simulator.endCall(call.tool, true);
    const toolWrote = (key: string): boolean => !key.startsWith('flow:') && !key.startsWith('verbatim:');
    this.#take(toolWrote);
    this.#note('flow:toolResult', { callId: 'c', tool: call.tool, ok: true });
    this.#take();
  }

  #turned(): void {
    if (this.#marksTurns) this.#note('session:turnCount', ++this.#turns);
    this.#take();
  }

  #note(key: string, value: JsonValue): void {
    this.changes.push({ key, new: value, origin: 'set' });
  }

  /** What has changed since. */
  #take(wanted: (key: string) => boolean = () => true): void {
    const now = new Map(this.#simulator.state.entries());
    const order = [...now].sort(([a], [b]) => Number(a.startsWith('flow:')) - Number(b.startsWith('flow:')));
    for (const [key, value] of order) {
      if (!wanted(key) || JSON.stringify(this.#known.get(key)) === JSON.stringify(value)) continue;
      this.#note(key, value);
      this.#known.set(key, value);
    }
  }
}

function recordedCall(marksTurns: boolean): readonly RecordedChange[] {
  const recorded = new Recorded(marksTurns);
  recorded.turn('Hello.');
  recorded.call(PAY);
  recorded.user('it is about order 1234');
  recorded.call({ tool: 'verifyCaller', args: { code: '4711' } });
  recorded.turn('You are verified.');
  recorded.turn(NOTICE);
  recorded.call({ tool: 'quoteRefund' });
  recorded.turn('Up to 120.');
  recorded.user('$40');
  recorded.call(PAY);
  recorded.user('yes');
  recorded.call(PAY);
  recorded.turn('It is paid.');
  return recorded.changes;
}

describe('a scenario from a recording', () => {
  it.each([true, false])('passes against the flow it was recorded with (turns marked: %s)', (marksTurns) => {
    const scenario = scenarioFromJournal('a call', recordedCall(marksTurns));
    expect(runScenario(conversation, scenario)).toEqual({ name: 'a call', passed: true });
    expect(scenario.steps).toContainEqual({ expectDenied: PAY });
    expect(scenario.steps).toContainEqual({ expectAllowed: PAY });
    expect(scenario.steps).toContainEqual({ toolResult: { tool: 'payRefund', ok: true, response: null } });
  });

  it('fails at expectAllowed against a stricter flow', (context) => {
    verifies(context, 'acceptance:control:scenario');
    const scenario = scenarioFromJournal('a call', recordedCall(true));
    const constraints = [{ neverUntil: { tool: 'payRefund', until: { isTrue: 'approved' } } }];
    const stricter = compiled({
      ...refundConversation,
      inputs: ['intent:faq', 'intent:threat', 'approved'],
      constraints,
    });
    const result = runScenario(stricter, scenario);
    expect(result.passed).toBe(false);
    if (result.passed) return;
    expect(scenario.steps[result.step]).toEqual({ expectAllowed: PAY });
    expect(result.reason).toContain('approved');
  });

  it('leaves out what the runtime wrote and what the user said', () => {
    const text = JSON.stringify(scenarioFromJournal('a call', recordedCall(true)));
    for (const own of ['flow:', 'session:', 'verbatim:', 'stateMeta:', 'it is about order']) {
      expect(text).not.toContain(own);
    }
    expect(text).toContain(NOTICE);
  });

  it('takes answers, interruptions and removals, and passes over what is no recording', () => {
    const answer = { outcome: 'yes', confidence: 0.9 };
    const scenario = scenarioFromJournal('odd', [
      { key: 'flow:active', new: ['a'] },
      { key: 'session:interruptCount', new: 0 },
      { key: 'session:interruptCount', new: 1 },
      { key: 'x', new: 1 },
      { key: 'x', new: 2 },
      { key: 'y', new: undefined },
      { key: 'turn:z', new: undefined, origin: 'clearPrefix' },
      { key: 'decision:sure', new: answer },
      { key: 'decision:turn', new: 4 },
      { key: '__proto__', new: 'kept' },
      { key: 'flow:toolCall', new: 'nonsense' },
      { key: 'flow:toolCall', new: { tool: 7 } },
      { key: 'flow:toolResult', new: { tool: 'pay', ok: 'yes' } },
      { key: 'flow:active', new: 'nonsense' },
    ]);
    expect(scenario.steps).toEqual([
      { expectActive: ['a'] },
      'interrupt',
      { set: { key: 'x', value: 2 } },
      { set: { key: 'y', value: null } },
      { set: { key: '__proto__', value: 'kept' } },
      { decide: { sure: answer } },
      { toolResult: { tool: 'pay', ok: false, response: null } },
      'turn',
      { expectActive: [] },
    ]);
  });
});
