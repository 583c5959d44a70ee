import type { FlowDefinition } from '../../../src/flow/definition/flow-definition.ts';
import { type LiveOptions, tool } from '../../../src/live/index.ts';
import { OrderedCall } from '../order/ordered-call.ts';

/** A flow without its name. */
export type Flow = Omit<FlowDefinition, 'name'>;

export const flowOf = (flow: Flow): FlowDefinition => ({ name: 'test', ...flow });

interface Policy {
  readonly kind?: 'read' | 'commit';
  readonly background?: true;
}

/** What tools of a test did, in order. */
export class Ran {
  readonly names: string[] = [];

  /** A tool that says that it ran, and does as `run` says. */
  tool(
    name: string,
    policy: Policy = {},
    run: () => unknown = () => ({ ok: true }),
  ): ReturnType<typeof tool> {
    return tool({
      name,
      description: name,
      policy,
      run: () => {
        this.names.push(name);
        return run();
      },
    });
  }
}

/** A session under a flow, without a watch on silence. */
export async function governed(
  flow: Flow,
  options: Omit<Partial<LiveOptions>, 'flow'> & { readonly flow?: Partial<LiveOptions['flow']> } = {},
): Promise<OrderedCall> {
  const call = new OrderedCall();
  const { flow: settings, ...others } = options;
  return call.open({ quiet: { deadAir: false }, ...others, flow: { flow: flowOf(flow), ...settings } });
}

/** A turn of the user, transcribed, and the model's words to it; later words are of another turn. */
export async function turn(call: OrderedCall, words = 'Hello.', reply = 'Well.'): Promise<void> {
  if (words !== '') await call.peer.hears(words);
  await call.peer.says(reply, { audioMs: 0, thenCompletes: true });
  await call.peer.clock.advanceAsync(3_000);
}

/** Calls a tool, and gives what it is answered: the text of an error, or the whole response as JSON. */
export async function answerOf(
  call: OrderedCall,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const id = await call.peer.calls(name, args);
  await call.peer.clock.advanceAsync(0);
  const { response } = await call.peer.answerTo(id);
  return typeof response?.error === 'string' ? response.error : JSON.stringify(response);
}
