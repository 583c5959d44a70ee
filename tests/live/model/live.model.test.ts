/** Whole calls against a reference model, in any order of what can happen to them (issue: voice; spec: voice §17). */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { verifies } from '../../requirements.ts';
import { commandArbitraries } from './call-commands.ts';
import { CallRig } from './call-rig.ts';
import { MODEL_KINDS, otherChoices } from './call-variant.ts';

const RUNS = Number(process.env.PARLANDO_MODEL_RUNS ?? 40);
/** Each run has a seed of its own, which a failure prints; a number here repeats one. */
const { PARLANDO_MODEL_SEED: SEED = 'random' } = process.env;
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
