/** By hand: PARLANDO_MODEL_STEPS=10000 npx vitest run tests/live/model/long */
import fc from 'fast-check';
import { test } from 'vitest';
import { commandArbitraries } from './call-commands.ts';
import { CallRig } from './call-rig.ts';
import { MODEL_KINDS, otherChoices } from './call-variant.ts';

const STEPS = Number(process.env.PARLANDO_MODEL_STEPS ?? 300);
const { PARLANDO_MODEL_SEED: SEED = 'random' } = process.env;
const kinds = MODEL_KINDS.flatMap(([family, platform]) =>
  (['server', 'client'] as const).map((authority) => ({ family, platform, authority })),
);

test(`a call of ${STEPS} steps, of any kind, keeps every promise`, { timeout: 600_000 }, async () => {
  const given = SEED === 'random' ? {} : { seed: Number(SEED) };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      otherChoices,
      // A plain list: a call this long is not shrunk.
      fc.infiniteStream(fc.oneof(...commandArbitraries(true))),
      async (kind, choices, commands) => {
        const rig = await CallRig.open({ ...kind, ...choices });
        for (const command of commands.take(STEPS)) await command.run({}, rig);
        await rig.quiesce();
        await rig.end();
      },
    ),
    { numRuns: 1, endOnFailure: true, ...given },
  );
});
