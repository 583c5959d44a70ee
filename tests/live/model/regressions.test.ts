/** What the model found, each as short as it became. */
import { describe, expect, test } from 'vitest';
import { type Act, acts } from './call-commands.ts';
import { CallRig } from './call-rig.ts';
import type { CallVariant } from './call-variant.ts';

const PLAIN: CallVariant = {
  family: '3.8',
  platform: 'googleAi',
  authority: 'server',
  phases: false,
  delivery: 'immediate',
  extractors: false,
  quiet: false,
  slowHook: false,
};

/** Runs a call with all its checks, to its rest and its end. */
async function call(variant: Partial<CallVariant>, ...steps: readonly Act[]): Promise<CallRig> {
  const rig = await CallRig.open({ ...PLAIN, ...variant });
  for (const act of steps) {
    await act(rig);
    await rig.passes(0);
    rig.check();
  }
  await rig.quiesce();
  await rig.end();
  return rig;
}

const { audio, interrupted, lose, mic, pass, speechEnded, speechStarted, turnComplete } = acts;
const tool = (name: string, way: string, ms = 1): Act => acts.call([name], way, ms);

describe('Events', () => {
  test('words in the frame that ends their turn were stamped with the next one', async () => {
    await call({}, acts.bundle(), acts.bundle());
  });

  test('words before an interruption in the same frame are of the generation before it', async () => {
    await call({}, audio(200), acts.heard(), acts.bargedIn());
  });
});

describe('The model', () => {
  test('was waited for after its call was refused in the same breath', async () => {
    await call({}, tool('unknown', 'now'));
  });

  test('was waited for after the application answered its call by hand', async () => {
    await call({}, tool('byHand', 'now'), acts.answer(), pass(20));
  });

  test('was waited for after an interruption gave its call up, and the microphone with it', async () => {
    await call({ family: '2.5', authority: 'client' }, tool('look', 'hangs'), interrupted(), mic('loud', 60));
  });

  test('was waited for as long as a background tool ran beside an inline one', async () => {
    await call({}, tool('slow', 'hangs'), tool('look', 'now'), audio(20), turnComplete());
  });

  test('was not waited for by a background tool where that blocks (3.1)', async () => {
    await call({ family: '3.1' }, tool('slow', 'later', 500));
  });

  test('does not wait for calls of a session that was lost', async () => {
    await call({}, tool('byHand', 'now'), lose('reset'), pass(2500), tool('look', 'now'));
  });

  test('waits for calls of a session that was resumed', async () => {
    const steps = [acts.handOut(), tool('byHand', 'now'), lose('reset'), pass(2500), tool('look', 'now')];
    await call({ family: '2.5' }, ...steps, acts.answer());
  });
});

