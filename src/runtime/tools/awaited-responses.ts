import type { FunctionResponse, ModelProfile, SessionHandle } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import { backgroundDelivery } from './background-delivery.ts';

/**
 * Of responses by hand those that the service waits for; the others are reported (`invalidArgument`), because the model
 * would speak about them a second time. All of them where a result may follow its answer; and after the end, when the
 * session refuses them.
 */
export function awaitedResponses(
  responses: readonly FunctionResponse[],
  { phase, state }: Pick<SessionHandle, 'phase' | 'state'>,
  profile: ModelProfile,
  report: (error: RuntimeError) => void,
): readonly FunctionResponse[] {
  if (phase === 'disconnected' || backgroundDelivery(profile) === 'unsolicited') return responses;
  return responses.filter((response) => {
    const { id, name } = response;
    if (state.openCalls.includes(id === undefined || id === '' ? name : id)) return true;
    const message = `The response for ${name} is for no call that is open: it was dropped.`;
    report(new RuntimeError('invalidArgument', message));
    return false;
  });
}
