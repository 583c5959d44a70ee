import { callKey, type FunctionResponse, type ModelProfile, type SessionHandle } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import { backgroundDelivery } from './background-delivery.ts';

/**
 * Of responses by hand those that the model waits for, one for each call and under its name, also where the session of the
 * call was lost and another one is told the result; the others are reported
 * (`invalidArgument`), because the model would speak about them a second time. All of them where a result may follow its
 * answer; and after the end, when the session refuses them.
 */
export function awaitedResponses(
  responses: readonly FunctionResponse[],
  { phase, state }: Pick<SessionHandle, 'phase' | 'state'>,
  profile: ModelProfile,
  report: (error: RuntimeError) => void,
  callsByHand: ReadonlyMap<string, { readonly call: { readonly name: string } }>,
): readonly FunctionResponse[] {
  if (phase === 'disconnected' || backgroundDelivery(profile) === 'unsolicited') return responses;
  const answered = new Set<string>();
  return responses.filter((response) => {
    const { id, name, willContinue } = response;
    const key = callKey(response);
    const called = callsByHand.get(key)?.call.name ?? name;
    const isOpen = state.openCalls.includes(key) || callsByHand.has(key);
    if (isOpen && !answered.has(key) && called === name) {
      // Calls without an id may be several of one name.
      if (key === id && willContinue !== true) answered.add(key);
      return true;
    }
    const message =
      called === name
        ? `The response for ${name} is for no call that is open: it was dropped.`
        : `The response for ${name} has the id of a call of ${called}: it was dropped.`;
    report(new RuntimeError('invalidArgument', message));
    return false;
  });
}
