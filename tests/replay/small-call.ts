/** A short call with a tool and what the user types, recorded. */
import { type LiveEvent, type LiveOptions, live, type RecordingSink, tool } from '../../src/live/index.ts';
import { MemoryRecording } from '../../src/runtime/replay/recording-sink.ts';
import { ScriptedPeer, settle } from '../../src/testing/index.ts';

export const KEY = 'AIza-a-key-that-nobody-may-see';

/** An agent that looks at the weather. */
export function weatherOptions(weather = 'rain'): LiveOptions {
  return {
    instruction: 'Be brief.',
    tools: [
      tool({
        name: 'look',
        description: 'Looks outside.',
        parameters: { type: 'object', properties: { where: { type: 'string' } } },
        run: async ({ where = '' }, { state }) => {
          await Promise.resolve();
          state.set('looked', where);
          return { weather };
        },
      }),
    ],
    quiet: { reprompt: { afterMs: 5_000, text: 'Are you there?' } },
  };
}

export interface SmallCall {
  readonly text: string;
  readonly events: readonly LiveEvent[];
}

/** Plays it. @param sink what it is recorded into besides memory */
export async function smallCall(
  options: LiveOptions = weatherOptions(),
  sink: RecordingSink = new MemoryRecording(),
  words = 'What is it like outside?',
): Promise<SmallCall> {
  const peer = new ScriptedPeer();
  const { clock } = peer;
  const events: LiveEvent[] = [];
  const call = await live({ apiKey: KEY, ...options }).connect({
    transport: peer.transport,
    clock,
    environment: {},
    recording: { sink },
    onEvent: (event) => events.push(event),
  });
  for (const piece of words.match(/.{1,7}/g) ?? []) await peer.hears(piece);
  await peer.says('Let me look.');
  await peer.calls('look', { where: 'garden' });
  await clock.advanceAsync(200);
  await peer.says('There.', { thenCompletes: true });
  await clock.advanceAsync(7_000);
  void call.sendText(`Thanks. ${words}`);
  call.state().set('thanked', true);
  await peer.says('Welcome.', { thenCompletes: true });
  await clock.advanceAsync(1_000);
  let over = false;
  void call.disconnect().then(() => {
    over = true;
  });
  await clock.runUntil(() => over, 20_000);
  await settle();
  await settle();
  return { text: sink instanceof MemoryRecording ? sink.text : '', events };
}
