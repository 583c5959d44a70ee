/** Reads `serverContent` into frame items (spec: wire §3). */
import { decodeBase64 } from '#base64';
import type { FrameItem, TranscriptPiece, TranscriptWord } from './frame-item.ts';
import {
  asCamelObject,
  asDurationMs,
  asFlag,
  asList,
  asObject,
  asText,
  fieldOf,
  type JsonObject,
  type JsonReader,
} from './json-reader.ts';

const CONTENT_KEYS: ReadonlySet<string> = new Set([
  'modelTurn',
  'inputTranscription',
  'outputTranscription',
  'interimInputTranscription',
  'groundingMetadata',
  'urlContextMetadata',
  'generationComplete',
  'turnComplete',
  'turnCompleteReason',
  'interrupted',
  'waitingForInput',
  'interactionStatus',
  'speechState',
]);
const DEFAULT_RATE_HZ = 24_000;
const MAX_RATE_HZ = 384_000;

/** What was said: the model's parts, the transcripts, and where the words come from. */
export function decodeContent(content: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const path = 'serverContent.';
  const turn = reader.read(content, 'modelTurn', asObject, path);
  if (turn !== undefined) decodeParts(turn, reader, items);
  const heard = transcript(content, 'inputTranscription', reader);
  if (heard !== undefined) items.push({ type: 'inputTranscription', interim: false, ...heard });
  const interim = transcript(content, 'interimInputTranscription', reader);
  if (interim !== undefined) items.push({ type: 'inputTranscription', interim: true, ...interim });
  const spoken = transcript(content, 'outputTranscription', reader);
  if (spoken !== undefined) items.push({ type: 'outputTranscription', ...spoken });
  const groundingMetadata = reader.read(content, 'groundingMetadata', asCamelObject, path);
  const urlContextMetadata = reader.read(content, 'urlContextMetadata', asCamelObject, path);
  if (groundingMetadata !== undefined || urlContextMetadata !== undefined) {
    items.push({
      type: 'grounding',
      ...(groundingMetadata && { groundingMetadata }),
      ...(urlContextMetadata && { urlContextMetadata }),
    });
  }
  reader.rest(content, CONTENT_KEYS, path);
}

/** What it says about the turn. */
export function decodeFlags(content: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const path = 'serverContent.';
  const status = reader.read(content, 'interactionStatus', asText, path);
  if (status !== undefined) items.push({ type: 'interactionStatus', status });
  if (reader.read(content, 'waitingForInput', asFlag, path)) items.push({ type: 'waitingForInput' });
  if (reader.read(content, 'interrupted', asFlag, path)) items.push({ type: 'interrupted' });
  if (reader.read(content, 'generationComplete', asFlag, path)) items.push({ type: 'generationComplete' });
  const reason = reader.read(content, 'turnCompleteReason', asText, path);
  if (reader.read(content, 'turnComplete', asFlag, path)) {
    items.push(reason === undefined ? { type: 'turnComplete' } : { type: 'turnComplete', reason });
  } else if (reason !== undefined) {
    items.push({ type: 'unknown', key: `${path}turnCompleteReason`, raw: reason });
  }
}

function decodeParts(turn: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const path = 'serverContent.modelTurn.';
  for (const raw of reader.read(turn, 'parts', asList, path) ?? []) {
    const part = asObject(raw);
    const known = part === undefined ? [] : decodePart(part, reader, `${path}parts.`);
    if (known.length > 0) items.push(...known);
    else items.push({ type: 'unknown', key: `${path}parts`, raw });
  }
}

/** What a part holds: one payload by the protocol, but none is dropped if there are more. */
function decodePart(part: JsonObject, reader: JsonReader, path: string): FrameItem[] {
  const items: FrameItem[] = [];
  const text = reader.read(part, 'text', asText, path);
  if (text !== undefined) {
    items.push({ type: reader.read(part, 'thought', asFlag, path) ? 'thought' : 'text', text });
  }
  const inline = reader.read(part, 'inlineData', asObject, path);
  const data = inline && reader.read(inline, 'data', asText, `${path}inlineData.`);
  if (inline !== undefined && data !== undefined) {
    const mimeType = reader.read(inline, 'mimeType', asText, `${path}inlineData.`) ?? '';
    items.push(inlineItem(mimeType, decodeBase64(data)));
  }
  const code = reader.read(part, 'executableCode', asObject, path);
  if (code !== undefined) {
    const at = `${path}executableCode.`;
    const id = reader.read(code, 'id', asText, at);
    items.push({
      type: 'code',
      language: reader.read(code, 'language', asText, at) ?? '',
      code: reader.read(code, 'code', asText, at) ?? '',
      ...(id !== undefined && { id }),
    });
  }
  const result = reader.read(part, 'codeExecutionResult', asObject, path);
  if (result !== undefined) {
    const at = `${path}codeExecutionResult.`;
    const id = reader.read(result, 'id', asText, at);
    items.push({
      type: 'codeResult',
      outcome: reader.read(result, 'outcome', asText, at) ?? '',
      output: reader.read(result, 'output', asText, at) ?? '',
      ...(id !== undefined && { id }),
    });
  }
  return items;
}

/** Inline bytes as audio or other media; audio without a type, or without a possible rate, is 24 kHz PCM. */
function inlineItem(mimeType: string, data: Uint8Array): FrameItem {
  if (mimeType !== '' && !mimeType.startsWith('audio/')) return { type: 'media', mimeType, data };
  return { type: 'audio', data, mimeType, rateHz: rateOf(mimeType) };
}

function rateOf(mimeType: string): number {
  const rateHz = Number(/;\s*rate=(\d+)/i.exec(mimeType)?.[1]);
  return rateHz > 0 && rateHz <= MAX_RATE_HZ ? rateHz : DEFAULT_RATE_HZ;
}

/** A transcription; undefined when it says nothing (`{}` comes first on Vertex). */
function transcript(content: JsonObject, name: string, reader: JsonReader): TranscriptPiece | undefined {
  const path = `serverContent.${name}.`;
  const raw = reader.read(content, name, asObject, 'serverContent.');
  if (raw === undefined) return undefined;
  const text = reader.read(raw, 'text', asText, path) ?? '';
  const finished = reader.read(raw, 'finished', asFlag, path);
  if (text === '' && finished !== true) return undefined;
  const languageCode = reader.read(raw, 'languageCode', asText, path);
  const speakerLabel = reader.read(raw, 'speakerLabel', asText, path);
  const words = reader.read(raw, 'words', asList, path)?.flatMap((word) => transcriptWord(word));
  const startMs = reader.read(raw, 'startOffset', asDurationMs, path);
  const endMs = reader.read(raw, 'endOffset', asDurationMs, path);
  return {
    text,
    ...(finished && { finished }),
    ...(languageCode !== undefined && { languageCode }),
    ...(speakerLabel !== undefined && { speakerLabel }),
    ...(words !== undefined && { words }),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
  };
}

function transcriptWord(raw: unknown): TranscriptWord[] {
  const object = asObject(raw);
  const word = asText(object?.word);
  if (object === undefined || word === undefined) return [];
  const startMs = asDurationMs(fieldOf(object, 'startOffset'));
  const endMs = asDurationMs(fieldOf(object, 'endOffset'));
  return [{ word, ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) }];
}
