/** What a failed session means to the person at the command line. */
import { WireError, type WireErrorCode } from '../../wire/index.ts';
import { CliError } from '../shell/cli-error.ts';

/** Errors that another key, model, voice or setting puts right. */
const REFUSED: ReadonlySet<WireErrorCode> = new Set([
  'invalidConfig',
  'missingCredentials',
  'invalidArgument',
  'unsupportedByModel',
  'unsupportedByPlatform',
  'upgradeRejected',
  'invalidApiKey',
  'unauthenticated',
  'apiDisabled',
  'modelNotFound',
  'invalidRequest',
  'unsupportedFeature',
  'entityNotFound',
]);
/** Before a session was up these mean that the URL is wrong. */
const UNREACHABLE: ReadonlySet<WireErrorCode> = new Set([
  'connectionFailed',
  'connectTimeout',
  'closedByServer',
]);

const HINTS: Partial<Readonly<Record<WireErrorCode, string>>> = {
  invalidRequest: 'Check --model and --voice-name.',
  upgradeRejected: 'Check --url.',
  connectTimeout: 'Check --url.',
};

/** A session's error as the command's; anything that is not one is returned as it is. */
export function talkFailure(thrown: unknown, wasActive: boolean): unknown {
  if (!(thrown instanceof WireError)) return thrown;
  const { code, message } = thrown;
  const refused = REFUSED.has(code) || (!wasActive && UNREACHABLE.has(code));
  const hint = wasActive ? undefined : HINTS[code];
  const text = hint === undefined ? message : `${message} ${hint}`;
  return new CliError(refused ? 'refused' : 'fault', text, { cause: thrown });
}
