/** Whole calls against a reference model, in any order of what can happen to them (issue: voice; spec: voice §17). */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { verifies } from '../../requirements.ts';
import { commandArbitraries } from './call-commands.ts';
import { CallRig } from './call-rig.ts';
import { MODEL_KINDS, otherChoices } from './call-variant.ts';

const RUNS = Number(process.env.PARLANDO_MODEL_RUNS ?? 40);
/**
 * `random` looks for more. Known and open: under the authority of the client a connection that is lost while the user
 * speaks may leave the reference and the call of different minds (seed -707581244, 2.5 on Vertex).
 */
const { PARLANDO_MODEL_SEED: SEED = '7' } = process.env;
const seeded = SEED === 'random' ? {} : { seed: Number(SEED) };

describe.each(MODEL_KINDS)('A call with %s on %s', (family, platform) => {
  test.for(['server', 'client'] as const)(
    'keeps every promise under the authority of the %s',
    async (authority, context) => {
      verifies(context, 'voice:call:model');
      await fc.assert(
        fc.asyncProperty(
          otherChoices,
          fc.commands(commandArbitraries(), { maxCommands: 80, size: 'max' }),
          async (choices, commands) => {
            const rig = await CallRig.open({ family, platform, authority, ...choices });
            await fc.asyncModelRun(() => ({ model: {}, real: rig }), commands);
            await rig.quiesce();
            await rig.end();
          },
        ),
        { numRuns: RUNS, interruptAfterTimeLimit: 15_000, ...seeded },
      );
    },
  );
});
