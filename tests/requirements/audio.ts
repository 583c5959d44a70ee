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
  'audio:vad:machine': {
    source: 'spec/voice.md section 9',
    promise:
      'Silence, pending speech, speech and hangover follow the stated rules and always lead back to silence.',
  },
  'audio:vad:edges': {
    source: 'spec/voice.md sections 9 and 16.29',
    promise: 'Edges keep their order and their place on the audio clock, even several in one chunk.',
  },
  'audio:vad:streaming': {
    source: 'spec/voice.md section 9',
    promise: 'The detector decides the same however its bytes are cut.',
  },
  'audio:vad:preSpeech': {
    source: 'spec/voice.md sections 9 and 16.29',
    promise: 'A start of speech hands over the audio just before it, once.',
  },
  'audio:vad:floor': {
    source: 'spec/voice.md section 16.29',
    promise: 'Noise, from the first sample or rising later, never latches the detector open.',
  },
  'audio:vad:classifier': {
    source: 'spec/voice.md section 9',
    promise: 'A classifier such as WebRTC can replace the energy test: probability 0.5 and more is speech.',
  },
  'audio:vad:snapshot': {
    source: 'spec/voice.md section 9',
    promise:
      'The snapshot has backend, rate, frame, state, speaking, probability, frames and time since the last edge.',
  },
  'audio:vad:keyboard': {
    source: 'shared/audio/keyboard_noise_16k.wav',
    promise:
      'Typing starts no speech in 6 s; slower, faster or 12 dB louder at most one a minute with runtime, none with noisy.',
  },
  'audio:vad:strokes': {
    source: 'sound made in the test, on which nothing was tuned',
    promise:
      'Random key strokes up to 40 dB above the room start no speech with the runtime and noisy presets.',
  },
  'audio:vad:voices': {
    source: 'sound made in the test, on which nothing was tuned',
    promise:
      'Voices from -33 to -9 dBFS, 25 dB over noise (20 with runtime), start within 250 ms and end before the next.',
  },
  'audio:vad:pauses': {
    source: 'shared/audio/jfk.wav',
    promise: 'Every pause over 600 ms ends a phrase within the hangover and the tolerance of the labels.',
  },
  'audio:vad:speechInNoise': {
    source: 'shared/audio/jfk.wav and keyboard_noise_16k.wav',
    promise:
      'Under typing the noisy preset finds every phrase: within 60 ms at 10 dB, within 300 ms at 5 dB.',
  },
  'audio:pcm16': {
    source: 'design.md section 2',
    promise: 'Views of bytes and samples agree at every alignment.',
  },
  'audio:g711': {
    source: 'ITU-T G.711, oracle alawmulaw',
    promise: 'Both laws agree with the oracle on every sample and every code.',
  },
  'audio:wav:read': {
    source: 'spec/ecosystem.md section 3; Multimedia Programming Interface 1.0',
    promise: 'WAV files with streaming headers are read to their end.',
  },
  'audio:wav:hostile': {
    source: 'CONTRIBUTING.md, errors',
    promise: 'Whatever the bytes, the reader fails only with an AudioError.',
  },
  'audio:wav:write': {
    source: 'Multimedia Programming Interface 1.0',
    promise: 'What is written is read back the same.',
  },
  'audio:vad:oracle': {
    source: 'spec/ecosystem.md section 3, oracle fvad-wasm (WebRTC)',
    promise:
      'Frame by frame the detector is nearer to the labels than WebRTC on a loud floor and agrees on a quiet one.',
  },
  'audio:jitter:order': {
    source: 'spec/voice.md section 14; spec/wire.md section 4',
    promise:
      'Whatever the arrivals, what is pulled is what was pushed, in order, and every lost sample is counted.',
  },
  'audio:jitter:estimate': {
    source: 'spec/voice.md section 16.30; RFC 3550 section 6.4.1',
    promise:
      'The jitter is measured against the expected interval: an even sender has none, however large its packets.',
  },
  'audio:jitter:underrun': {
    source: 'spec/voice.md section 16.30',
    promise: 'After an underrun the buffer collects its full depth again and gives silence until then.',
  },
  'audio:jitter:generation': {
    source: 'spec/voice.md section 16.13; design.md section 3',
    promise: 'Audio of an interrupted generation is never played, in whatever order flush and audio arrive.',
  },
  'audio:jitter:burst': {
    source: 'spec/wire.md section 4, audio pacing',
    promise: 'A whole answer that arrives at once is kept whole and plays without an underrun.',
  },
  'audio:playback:heard': {
    source: 'spec/voice.md section 10',
    promise: 'What was heard of each turn is known at any time, from queued audio alone.',
  },
  'audio:playback:reported': {
    source: 'spec/voice.md sections 10 and 16.25; design.md section 4',
    promise: 'A real position overrides the estimate, and marks of flushed audio move nothing.',
  },
  'audio:portable': {
    source: 'design.md section 2',
    promise: 'The audio layer imports only itself and names no platform, so it runs in a worklet as in Node.',
  },
};
