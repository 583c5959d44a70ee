/** From the bytes of a client frame to one typed message, or to the close the service would answer with. */
import { Buffer } from 'node:buffer';
import type { Platform } from '../../wire/model/profile.ts';
import type { ClientMessage } from '../../wire/protocol/client-messages.ts';
import { clientSchema } from './client-schema.ts';
import { createJsonReader } from './json-reader.ts';
import { invalid, type Refusal, refusals } from './refusal.ts';

/** A client message, and whether it said `"handle": null`, which models treat differently. */
export type ParsedFrame =
  | { readonly ok: true; readonly message: ClientMessage; readonly nullHandle: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads frames of one platform. Never throws, whatever the bytes. */
export type FrameParser = (frame: Uint8Array | string) => ParsedFrame;

/**
 * A parser for a platform's client messages: exactly one top-level key, and one field in `realtimeInput`
 * (spec: wire §2, §4.1 rule 4).
 */
export function createFrameParser(platform: Platform): FrameParser {
  const reader = createJsonReader(clientSchema(platform));
  return (frame) => {
    let json: unknown;
    try {
      json = JSON.parse(typeof frame === 'string' ? frame : Buffer.from(frame).toString());
    } catch {
      return { ok: false, refusal: refusals.malformedJson };
    }
    const reading = reader.read(json, 'ClientMessage');
    if (!reading.ok) return reading;
    const refusal = checkOneOf(reading.value);
    if (refusal !== undefined) return { ok: false, refusal };
    // The reader only returns what the schema of ClientMessage describes, and checkOneOf saw one key.
    const message = withDefaults(reading.value) as unknown as ClientMessage;
    return { ok: true, message, nullHandle: reading.nulls.includes('setup.session_resumption.handle') };
  };
}

function checkOneOf(value: Readonly<Record<string, unknown>>): Refusal | undefined {
  const [first, second] = Object.keys(value);
  if (first === undefined) return refusals.invalidArgument;
  if (second !== undefined) {
    return invalid(
      `Invalid value (oneof), oneof field 'message_type' is already set. Cannot set '${second.slice(0, 32)}'`,
    );
  }
  if (first !== 'realtimeInput') return undefined;
  // Empty repeated fields are the proto default, so they do not count as set.
  const input = value.realtimeInput as Readonly<Record<string, unknown>>;
  const set = Object.values(input).filter((field) => !(Array.isArray(field) && field.length === 0));
  return set.length > 1 ? refusals.invalidArgument : undefined;
}

/** Fills the lists that proto3 JSON leaves out when they are empty and our types require. */
function withDefaults(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof value.toolResponse === 'object') {
    return { toolResponse: { functionResponses: [], ...value.toolResponse } };
  }
  return value;
}
