/** The kinds of session that a soak goes through, in turn. */
import type { LiveOptions } from '../src/live/index.ts';

/** How the user speaks. */
export type Speech =
  /** Only types. */
  | 'none'
  /** Into an open microphone; the service detects speech. */
  | 'serverVad'
  /** Holds a button; the application says when. */
  | 'pushToTalk'
  /** Into an open microphone; the client detects speech. */
  | 'clientVad';

export interface Variant {
  readonly name: string;
  readonly place: Pick<LiveOptions, 'model' | 'apiKey' | 'vertex' | 'accessToken'>;
  readonly speech: Speech;
  readonly governed: 'nothing' | 'phases' | 'flow';
  readonly transparent: boolean;
}

const VERTEX = { vertex: { project: 'soak', location: 'us-central1' }, accessToken: 'soak' } as const;
const GOOGLE_AI = { apiKey: 'soak' } as const;

const PLACES = {
  '2.5 on Google AI': { ...GOOGLE_AI, model: 'gemini-2.5-flash-native-audio-preview-12-2025' },
  '2.5 on Vertex': { ...VERTEX, model: 'gemini-live-2.5-flash-native-audio' },
  '3.1 on Google AI': { ...GOOGLE_AI, model: 'gemini-3.1-flash-live-preview' },
  '3.8 on Google AI': { ...GOOGLE_AI, model: 'gemini-3.8-live' },
  '3.8 on Vertex': { ...VERTEX, model: 'gemini-3.8-live' },
} as const satisfies Readonly<Record<string, Variant['place']>>;

function variant(
  place: keyof typeof PLACES,
  speech: Speech,
  governed: Variant['governed'] = 'nothing',
  transparent = false,
): Variant {
  const words = [place, speech, ...(governed === 'nothing' ? [] : [governed])];
  return {
    name: [...words, ...(transparent ? ['transparent'] : [])].join(', '),
    place: PLACES[place],
    speech,
    governed,
    transparent,
  };
}

export const VARIANTS: readonly Variant[] = [
  variant('2.5 on Google AI', 'none'),
  variant('3.8 on Google AI', 'serverVad', 'phases'),
  variant('2.5 on Vertex', 'serverVad', 'nothing', true),
  variant('3.1 on Google AI', 'pushToTalk'),
  variant('2.5 on Google AI', 'serverVad', 'flow'),
  variant('3.8 on Vertex', 'clientVad'),
  variant('3.1 on Google AI', 'none', 'phases'),
  variant('2.5 on Vertex', 'pushToTalk', 'phases'),
  variant('3.8 on Google AI', 'none', 'flow'),
  variant('2.5 on Google AI', 'clientVad', 'phases'),
  variant('3.8 on Vertex', 'none', 'nothing', true),
  variant('3.1 on Google AI', 'serverVad'),
];
