/** Which models there are (spec: wire §6), and which names a session may be opened with. */

/** A model as ListModels shows it. */
export interface CatalogModel {
  /** Without the `models/` prefix. */
  readonly id: string;
  readonly displayName: string;
  /** Whether it opens Live sessions; otherwise it only answers `generateContent`. */
  readonly live: boolean;
}

/** `known` takes the catalog and names that look like a Live model; a list takes exactly those ids; `any` takes all. */
export type AcceptedModels = 'known' | 'any' | readonly string[];

/** The models this simulator lists. */
export const modelCatalog: readonly CatalogModel[] = [
  live('gemini-3.8-live', 'Gemini 3.8 Live'),
  live('gemini-3.8-live-extended-thinking', 'Gemini 3.8 Live Extended Thinking'),
  live('gemini-3.1-flash-live-preview', 'Gemini 3.1 Flash Live Preview'),
  live('gemini-2.5-flash-native-audio-preview-12-2025', 'Gemini 2.5 Flash Native Audio Preview 12-2025'),
  live('gemini-2.5-flash-native-audio-preview-09-2025', 'Gemini 2.5 Flash Native Audio Preview 09-2025'),
  live('gemini-2.5-flash-native-audio-latest', 'Gemini 2.5 Flash Native Audio Latest'),
  live('gemini-live-2.5-flash-native-audio', 'Gemini Live 2.5 Flash Native Audio'),
  live('gemini-live-2.5-flash-preview-native-audio-09-2025', 'Gemini Live 2.5 Flash Native Audio Preview'),
  live('gemini-live-2.5-flash-preview', 'Gemini Live 2.5 Flash Preview'),
  live('gemini-live-2.5-flash', 'Gemini Live 2.5 Flash'),
  live('gemini-2.0-flash-live-001', 'Gemini 2.0 Flash Live'),
  live('gemini-2.0-flash-live-preview-04-09', 'Gemini 2.0 Flash Live Preview'),
  live('gemini-3.5-live-translate-preview', 'Gemini 3.5 Live Translate Preview'),
  live('gemini-3.5-transcribe-live', 'Gemini 3.5 Transcribe Live'),
  live('gemini-3.5-transcribe', 'Gemini 3.5 Transcribe'),
  { id: 'gemini-2.5-flash', displayName: 'Gemini 2.5 Flash', live: false },
  { id: 'gemini-2.5-pro', displayName: 'Gemini 2.5 Pro', live: false },
];

/** Names of Live models that came and went; a client may still ask for one. */
const LOOKS_LIVE = /^gemini-(?:[\d.]+-)?.*(?:live|native-audio|flash-exp|transcribe|audio-dialog)/;
const LOOKS_WRONG =
  /(?:^|-)(?:nonexistent|non-existent|missing|unknown|bogus|invalid|wrong|bad|fake|nope|not)(?:$|-)/;

/** The last part of a model name, whatever resource path comes before it. */
function modelId(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1);
}

/** Whether a Live session may be opened with this model. */
export function acceptsModel(model: string, accepted: AcceptedModels): boolean {
  const id = modelId(model);
  if (id === '') return false;
  if (accepted === 'any') return true;
  if (accepted !== 'known') return accepted.some((name) => modelId(name) === id);
  if (model.startsWith('tunedModels/')) return true;
  const listed = modelCatalog.find((entry) => entry.id === id);
  if (listed !== undefined) return listed.live;
  return LOOKS_LIVE.test(id) && !LOOKS_WRONG.test(id);
}

function live(id: string, displayName: string): CatalogModel {
  return { id, displayName, live: true };
}
