import type { SessionCommand } from '../session/session-command.ts';
import { WireError } from '../wire-error.ts';

/**
 * What is wrong with the values of a command, as `invalidArgument`; undefined when they are of their types. The service
 * answers a wrong one by ending the session: callers without types learn it before anything is sent.
 */
export function invalidCommand(command: SessionCommand): WireError | undefined {
  const wanted = unmet(command);
  return wanted === undefined ? undefined : new WireError('invalidArgument', wanted);
}

function unmet(command: SessionCommand): string | undefined {
  switch (command.type) {
    case 'text':
      return unless(isText(command.text), 'sendText takes a string.');
    case 'realtimeText':
      return unless(isText(command.text), 'sendRealtimeText takes a string.');
    case 'updateInstruction':
      return unless(isText(command.instruction), 'updateInstruction takes a string.');
    case 'video':
      return (
        unless(isBytes(command.data), 'sendVideo takes the bytes of an image, as Uint8Array.') ??
        unless(
          isStill(command.mimeType),
          'Video is sent as single stills: pass an image type like image/jpeg.',
        )
      );
    case 'clientContent':
      return (
        unless(isListOf(command.turns, isObject), 'sendClientContent takes a list of contents.') ??
        unless(
          typeof command.turnComplete === 'boolean',
          'sendClientContent takes turnComplete, true or false.',
        )
      );
    case 'toolResponse':
      return unless(
        isListOf(command.responses, isNamed),
        'sendToolResponse takes a list of responses, each with the name of its function.',
      );
    default:
      return undefined;
  }
}

function unless(holds: boolean, wanted: string): string | undefined {
  return holds ? undefined : wanted;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamed(value: unknown): boolean {
  return isObject(value) && 'name' in value && isText(value.name);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value && value.BYTES_PER_ELEMENT === 1;
}

/** The service takes single stills only, and closes the session on anything else (spec: wire §2.3). */
function isStill(mimeType: unknown): boolean {
  return mimeType === undefined || (typeof mimeType === 'string' && /^image\/[\w.+-]+$/.test(mimeType));
}
