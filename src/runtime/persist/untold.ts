/** What a model that goes on from a handle does not know of the conversation. */
import type { Content } from '../../wire/index.ts';
import { isBlank } from '../record/turn-draft.ts';
import type { SessionSnapshot } from './session-snapshot.ts';

/**
 * Turns that ended, and results of functions that came, after the handle; of a session that begins anew the results alone,
 * because it is told all turns.
 */
export function untoldBy({ resume, tools, turns }: SessionSnapshot, resumed: boolean): readonly Content[] {
  const holds = resume?.turn;
  const later = !resumed || holds === undefined ? [] : turns.filter(({ number }) => number > holds);
  const words = later.flatMap(({ user, model }) => [...content('user', user), ...content('model', model)]);
  const results = (tools.answered ?? []).flatMap(({ name, summary }) =>
    content('user', `(The function ${name} has returned: ${summary})`),
  );
  return [...words, ...results];
}

function content(role: 'user' | 'model', text: string): readonly Content[] {
  return isBlank(text) ? [] : [{ role, parts: [{ text }] }];
}
