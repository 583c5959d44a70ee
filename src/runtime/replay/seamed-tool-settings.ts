/** The application's functions around tools, with a seam around each. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { ToolSettings } from '../live-options.ts';
import type { MiddlewareCall, ToolMiddleware } from '../tools/tool-middleware.ts';
import { asJson } from './app-input.ts';
import type { CallKind, Seam } from './seam.ts';

/** What the tape gives is what the function gave, so it has its type: this is the one place that says so. */
export function taped<F extends (...args: never[]) => unknown>(
  seam: Seam,
  kind: CallKind,
  name: string,
  input: (...args: Parameters<F>) => JsonValue,
  run: F,
): F {
  const call = (...args: Parameters<F>): unknown =>
    seam.call({ kind, name, input: () => input(...args), run: () => run(...args) });
  return call as unknown as F;
}

export function seamedToolSettings(settings: ToolSettings, seam: Seam): ToolSettings {
  const { beforeToolResponse, confirmationProvider, middleware, onToolCall } = settings;
  return {
    ...settings,
    ...(confirmationProvider && {
      confirmationProvider: taped(
        seam,
        'confirmation',
        'confirmationProvider',
        ({ tool, args, message, turn }) => asJson({ tool, args, message, turn }),
        confirmationProvider,
      ),
    }),
    ...(onToolCall && {
      onToolCall: taped(seam, 'middleware', 'onToolCall', (calls) => asJson(calls), onToolCall),
    }),
    ...(beforeToolResponse && {
      beforeToolResponse: taped(
        seam,
        'middleware',
        'beforeToolResponse',
        (responses) => asJson(responses),
        beforeToolResponse,
      ),
    }),
    ...(middleware && { middleware: middleware.map((one, index) => seamedMiddleware(one, index, seam)) }),
  };
}

function seamedMiddleware(one: ToolMiddleware, index: number, seam: Seam): ToolMiddleware {
  const name = one.name ?? `middleware[${index}]`;
  const { before, after, onError } = one;
  return {
    ...one,
    ...(before && { before: taped(seam, 'middleware', `${name}.before`, callJson, before.bind(one)) }),
    ...(after && {
      after: taped(
        seam,
        'middleware',
        `${name}.after`,
        (call, result) => [callJson(call), asJson(result)],
        after.bind(one),
      ),
    }),
    ...(onError && { onError: taped(seam, 'middleware', `${name}.onError`, callJson, onError.bind(one)) }),
  };
}

function callJson({ name, args, turn }: MiddlewareCall): JsonValue {
  return asJson({ name, args, turn });
}
