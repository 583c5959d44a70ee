import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { deferred, HeldTool, ToolRig } from '../../../tests/support/tool-rig.ts';
import type { Admission } from '../../flow/governor.ts';
import { tool } from '../../live/tool.ts';
import type { ConfirmationReply, ConfirmationRequest } from './confirmation.ts';
import type { ToolMiddleware } from './tool-middleware.ts';

const refused: Admission = {
  ok: false,
  reason: 'book needs a confirmed date; nothing ran.',
  needs: ['date'],
};
const echo = tool({
  name: 'echo',
  description: 'd',
  input: z.object({ text: z.string().default('') }),
  run: ({ text }) => text,
});

describe('Admission', () => {
  test('that is refused gives its reason, and nothing runs or advances', async (context) => {
    verifies(context, 'tools:admission');
    const rig = new ToolRig({ tools: [echo], admit: () => refused });
    await rig.call({ id: 'a', name: 'echo' });
    expect(rig.errorOf('a')).toBe('book needs a confirmed date; nothing ran.');
    expect(rig.outcomes.map(({ outcome, ok }) => [outcome, ok])).toEqual([['refused', undefined]]);
  });

  test('that waits for a decision goes on with it, or is refused after 5 s', async (context) => {
    verifies(context, 'tools:admission');
    const decision = deferred<Admission>();
    const never = new Promise<Admission>(() => {});
    const rig = new ToolRig({
      tools: [echo],
      admit: ({ callId }) => ({ wait: callId === 'a' ? decision.promise : never }),
    });
    await rig.call({ id: 'a', name: 'echo', args: { text: 'x' } });
    await rig.call({ id: 'b', name: 'echo' });
    await rig.clock.advanceAsync(1_000);
    decision.resolve({ ok: true });
    await rig.clock.advanceAsync(4_000);
    expect(rig.of('a')[0]?.response).toEqual({ output: 'x' });
    expect(rig.errorOf('b')).toContain('not settled yet');
  });

  test('that throws or rejects refuses, and is reported', async (context) => {
    verifies(context, 'tools:admission');
    const rig = new ToolRig({
      tools: [echo],
      admit: ({ callId }) => {
        if (callId === 'a') throw new Error('guard');
        return { wait: Promise.reject(new Error('guard')) };
      },
    });
    await rig.call({ id: 'a', name: 'echo' }, { id: 'b', name: 'echo' });
    expect([rig.errorOf('a'), rig.errorOf('b')].every((text) => text.includes('could not be checked'))).toBe(
      true,
    );
    expect(rig.errors.map(({ code }) => code)).toEqual(['guardFailed', 'guardFailed']);
  });
});

