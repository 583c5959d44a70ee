/** What a close, or a refused upgrade, means (spec: wire §5). Codes are ambiguous: the words decide. */
import type { SocketClose } from '../transport/transport.ts';
import { WireError, type WireErrorCode } from '../wire-error.ts';

/**
 * What to do after it: `fatal` never retries; `fresh` retries without the resumption handle, because the session
 * behind it is gone or poisoned; `resumable` retries with the newest handle.
 */
export type Recovery = 'fatal' | 'fresh' | 'resumable';

export interface CloseVerdict {
  readonly recovery: Recovery;
  readonly error: WireError;
  /** `slow` where coming back early means to be refused again. */
  readonly pace: 'prompt' | 'slow';
  /** Worth one try with a fresh session; if that dies of it too, the session ends. */
  readonly once: boolean;
  /** Whether the service ended it, rather than the network or this side. */
  readonly byService: boolean;
}

/** When it happened: whether setupComplete had come, and whether the setup carried a handle. */
export interface CloseContext {
  /** What to classify by, where the close's own reason has been cleaned of credentials. Default: that reason. */
  readonly words?: string;
  readonly established: boolean;
  readonly withHandle: boolean;
  /** Whether the same setup, apart from its handle, was accepted before. Default: `established`. */
  readonly everReady?: boolean;
}

interface Row {
  readonly words: RegExp;
  readonly code: WireErrorCode;
  readonly recovery: Recovery;
  readonly advice: string;
  readonly pace?: 'slow';
  readonly once?: true;
}

const rows: readonly Row[] = [
  {
    words: /API key (not valid|expired)|reported as leaked|API_KEY_INVALID/i,
    code: 'invalidApiKey',
    recovery: 'fatal',
    advice: 'The service refused the API key: create a new one and set GEMINI_API_KEY.',
  },
  {
    words:
      /unregistered callers|UNAUTHENTICATED|(invalid|required) authentication|permission denied|token (has )?expired/i,
    code: 'unauthenticated',
    recovery: 'fatal',
    advice:
      'The service did not accept the credential: pass a key, or a token that has not expired (Vertex AI: accessToken).',
  },
  {
    words: /has not been used in project|it is disabled/i,
    code: 'apiDisabled',
    recovery: 'fatal',
    advice: 'The API is not enabled for the project: enable it in the Google Cloud console.',
  },
  {
    words: /session not found/i,
    code: 'sessionNotFound',
    recovery: 'fresh',
    advice: 'The resumption handle is unknown or expired: a fresh session starts without it.',
  },
  {
    words:
      /is not found for API version|not supported for bidi|Publisher Model .*not found|was not found or your project/i,
    code: 'modelNotFound',
    recovery: 'fatal',
    advice: 'The model does not exist here or has no Live API: check its name, API version and location.',
  },
  {
    words: /Requested entity was not found/i,
    code: 'entityNotFound',
    recovery: 'fresh',
    advice: 'Something the session refers to is gone: a fresh session starts.',
    once: true,
  },
  {
    words: /exceeded your current quota/i,
    code: 'quotaExceeded',
    recovery: 'fatal',
    advice: 'The quota is used up: check plan and billing.',
  },
  {
    words: /RESOURCE_EXHAUSTED|concurrent se/i,
    code: 'concurrencyExceeded',
    recovery: 'resumable',
    advice: 'Too many sessions at once: close some, or ask for a higher limit.',
    pace: 'slow',
  },
  {
    words: /not implemented, or supported, or enabled/i,
    code: 'unsupportedFeature',
    recovery: 'resumable',
    advice: 'The service cannot do this right now: a known fault of native audio with tools.',
  },
  {
    words: /Cannot extract voices|Unsupported language|Precondition check failed|is deprecated/i,
    code: 'unsupportedFeature',
    recovery: 'fatal',
    advice: 'The model does not support what was asked: see the reason and change the config.',
  },
  {
    words:
      /failed to close the connection after receiving a GoAway|Deadline expired|operation was cancelled/i,
    code: 'connectionExpired',
    recovery: 'resumable',
    advice: 'The connection reached its time limit.',
  },
  {
    words: /operation was aborted/i,
    code: 'idleTimeout',
    recovery: 'resumable',
    advice:
      'The service ended an idle session: keep audio flowing, or reconnect when there is something to say.',
  },
];

