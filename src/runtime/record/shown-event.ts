import type { LiveEventBody } from '../live-event.ts';
import type { Redactor } from './redactor.ts';

/**
 * An event as it may be shown: what the model chose for names and ids of calls, and the application for the reason of a
 * move, has passed the redactor. Words, arguments and results have where they were made.
 */
export function shownEvent(
  body: LiveEventBody,
  redactor: Pick<Redactor, 'scrubsWords' | 'text'>,
): LiveEventBody {
  if (!redactor.scrubsWords) return body;
  switch (body.type) {
    case 'toolExecution':
      return { ...body, callId: redactor.text(body.callId), name: redactor.text(body.name) };
    case 'toolCancelled':
      return { ...body, ids: body.ids.map((id) => redactor.text(id)) };
    case 'phaseTransition':
      return { ...body, reason: redactor.text(body.reason) };
    default:
      return body;
  }
}
