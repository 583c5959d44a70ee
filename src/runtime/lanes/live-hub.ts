import { EventHub, type HubRules } from '../../wire/index.ts';
import type { ListenersByType } from '../listeners.ts';
import type { LiveEvent } from '../live-event.ts';
import { RuntimeError } from '../runtime-error.ts';

const isMedia = ({ type }: LiveEvent): boolean => type === 'audio' || type === 'media';

const LIVE_EVENTS: HubRules<LiveEvent> = {
  backlog: 64,
  keeps: (event) => !isMedia(event),
  isMedia,
  report: (cause, event) => {
    if (event.type === 'error' && event.error.code === 'listenerFailed') return undefined;
    const text = `A listener of ${event.type} threw: see the cause.`;
    return { type: 'error', error: new RuntimeError('listenerFailed', text, { cause }) };
  },
  lag: (missed, ended) => {
    const what = ended ? 'and was ended' : 'and lost its oldest media events';
    const text = `This receiver fell ${missed} events behind ${what}: read faster, or raise its capacity.`;
    return new RuntimeError('lagged', text, { missed });
  },
};

/**
 * The hub of one live session. Its newest 64 control events wait for the first subscriber; audio and media do not.
 * `first` hears everything and `firstOf` what each was made for; they are no subscribers.
 */
export function liveHub(first?: (event: LiveEvent) => void, firstOf?: ListenersByType): EventHub<LiveEvent> {
  return new EventHub(LIVE_EVENTS, first, firstOf);
}
