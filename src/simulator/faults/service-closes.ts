/** Closes of the real service, word for word where the words are published (spec: wire §4, §5). */
import { denied, failed, invalid, type Refusal, refusals } from '../protocol/refusal.ts';

/** What a close means. */
export type CloseName =
  | 'goAwayIgnored'
  | 'deadlineExpired'
  | 'cancelled'
  | 'aborted'
  | 'internal'
  | 'internalOccurred'
  | 'unavailable'
  | 'threadCancelled'
  | 'notImplemented'
  | 'entityNotFound'
  | 'sessionNotFound'
  | 'concurrency'
  | 'quota'
  | 'invalidArgument'
  | 'preconditionFailed'
  | 'keyInvalid'
  | 'keyExpired'
  | 'keyLeaked'
  | 'apiDisabled'
  | 'modelNotFound';

/** Code and reason of each, for a fault: `{ type: 'close', at, ...serviceCloses.deadlineExpired }`. */
export const serviceCloses: Readonly<Record<CloseName, Refusal>> = {
  goAwayIgnored: refusals.goAwayIgnored,
  deadlineExpired: failed('Deadline expired before operation could complete.'),
  cancelled: refusals.cancelled,
  aborted: refusals.aborted,
  internal: refusals.internal,
  internalOccurred: failed('Internal error occurred.'),
  unavailable: failed('The service is currently unavailable.'),
  threadCancelled: failed('Thread was cancelled when writing StartStep status to channel.'),
  notImplemented: refusals.notImplemented,
  entityNotFound: refusals.entityNotFound,
  sessionNotFound: refusals.sessionNotFound,
  concurrency: refusals.exhausted,
  quota: failed('You exceeded your current quota, please check your plan and billing details.'),
  invalidArgument: refusals.invalidArgument,
  preconditionFailed: invalid('Precondition check failed.'),
  keyInvalid: refusals.keyInvalid,
  keyExpired: refusals.keyExpired,
  keyLeaked: refusals.keyLeaked,
  apiDisabled: denied('Generative Language API has not been used in project 1 before or it is disabled.'),
  modelNotFound: denied(
    'models/gone is not found for API version v1beta, or is not supported for bidiGenerateContent.',
  ),
};
