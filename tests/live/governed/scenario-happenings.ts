import type { Scenario, ScenarioStep } from '../../../src/flow/scenario/scenario.ts';
import type { JsonValue } from '../../../src/flow/state-reader.ts';
import type { Answers, Happening } from './twins.ts';

/** What happens in a scenario; what it asserts becomes a call where it is one. */
export function happeningsOf({ steps }: Scenario): readonly Happening[] {
  const happenings: Happening[] = [];
  let reply = '';
  const takeReply = (): string => {
    const taken = reply === '' ? 'Well.' : reply;
    reply = '';
    return taken;
  };
  for (const step of steps) {
    if (typeof step === 'object' && 'model' in step) reply = `${reply} ${step.model}`.trim();
    else happenings.push(...happeningOf(step, takeReply));
  }
  return happenings;
}

function happeningOf(step: ScenarioStep, takeReply: () => string): readonly Happening[] {
  if (step === 'turn') return [{ type: 'silent', reply: takeReply() }];
  if (step === 'interrupt') return [{ type: 'interrupt', reply: takeReply() }];
  if ('user' in step)
    return [{ type: 'user', words: step.user, typed: false, answers: {}, reply: takeReply() }];
  if ('set' in step) return [{ type: 'set', ...step.set }];
  if ('decide' in step) {
    const answers: Answers = Object.fromEntries(
      Object.entries(step.decide).map(([id, given]) => [
        id,
        { outcome: given === true ? ('yes' as const) : ('no' as const), confidence: 1 },
      ]),
    );
    return [{ type: 'user', words: 'Hm.', typed: true, answers, reply: takeReply() }];
  }
  if ('toolOk' in step) return [callOf(step.toolOk, 'ok'), { type: 'silent', reply: takeReply() }];
  if ('toolFailed' in step) return [callOf(step.toolFailed, 'failed')];
  if ('expectDenied' in step) return [callOf(step.expectDenied, 'ok')];
  return [];
}

function callOf(
  written: string | { readonly tool: string; readonly args?: { readonly [name: string]: JsonValue } },
  ends: 'ok' | 'failed',
): Happening {
  const { tool, args = {} } = typeof written === 'string' ? { tool: written } : written;
  return { type: 'call', tool, args, ends };
}