describe('Confirmation', () => {
  const asked: ConfirmationRequest[] = [];
  let reply: ConfirmationReply | Promise<ConfirmationReply>;

  function rigOf(held: HeldTool): ToolRig {
    asked.length = 0;
    reply = { confirmed: true, payload: 'by voice' };
    const parameters = { type: 'object', properties: { day: { type: 'string' } } };
    return new ToolRig({
      tools: [{ ...held.definition, parameters }],
      confirmationProvider: (request) => {
        asked.push(request);
        return reply;
      },
    });
  }

  test('asks with message, arguments, their hash and the turn; its payload reaches the tool', async (context) => {
    verifies(context, 'tools:confirmation');
    const book = new HeldTool('book', { confirm: ({ day }: { day: string }) => `On ${day}?` });
    const rig = rigOf(book);
    await rig.call({ id: 'a', name: 'book', args: { day: 'Fri' } });
    expect(asked).toEqual([
      expect.objectContaining({
        tool: 'book',
        args: { day: 'Fri' },
        message: 'On Fri?',
        turn: 1,
        callId: 'a',
      }),
    ]);
    expect(asked[0]?.argumentHash).toMatch(/^[0-9a-f]{16}$/);
    expect(book.runs[0]?.confirmation).toBe('by voice');
  });

  test('counts for one run of these arguments in this turn of the user', async (context) => {
    verifies(context, 'tools:confirmation');
    const book = new HeldTool('book', { confirm: true });
    const rig = rigOf(book);
    const fail = async (): Promise<void> => {
      book.reject(new Error('try again'));
      await rig.clock.advanceAsync(0);
    };
    await rig.call({ id: 'a', name: 'book', args: { day: 'Fri' } });
    await fail();
    await rig.call({ id: 'b', name: 'book', args: { day: 'Fri' } });
    expect(asked).toHaveLength(2);
    await fail();
    await rig.call({ id: 'c', name: 'book', args: { day: 'Sat' } });
    expect(asked).toHaveLength(3);
    await fail();
    rig.runner.userTurn(2);
    await rig.call({ id: 'd', name: 'book', args: { day: 'Sat' } });
    expect(asked.map(({ turn }) => turn)).toEqual([1, 1, 1, 2]);
    await fail();
    rig.runner.bargeIn();
    await rig.call({ id: 'e', name: 'book', args: { day: 'Sat' } });
    expect(asked).toHaveLength(5);
    book.resolve('done');
    await rig.clock.advanceAsync(0);
    await rig.call({ id: 'f', name: 'book', args: { day: 'Sat' } });
    expect(asked).toHaveLength(6);
  });

  test('that ends before the start, because the user spoke, asks again', async (context) => {
    verifies(context, 'tools:confirmation');
    const book = new HeldTool('book', { confirm: true });
    const gate = deferred<undefined>();
    const rig = new ToolRig({
      tools: [book.definition],
      confirmationProvider: () => ({ confirmed: true }),
      middleware: [{ before: () => gate.promise }],
    });
    await rig.call({ id: 'a', name: 'book' });
    rig.runner.userTurn(2);
    gate.resolve(undefined);
    await rig.clock.advanceAsync(0);
    expect(book.runs).toEqual([]);
    expect(rig.errorOf('a')).toContain('the user has spoken since');
  });

  test('that is denied, fails or never comes is no confirmation', async (context) => {
    verifies(context, 'tools:confirmation');
    const book = new HeldTool('book', { confirm: true });
    const rig = rigOf(book);
    reply = { confirmed: false, hint: 'Offer Saturday.' };
    await rig.call({ id: 'a', name: 'book' });
    reply = Promise.reject(new Error('offline'));
    await rig.call({ id: 'b', name: 'book' });
    reply = new Promise(() => {});
    await rig.call({ id: 'c', name: 'book' });
    await rig.clock.advanceAsync(120_000);
    reply = 'yes' as never;
    await rig.call({ id: 'd', name: 'book' });
    expect(book.runs).toEqual([]);
    expect(rig.errorOf('a')).toBe('book did not run, because it was not confirmed. Offer Saturday.');
    expect(rig.errorOf('b')).toContain('could not be checked');
    expect(rig.errorOf('c')).toContain('was not confirmed');
    expect(rig.errorOf('d')).toContain('was not confirmed');
    expect(rig.outcomes.every(({ ok }) => ok === undefined)).toBe(true);
  });

  test.for([
    [true, 'gave true'],
    ['yes', 'gave a string'],
    [undefined, 'gave undefined'],
    [{ ok: true }, 'gave an object without confirmed'],
  ] as const)(
    'that comes as %j counts as no, and the provider is told what to return',
    async ([given, found]) => {
      const book = new HeldTool('book', { confirm: true });
      const rig = rigOf(book);
      reply = given as never;
      await rig.call({ id: 'a', name: 'book' });
      expect(book.runs).toEqual([]);
      expect(rig.errorOf('a')).toContain('was not confirmed');
      expect(rig.errors).toEqual([expect.objectContaining({ code: 'hookFailed' })]);
      expect(rig.errors[0]?.message).toContain(found);
      expect(rig.errors[0]?.message).toContain('return {confirmed: true}');
    },
  );
});

describe('Middleware', () => {
  test('goes in order before and in reverse after, and may replace the result', async (context) => {
    verifies(context, 'tools:middleware');
    const steps: string[] = [];
    const make = (name: string): ToolMiddleware => ({
      name,
      before: () => {
        steps.push(`before ${name}`);
        return undefined;
      },
      after: (_, result) => {
        steps.push(`after ${name}`);
        return { ...result, [name]: true };
      },
    });
    const rig = new ToolRig({ tools: [echo], middleware: [make('one'), make('two')] });
    await rig.call({ id: 'a', name: 'echo', args: { text: 'x' } });
    expect(steps).toEqual(['before one', 'before two', 'after two', 'after one']);
    expect(rig.of('a')[0]?.response).toEqual({ output: 'x', two: true, one: true });
  });

  test('vetoes by a reason, by throwing and by taking too long; nothing runs or advances', async (context) => {
    verifies(context, 'tools:middleware');
    const held = new HeldTool('held');
    const before: ToolMiddleware['before'] = ({ callId }) => {
      if (callId === 'a') return { veto: 'the shop is closed' };
      if (callId === 'b') throw new Error('broken');
      return new Promise(() => {});
    };
    const rig = new ToolRig({ tools: [held.definition], middleware: [{ before }] });
    await rig.call({ id: 'a', name: 'held' }, { id: 'b', name: 'held' }, { id: 'c', name: 'held' });
    await rig.clock.advanceAsync(10_000);
    expect(rig.errorOf('a')).toBe('held did not run: the shop is closed. Do not say that it is done.');
    expect(['b', 'c'].every((id) => rig.errorOf(id).includes('a check before it failed'))).toBe(true);
    expect(held.runs).toEqual([]);
    expect(rig.outcomes.every(({ ok }) => ok === undefined)).toBe(true);
    expect(rig.errors.map(({ code }) => code)).toEqual(['hookFailed', 'hookFailed']);
  });

  test('that fails after the run is reported and changes nothing', async (context) => {
    verifies(context, 'tools:middleware');
    const after = () => {
      throw new Error('broken');
    };
    const rig = new ToolRig({ tools: [echo], middleware: [{ name: 'Audit', after }] });
    await rig.call({ id: 'a', name: 'echo', args: { text: 'x' } });
    expect(rig.of('a')[0]?.response).toEqual({ output: 'x' });
    expect(rig.errors.map(({ message }) => message)).toEqual(['Audit threw in after of echo.']);
  });
});
