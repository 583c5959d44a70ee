/** The application of a soak: tools that take their time, and phases, a flow, an extractor where the variant has them. */
import { type LiveOptions, pattern, ruleExtractor, type ToolDefinition, tool } from '../src/live/index.ts';
import type { Clock } from '../src/wire/index.ts';
import type { ClientLedger } from './client-ledger.ts';
import type { Dice } from './dice.ts';
import { resultMark } from './marks.ts';
import type { Speech, Variant } from './variants.ts';

export interface AgentParts {
  readonly variant: Variant;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly ledger: ClientLedger;
}

/** Answered by the application itself. */
export const BY_HAND = 'ask_person';

export function agentOptions(parts: AgentParts): LiveOptions {
  const { variant } = parts;
  return {
    ...variant.place,
    ...speechOptions(variant.speech),
    instruction: 'You are on the phone for an hour and a half.',
    tools: [...toolsOf(parts), { functionDeclarations: [{ name: BY_HAND, description: 'Asks a person.' }] }],
    extractors: [
      ruleExtractor({
        name: 'turns',
        fields: { last: pattern(/\[u(\d+)\]/) },
        promote: [{ field: 'last', stateKey: 'app:last', merge: 'overwrite' }],
      }),
    ],
    quiet: { deadAir: { policy: { noReply: 'rotate', missingTurnComplete: 'rotate' } } },
    telemetryIntervalMs: 10_000,
    ...(variant.transparent && { sessionResumption: { transparent: true } }),
    ...governance(variant),
  };
}

function speechOptions(speech: Speech): Partial<LiveOptions> {
  if (speech === 'pushToTalk') {
    return { interruptionAuthority: 'client', inputVad: false, turnCommit: 'immediate' };
  }
  // Every edge opens a turn: a phrase that is short, over the voice of the model, is a turn all the same.
  return speech === 'clientVad' ? { interruptionAuthority: 'client', turnCommit: 'immediate' } : {};
}

function toolsOf({ clock, dice, ledger }: AgentParts): readonly ToolDefinition[] {
  const work = (name: string, fromMs: number, toMs: number) => ({
    name,
    description: `Does ${name}.`,
    parameters: { type: 'object', properties: { turn: { type: 'integer' } } },
    run: async (_args: unknown, { callId }: { readonly callId: string }) => {
      ledger.ran(callId, name);
      await new Promise<void>((resolve) => clock.schedule(dice.between(fromMs, toMs), resolve));
      return { mark: resultMark(callId) };
    },
  });
  return [
    tool({ ...work('look', 50, 2_000), policy: { kind: 'read' } }),
    tool({ ...work('book', 100, 4_000), policy: { kind: 'commit', serial: true } }),
    tool({ ...work('search', 3_000, 25_000), policy: { background: true } }),
  ];
}

/** Places that come and go with the turns of the user, and shut no tool out. */
function governance({ governed }: Variant): Partial<LiveOptions> {
  if (governed === 'nothing') return {};
  const turnIs = (rest: number) => (state: { get(key: string): unknown }) =>
    Number(state.get('app:last') ?? 0) % 4 === rest;
  if (governed === 'phases') {
    return {
      phases: {
        initial: 'even',
        phases: [
          { name: 'even', instruction: 'Be brief.', transitions: [{ to: 'odd', when: turnIs(3) }] },
          { name: 'odd', instruction: 'Be very brief.', transitions: [{ to: 'even', when: turnIs(1) }] },
        ],
      },
    };
  }
  return {
    flow: {
      flow: {
        name: 'soak',
        steps: [
          { id: 'begin', done: { isSet: 'app:last' }, posture: 'Say hello.' },
          { id: 'talk', after: ['begin'], done: { isSet: 'app:never' }, posture: 'Help with anything.' },
        ],
      },
    },
  };
}