/** Classifies the close of a connection that this side did not ask for. */
export function classifyClose(close: SocketClose, context: CloseContext): CloseVerdict {
  if (close.httpStatus !== undefined) return classifyStatus(close, close.httpStatus);
  const said = context.words ?? close.reason;
  const row = rows.find(({ words }) => words.test(said));
  if (row !== undefined) return verdict(row.recovery, row.code, row.advice, close, row);
  // A refused setup that carried a handle: the handle may be what is wrong with it.
  if (!context.established && context.withHandle && (close.code === 1007 || close.code === 1008)) {
    return verdict(
      'fresh',
      'sessionNotFound',
      'The service refused to resume: a fresh session starts.',
      close,
    );
  }
  return classifyCode(close, context);
}

function classifyCode(
  close: SocketClose,
  { established, everReady = established }: CloseContext,
): CloseVerdict {
  switch (close.code) {
    case 1007:
    case 1003:
      return verdict('fatal', 'invalidRequest', 'The service refused a message: see the reason.', close);
    case 1008:
      return established || everReady
        ? verdict('resumable', 'serverError', 'The service ended the session.', close)
        : verdict('fatal', 'invalidRequest', 'The service refused the setup: see the reason.', close);
    case 1009:
      return verdict(
        'fatal',
        'frameTooLarge',
        'A frame was over the limit: raise limits.maxFrameBytes.',
        close,
      );
    case 1006:
    case 1002:
      return established
        ? verdict('resumable', 'connectionLost', 'The connection broke without a close.', close)
        : verdict(
            'resumable',
            'connectionFailed',
            'No connection: is the URL right, and the network up?',
            close,
          );
    case 1000:
    case 1005:
      return established || everReady
        ? verdict('resumable', 'closedByServer', 'The server closed the session.', close)
        : verdict('fatal', 'closedByServer', 'The server closed before the session was set up.', close);
    default:
      return verdict('resumable', 'serverError', 'The service failed: this usually passes.', close);
  }
}

function classifyStatus(close: SocketClose, status: number): CloseVerdict {
  if (status === 401 || status === 403) {
    return verdict('fatal', 'unauthenticated', 'The server refused the credential.', close);
  }
  if (status === 429) {
    const text = 'The server is asked too often.';
    return verdict('resumable', 'concurrencyExceeded', text, close, { pace: 'slow' });
  }
  if (status >= 500) return verdict('resumable', 'serverError', 'The server failed.', close);
  const text = 'The server does not speak the Live API at this address: check baseUrl and apiVersion.';
  return verdict('fatal', 'upgradeRejected', text, close);
}

/** The verdict on what this side gave up: a timeout, or a connection that could not be attempted. */
export function localVerdict(recovery: Recovery, error: WireError): CloseVerdict {
  return {
    recovery,
    error,
    pace: 'prompt',
    once: false,
    byService: false,
  };
}

function verdict(
  recovery: Recovery,
  code: WireErrorCode,
  advice: string,
  close: SocketClose,
  { pace = 'prompt', once = false }: Partial<CloseVerdict> = {},
): CloseVerdict {
  const { httpStatus, cause } = close;
  const said = httpStatus === undefined ? describeClose(close) : `HTTP ${httpStatus}`;
  const error = new WireError(code, `${advice} (${said})`, {
    retryable: recovery !== 'fatal',
    closeCode: close.code,
    closeReason: close.reason,
    ...(httpStatus !== undefined && { httpStatus }),
    ...(cause !== undefined && { cause }),
  });
  const byService = httpStatus === undefined && close.code !== 1006;
  return { recovery, error, pace, once, byService };
}

function describeClose({ code, reason, cause }: SocketClose): string {
  if (reason !== '') return `close ${code}: ${reason}`;
  return cause instanceof Error && cause.message !== '' ? cause.message : `close ${code}`;
}
