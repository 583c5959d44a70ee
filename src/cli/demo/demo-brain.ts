/** The agent of the demo: a script for the simulator, whose `hears` lines are the caller's words. */
import { type Brain, script } from '../../simulator/index.ts';

/** A brain for four utterances, in their order. */
export function createDemoBrain(words: readonly string[]): Brain {
  const booking = { day: 'tomorrow', time: '19:00', people: 4 };
  return script()
    .hears(words[0])
    .calls('check_table', booking)
    .says('Yes, for four tomorrow at seven I have a table {{check_table.output.table}}. Under which name?')
    .hears(words[1])
    .calls('book_table', { name: 'Anna Keller', ...booking })
    .says(
      'Thank you! It is booked, your number is {{book_table.output.reference}}. Shall I read you our menu?',
    )
    .hears(words[2])
    .says(
      'With pleasure. We begin with a soup of roasted tomatoes. Then there is trout from the lake with almonds and new potatoes, or a risotto with wild mushrooms. And to end with, an apple tart.',
    )
    .hears(words[3])
    .says('You are welcome. See you tomorrow!')
    .toBrain();
}
