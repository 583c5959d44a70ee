/** A session with everything that is to survive: phases, a flow, a digression, counters of repair, tools of each kind. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { FlowDefinition } from '../../../src/flow/definition/flow-definition.ts';
import { type LiveOptions, State, tool } from '../../../src/live/index.ts';

const flow: FlowDefinition = {
  name: 'kept',
  steps: [
    {
      id: 'identify',
      done: { isSet: 'user:name' },
      posture: 'Ask for the name.',
      repair: { repromptAfter: 2, escalateAfter: 4 },
    },
    {
      id: 'work',
      after: ['identify'],
      done: { isTrue: 'user:over' },
      posture: 'Work.',
      repair: { repromptAfter: 3, escalateAfter: 90 },
    },
  ],
  constraints: [{ commit: { tool: 'pay', until: { isTrue: 'user:agreed' } } }],
  digressions: [
    {
      name: 'help',
      trigger: { isTrue: 'user:wantsHelp' },
      flow: {
        steps: [
          { id: 'explain', done: { isTrue: 'user:helped' }, posture: 'Explain.' },
          { id: 'back', after: ['explain'], terminal: true },
        ],
      },
    },
  ],
};

const input = z.object({ ref: z.string() });

/** Tools tell `did` what they do, before they take their time. */
export function governedSession(
  did: (what: string) => void,
): Omit<LiveOptions, 'persistence'> & { readonly state: State } {
  return {
    state: new State(),
    quiet: { deadAir: false },
    instruction: 'Be brief.',
    greeting: 'Say hello!',
    phases: {
      initial: 'begin',
      phases: [
        {
          name: 'begin',
          instruction: 'Begin.',
          transitions: [{ to: 'middle', when: (state) => state.has('user:name') }],
        },
        {
          name: 'middle',
          instruction: 'Go on.',
          needs: ['user:never'],
          transitions: [{ to: 'begin', when: () => false }],
        },
      ],
      repair: { nudgeAfter: 50, escalateAfter: 60 },
    },
    flow: { flow },
    tools: [
      tool({
        name: 'charge',
        description: 'Charges once a call.',
        input,
        run: async ({ ref }, { callId }) => {
          did(`charge ${callId} ${ref}`);
          await sleep(60);
          return { charged: ref };
        },
      }),
      tool({
        name: 'note',
        description: 'Notes; a second time changes nothing.',
        input,
        policy: { idempotencyKey: '{ref}' },
        run: async ({ ref }, { callId }) => {
          did(`note ${callId} ${ref}`);
          await sleep(80);
          return { noted: ref };
        },
      }),
      tool({
        name: 'look',
        description: 'Looks, and takes its time.',
        input,
        policy: { kind: 'read', background: { scheduling: 'silent' } },
        run: async ({ ref }, { callId }) => {
          did(`look ${callId} ${ref}`);
          await sleep(150);
          return { seen: ref };
        },
      }),
      tool({
        name: 'pay',
        description: 'Pays, once.',
        input,
        run: async ({ ref }, { callId }) => {
          did(`pay ${callId} ${ref}`);
          await sleep(10);
          return { paid: ref };
        },
      }),
    ],
  };
}