describe('A prompt', () => {
  const ask = acts.goTo('ask');
  const variants = (['immediate', 'deferred'] as const).map((delivery) => ({ phases: true, delivery }));

  test.each(variants)('waits for the user ($delivery)', async (variant) => {
    await call(variant, speechStarted(), ask, pass(1000), speechEnded());
  });

  test.each(variants)('waits for playback ($delivery)', async (variant) => {
    const rig = await call(variant, audio(6000), ask, turnComplete(), pass(2500), pass(6000));
    expect(rig.reference.promptsSent).toBe(1);
  });

  test.each(variants)(
    'does not fall into the turn that is held open after speech ($delivery)',
    async (variant) => {
      await call(
        { ...variant, authority: 'client' },
        mic('loud', 25),
        mic('quiet', 18),
        ask,
        mic('quiet', 60),
      );
    },
  );

  test.each(variants)(
    'does not come before the words that the end of playback lets through ($delivery)',
    async (variant) => {
      await call(
        { ...variant, authority: 'client' },
        audio(1000),
        turnComplete(),
        mic('loud', 25),
        ask,
        acts.drained(),
      );
    },
  );

  test.each(variants)(
    'does not take the beginning of a reply for a free floor ($delivery)',
    async (variant) => {
      await call(variant, mic('loud', 1), interrupted(), ask, audio(20));
    },
  );

  test.each(variants)('waits for the connection, and goes when it is there ($delivery)', async (variant) => {
    const rig = await call(variant, lose('reset'), ask, speechStarted(), pass(2500), speechEnded());
    expect(rig.reference.violations).toEqual([]);
  });

  /** Armed while the model was heard; and then it was in its turn, in silence. */
  const held = [audio(6000), turnComplete(), ask, acts.text(), acts.drained()];
  const hasPrompted: Act = (rig) => expect(rig.reference.promptsSent).toBe(1);

  test('goes when the model that kept it waiting is lost with its connection', async () => {
    await call({ phases: true }, ...held, lose('reset'), pass(2500), hasPrompted);
  });

  test('goes when the model that kept it waiting says that it waits', async () => {
    await call({ phases: true }, ...held, acts.waiting(), hasPrompted);
  });

  test('waits for the end of a turn that a blocking tool withholds', async () => {
    const steps = [mic('loud', 60), tool('look', 'hangs'), tool('look', 'now'), mic('quiet', 60), audio(20)];
    await call({ family: '2.5', authority: 'client', phases: true }, ...steps, acts.bargedIn());
  });

  test('does not slip in between a call that is over and the next one', async () => {
    const steps = [tool('byHand', 'now'), acts.bundle(), mic('loud', 25), acts.answer(), ask, turnComplete()];
    await call({ family: '2.5', phases: true }, ...steps, tool('look', 'now'));
  });

  test('does not slip in between the end of a call and the reply to it', async () => {
    const calls = ['failsLater', 'later'].map((way) => acts.call(['slow', 'look'], way, 1));
    const words = [mic('loud', 1), acts.bundle(), mic('loud', 10), mic('quiet', 60)];
    const variant = { family: '3.1', authority: 'client', phases: true, slowHook: true } as const;
    await call(variant, ...calls, interrupted(), ...words, turnComplete(), audio(20));
  });

  test.each(['googleAi', 'vertex'] as const)(
    'goes into a turn that the watchdog has given up, whatever the player reports after that (%s)',
    async (platform) => {
      const steps = [
        audio(1000),
        pass(6000),
        acts.report(0.4),
        acts.instruct(),
        acts.cancel(1),
        acts.flushed(),
      ];
      const variant = { platform, quiet: true, phases: true, slowHook: true } as const;
      for (const family of ['2.5', '3.8'] as const) {
        await call({ ...variant, family }, tool('book', 'now', 555), turnComplete(), ...steps);
        await call(
          { ...variant, family },
          tool('look', 'now'),
          ask,
          audio(20),
          ...steps.slice(1, 4),
          mic('loud', 1),
        );
      }
    },
  );

  test('of the watchdog goes although a reply to a tool is due', async () => {
    await call({ quiet: true }, tool('look', 'now'), pass(6000), hasPrompted);
  });

  test('does not overtake the answer that an interruption lets out of its batch', async () => {
    const steps = [
      acts.set(1),
      acts.goTo('ask'),
      acts.call(['look', 'pay'], 'hangs', 1),
      pass(400),
      acts.goTo('tell'),
    ];
    await call({ phases: true, delivery: 'deferred' }, ...steps, acts.bargedIn());
  });

  test('of a reprompt does not go out while there is no connection', async () => {
    const steps = [pass(2500), pass(2500), lose('aborted'), acts.goTo('tell'), mic('loud', 10)];
    await call({ family: '3.1', authority: 'client', phases: true }, ...steps);
  });

  test('of a reprompt does not fall into a turn of the user that is held open', async () => {
    await call(
      { authority: 'client', phases: true },
      speechStarted(),
      speechEnded(),
      acts.goTo('tell'),
      pass(6000),
    );
  });
});

