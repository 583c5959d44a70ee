import { describe, expect, it } from 'vitest';
import { readPromptLine } from './prompt-line.ts';

describe('A line at the prompt', () => {
  it('is what the user says unless it begins with a slash', () => {
    expect(readPromptLine('  Hello there ')).toEqual({ type: 'play', step: { user: 'Hello there' } });
    expect(readPromptLine('   ')).toEqual({ type: 'nothing' });
    expect(readPromptLine('/model Good morning.')).toEqual({
      type: 'play',
      step: { model: 'Good morning.' },
    });
    expect(readPromptLine('/turn')).toEqual({ type: 'play', step: 'turn' });
    expect(readPromptLine('/interrupt')).toEqual({ type: 'play', step: 'interrupt' });
  });

  it('calls a tool with JSON arguments, or none', () => {
    expect(readPromptLine('/tool pay {"amount": 250, "to": {"name": "Ada"}}')).toEqual({
      type: 'call',
      tool: 'pay',
      args: { amount: 250, to: { name: 'Ada' } },
      fails: false,
    });
    expect(readPromptLine('/fail pay')).toEqual({ type: 'call', tool: 'pay', args: {}, fails: true });
    expect(readPromptLine('/why pay {"a": 1}')).toEqual({ type: 'why', tool: 'pay', args: { a: 1 } });
    expect(readPromptLine('/why')).toEqual({ type: 'why', tool: undefined, args: {} });
  });

  it('sets values that are JSON, or else texts', () => {
    expect(readPromptLine('/set paid true')).toMatchObject({ step: { set: { key: 'paid', value: true } } });
    expect(readPromptLine('/set user:name Ada Moreno')).toMatchObject({
      step: { set: { key: 'user:name', value: 'Ada Moreno' } },
    });
    expect(readPromptLine('/decide agrees true')).toMatchObject({ step: { decide: { agrees: true } } });
    const hostile = readPromptLine('/decide __proto__ true');
    expect(JSON.stringify(hostile)).toBe('{"type":"play","step":{"decide":{"__proto__":true}}}');
  });

  it('says what to type when it is not understood', () => {
    const told = (line: string): unknown => {
      const read = readPromptLine(line);
      return read.type === 'unclear' ? read.message : read;
    };
    expect(told('/bogus x')).toBe('there is no /bogus; /help lists what there is');
    expect(told('/tool')).toBe('type /tool name {"argument": "value"}');
    expect(told('/tool pay {amount: 1}')).toBe(
      'the arguments are no JSON: there is "amount" where a name in double quotes should be, at character 2',
    );
    expect(told('/tool pay [1]')).toBe('the arguments are an object, like {"amount": 250}');
    expect(told('/set key')).toBe('type /set key value');
    expect(told('/save')).toBe('type /save file.json');
    expect(told('/decide agrees [1]')).toBe('type /decide question answer');
  });
});
