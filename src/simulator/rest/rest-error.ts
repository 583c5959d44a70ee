/** Errors of the REST side, as Google's JSON. */

/** The canonical statuses this simulator answers with. */
export type RestStatus =
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'INTERNAL';

const HTTP_CODES: Readonly<Record<RestStatus, number>> = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  INTERNAL: 500,
};

/** What a REST call is answered with. */
export type RestAnswer =
  | { readonly type: 'json'; readonly httpStatus: number; readonly body: unknown }
  /** `text/event-stream`: one `data:` line an item. */
  | { readonly type: 'events'; readonly items: readonly unknown[] };

/** A successful answer. */
export function ok(body: unknown): RestAnswer {
  return { type: 'json', httpStatus: 200, body };
}

/** `{"error": {code, message, status}}`. */
export function restError(status: RestStatus, message: string): RestAnswer {
  const code = HTTP_CODES[status];
  return { type: 'json', httpStatus: code, body: { error: { code, message, status } } };
}