describe('Activity marks', () => {
  const withheld = { family: '2.5', authority: 'client' } as const;

  test('of speech that the application ends without audio come', async () => {
    const isClosed: Act = (rig) => expect(rig.reference.wire).toMatchObject({ marks: 2, windowOpen: false });
    await call({ authority: 'client' }, speechStarted(), speechEnded(), pass(1000), isClosed);
  });

  test('that wait for a tool survive the loss of the connection', async () => {
    await call(withheld, tool('look', 'hangs'), mic('loud', 60), lose('aborted'), pass(20));
  });

  test('are not doubled by a connection that was lost before a tool', async () => {
    await call(withheld, lose('aborted'), speechStarted(), pass(400), tool('look', 'hangs'), pass(20));
  });

  test('go before the audio that waited for a tool while the connection was lost', async () => {
    const steps = [speechStarted(), acts.call(['look', 'pay'], 'now', 350), mic('loud', 1), audio(20)];
    await call(withheld, ...steps, acts.cancel(0), lose('aborted'), acts.sendText());
  });

  test('of the first words did not come while the service held the user to speak', async () => {
    const hasMarks: Act = (rig) => expect(rig.reference.wire.marks).toBe(1);
    await call({ authority: 'client' }, acts.activity(true), mic('loud', 25), hasMarks, mic('quiet', 60));
    await call({ authority: 'client' }, acts.activity(true), speechStarted(), hasMarks, speechEnded());
  });

  test('end a turn that began before a tool and ended without audio behind it', async () => {
    const steps = [speechStarted(), acts.handOut(), tool('byHand', 'now'), speechEnded(), mic('loud', 1)];
    await call(withheld, ...steps, lose('aborted'), pass(1000), interrupted());
  });

  test('are those of a user who speaks on through a lost connection, beside calls that stay open', async () => {
    const steps = [
      tool('byHand', 'now'),
      acts.call(['byHand', 'look'], 'now', 1),
      acts.handOut(),
      acts.answer(),
      acts.callAgain(2),
      speechStarted(),
      lose('internal'),
      acts.answer(),
      pass(400),
    ];
    await call({ family: '2.5', platform: 'vertex', authority: 'client' }, ...steps);
  });

  test('come when the model speaks beside the tool that held them', async () => {
    const steps = [
      speechStarted(),
      tool('look', 'failsLater', 225),
      mic('loud', 1),
      speechEnded(),
      audio(20),
    ];
    await call({ family: '3.1', authority: 'client' }, ...steps, pass(2500));
  });
});

describe('After a lost connection', () => {
  const everywhere = (['server', 'client'] as const).flatMap((authority) =>
    (['2.5', '3.8'] as const).map((family) => ({ authority, family })),
  );

  test.each(everywhere)(
    'the model was asked again while the user spoke, when an interruption gave a call up ($family, $authority)',
    async (variant) => {
      await call(
        variant,
        ...[tool('look', 'now'), tool('look', 'hangs')],
        ...[mic('loud', 1), lose('aborted'), interrupted()],
      );
    },
  );

  test.each(everywhere)(
    'results that an interruption let out of their batch asked the model in the middle of speech ($family, $authority)',
    async (variant) => {
      const batch = acts.call(['look', 'book', 'pay'], 'fails', 2206);
      await call(variant, batch, lose('reset'), mic('quiet', 60), interrupted());
    },
  );

  test('a call that came again after its handle was taken for one that the handle does not know', async () => {
    const steps = [tool('look', 'hangs'), acts.handOut(), acts.callAgain(0), lose('internal')];
    await call({ family: '2.5' }, ...steps, acts.answer());
  });

  test('a call that came again was waited for although its first answer was repeated', async () => {
    const steps = [mic('loud', 25), tool('byHand', 'now'), acts.handOut(), acts.answer(), acts.callAgain(0)];
    const variant = { family: '2.5', platform: 'vertex', authority: 'client' } as const;
    await call(variant, ...steps, lose('aborted'), pass(6000));
  });

  test('the progress of a call was told again that had been cancelled', async () => {
    await call({}, tool('slow', 'hangs'), acts.handOut(), acts.cancel(0), lose('internal'));
  });

  test('the user was taken to speak on whose end another connection had told', async () => {
    await call({ family: '2.5', platform: 'vertex' }, acts.heard(), acts.activity(true), acts.goAway());
  });
});

describe('The end', () => {
  test('leaves nobody speaking', async () => {
    await call({ authority: 'client' }, mic('loud', 10), lose('refused'));
  });

  test('leaves no timer behind a player that still reports', async () => {
    await call({}, audio(200), lose('refused'), acts.report(0));
  });

  test('leaves no prompt', async () => {
    await call(
      { phases: true, delivery: 'deferred' },
      audio(6000),
      acts.goTo('tell'),
      turnComplete(),
      lose('refused'),
    );
  });
});
