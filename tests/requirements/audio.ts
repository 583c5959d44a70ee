import type { Requirement } from '../requirements.ts';

export const audioRequirements: Readonly<Record<string, Requirement>> = {
  'audio:resampler:streaming': {
    source: 'spec/ecosystem.md section 3',
    promise: 'The resampler gives the same samples, and exactly the right number, however a stream is cut.',
  },
  'audio:resampler:quality': {
    source: 'spec/ecosystem.md section 3, oracle libsamplerate (medium)',
    promise:
      'Between 8, 16, 24, 44.1 and 48 kHz a 1 kHz tone keeps 92 dB in PCM16 and aliases and images stay under -94 dB.',
  },
};
