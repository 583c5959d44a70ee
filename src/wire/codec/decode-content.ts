/** Reads `serverContent` into frame items (spec: wire §3). */
import { decodeBase64 } from '#base64';
import type { FrameItem, TranscriptPiece, TranscriptWord } from './frame-item.ts';
import {
  asDurationMs,
  asFlag,
  asList,
  asObject,
  asText,
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

/** The two halves of `serverContent`: what was said, and what it says about the turn. */
export interface ContentItems {
  readonly content: FrameItem[];
  readonly flags: FrameItem[];
}

export function decodeContent(content: JsonObject, reader: JsonReader): ContentItems {
  const path = 'serverContent.';
  const items: FrameItem[] = [];
  const turn = reader.read(content, 'modelTurn', asObject, path);
  if (turn !== undefined) decodeParts(turn, reader, items);
  const heard = transcript(content, 'inputTranscription', reader);
  if (heard !== undefined) items.push({ type: 'inputTranscription', interim: false, ...heard });
  const interim = transcript(content, 'interimInputTranscription', reader);
  if (interim !== undefined) items.push({ type: 'inputTranscription', interim: true, ...interim });
  const spoken = transcript(content, 'outputTranscription', reader);
  if (spoken !== undefined) items.push({ type: 'outputTranscription', ...spoken });
  const groundingMetadata = reader.read(content, 'groundingMetadata', asObject, path);
  const urlContextMetadata = reader.read(content, 'urlContextMetadata', asObject, path);
  if (groundingMetadata !== undefined || urlContextMetadata !== undefined) {
    items.push({
      type: 'grounding',
      ...(groundingMetadata && { groundingMetadata }),
      ...(urlContextMetadata && { urlContextMetadata }),
    });
  }
  const speech = reader.read(content, 'speechState', asText, path);
  if (speech !== undefined) items.push({ type: 'voiceActivity', active: speech === 'SPEECH' });
  reader.rest(content, CONTENT_KEYS, path);
  return { content: items, flags: decodeFlags(content, reader, path) };
}

function decodeFlags(content: JsonObject, reader: JsonReader, path: string): FrameItem[] {
  const flags: FrameItem[] = [];
  const status = reader.read(content, 'interactionStatus', asText, path);
  if (status !== undefined) flags.push({ type: 'interactionStatus', status });
  if (reader.read(content, 'waitingForInput', asFlag, path)) flags.push({ type: 'waitingForInput' });
  if (reader.read(content, 'interrupted', asFlag, path)) flags.push({ type: 'interrupted' });
  if (reader.read(content, 'generationComplete', asFlag, path)) flags.push({ type: 'generationComplete' });
  const reason = reader.read(content, 'turnCompleteReason', asText, path);
  if (reader.read(content, 'turnComplete', asFlag, path)) {
    flags.push(reason === undefined ? { type: 'turnComplete' } : { type: 'turnComplete', reason });
  }
  return flags;
}

function decodeParts(turn: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const path = 'serverContent.modelTurn.';
  for (const raw of reader.read(turn, 'parts', asList, path) ?? []) {
    const part = asObject(raw);
    const item = part === undefined ? undefined : decodePart(part, reader, `${path}parts.`);
    items.push(item ?? { type: 'unknown', key: `${path}parts`, raw });
  }
}

/** One part, or undefined when nothing in it is known. */
function decodePart(part: JsonObject, reader: JsonReader, path: string): FrameItem | undefined {
  const inline = reader.read(part, 'inlineData', asObject, path);
  if (inline !== undefined) {
    const data = reader.read(inline, 'data', asText, `${path}inlineData.`);
    const mimeType = reader.read(inline, 'mimeType', asText, `${path}inlineData.`) ?? '';
    return data === undefined ? undefined : inlineItem(mimeType, decodeBase64(data));
  }
  const text = reader.read(part, 'text', asText, path);
  if (text !== undefined) {
    return { type: reader.read(part, 'thought', asFlag, path) ? 'thought' : 'text', text };
  }
  const code = reader.read(part, 'executableCode', asObject, path);
  if (code !== undefined) {
    const at = `${path}executableCode.`;
    return {
      type: 'code',
      language: reader.read(code, 'language', asText, at) ?? '',
      code: reader.read(code, 'code', asText, at) ?? '',
    };
  }
  const result = reader.read(part, 'codeExecutionResult', asObject, path);
  if (result !== undefined) {
    const at = `${path}codeExecutionResult.`;
    return {
      type: 'codeResult',
      outcome: reader.read(result, 'outcome', asText, at) ?? '',
      output: reader.read(result, 'output', asText, at) ?? '',
    };
  }
  return undefined;
}

/** Inline bytes as audio or other media; audio without a type, or without a rate, is 24 kHz PCM. */
export function inlineItem(mimeType: string, data: Uint8Array): FrameItem {
  if (mimeType !== '' && !mimeType.startsWith('audio/')) return { type: 'media', mimeType, data };
  return { type: 'audio', data, mimeType, rateHz: rateOf(mimeType) };
}

function rateOf(mimeType: string): number {
  const rate = /;\s*rate=(\d+)/.exec(mimeType)?.[1];
  return rate === undefined ? DEFAULT_RATE_HZ : Number(rate);
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
  return {
    text,
    ...(finished && { finished }),
    ...(languageCode !== undefined && { languageCode }),
    ...(speakerLabel !== undefined && { speakerLabel }),
    ...(words !== undefined && { words }),
  };
}

function transcriptWord(raw: unknown): TranscriptWord[] {
  const object = asObject(raw);
  const word = asText(object?.word);
  if (object === undefined || word === undefined) return [];
  const startMs = asDurationMs(object.startOffset);
  const endMs = asDurationMs(object.endOffset);
  return [{ word, ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) }];
}
