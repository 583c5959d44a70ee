import type { Requirement } from '../requirements.ts';

/** The promises of `src/wire/{codec,config,auth,model,platform}`. */
export const wireCodecRequirements: Readonly<Record<string, Requirement>> = {
  'wire:codec:messages': {
    source: 'spec/wire.md section 3',
    promise: 'Every server message of the protocol is read into typed items.',
  },
  'wire:codec:casings': {
    source: 'spec/wire.md section 1.4; design.md section 3 Codec',
    promise: 'camelCase, snake_case and both mixed in one message are read the same.',
  },
  'wire:codec:framing': {
    source: 'spec/wire.md section 1.4',
    promise: 'Text and binary frames, pretty-printed and compact, are read the same.',
  },
  'wire:codec:every-key': {
    source: 'spec/wire.md section 3; spec/voice.md section 16.9',
    promise: 'Every key of a frame is processed and none is lost, whichever come together.',
  },
  'wire:codec:order': {
    source: 'design.md section 3',
    promise: 'The items of a frame come in one order, whatever the order of its keys.',
  },
  'wire:codec:recorded': {
    source: 'spec/wire.md section 9',
    promise: 'What recorded sessions contain (empty frames, empty transcripts, Vertex usage names) is read.',
  },
  'wire:codec:unknown': {
    source: 'design.md section 3; issue 2, Bad input',
    promise: 'Unknown keys and known keys of a wrong type become unknown items; the rest is still read.',
  },
  'wire:codec:never-throws': {
    source: 'issue 2, Bad input',
    promise: 'No frame whatever makes the decoder throw: it says malformedFrame or gives items.',
  },
  'wire:codec:fast-audio-in': {
    source: 'design.md section 3 Codec',
    promise: 'The audio fast path gives exactly the items of the full parser, or leaves the frame to it.',
  },
  'wire:codec:audio-intact': {
    source: 'design.md section 3 Codec',
    promise: 'Decoded audio is aligned for sample views and never written again.',
  },
  'wire:codec:fast-audio-out': {
    source: 'design.md section 3 Codec',
    promise: 'An audio chunk between constant bytes is the frame that JSON.stringify would write.',
  },
  'wire:codec:commands': {
    source: 'spec/wire.md sections 2.2 to 2.5',
    promise: 'Each command becomes its documented message, with exactly one top-level key.',
  },
  'wire:codec:steering': {
    source: 'spec/wire.md sections 2.2 and 2.5; design.md section 3',
    promise: 'A new instruction goes the way that the model profile names, or is refused.',
  },
  'wire:codec:scheduling': {
    source: 'spec/voice.md section 4.2',
    promise: 'Scheduling is left out of tool responses where the model refuses it.',
  },
  'wire:codec:activity-marks': {
    source: 'spec/wire.md section 2.3; spec/voice.md section 4.3',
    promise: 'Activity marks go out in manual mode only, audioStreamEnd in automatic mode only.',
  },
  'wire:codec:unwritable': {
    source: 'CONTRIBUTING.md, errors',
    promise:
      'A value that JSON cannot hold is refused with invalidArgument or invalidConfig before it is sent.',
  },
  'wire:config:setup-fields': {
    source: 'spec/wire.md section 2.1; spec/voice.md section 4.1',
    promise: 'Every option goes to its documented place, and the setup fits the published proto.',
  },
  'wire:config:no-nulls': {
    source: 'spec/wire.md sections 2.1 and 4.1',
    promise: 'A setup holds no null, no undefined and no empty handle.',
  },
  'wire:config:ignored-settings': {
    source: 'spec/wire.md sections 2.1 and 6; spec/voice.md section 4.2',
    promise:
      'What a model would refuse is left out and named, per model and platform; unknown models pass all.',
  },
  'wire:config:defaults': {
    source: 'spec/voice.md sections 4.1 and 5; design.md section 3',
    promise: 'Defaults are the documented ones: timeouts, retries, queues, audio type, resumption on.',
  },
  'wire:config:invalid': {
    source: 'CONTRIBUTING.md, errors',
    promise: 'Numbers, names and URLs that cannot be meant are refused with invalidConfig.',
  },
  'wire:config:presets': {
    source: 'spec/voice.md section 4.1',
    promise: 'textOnly removes speech settings; voiceRealtimeDefaults fills in without overriding.',
  },
  'wire:config:model': {
    source: 'spec/voice.md section 4.1; spec/wire.md section 1.2',
    promise: 'The model comes from config, GEMINI_LIVE_MODEL, GEMINI_MODEL or the default, with its prefix.',
  },
  'wire:model:profiles': {
    source: 'spec/wire.md section 6',
    promise: 'Every model of the table has its family, whatever its prefix and platform.',
  },
  'wire:auth:url': {
    source: 'spec/wire.md section 1.1',
    promise: 'Host, version, method and separator are those of the platform, credential and location.',
  },
  'wire:auth:api-key': {
    source: 'issue 2; spec/wire.md section 1.1',
    promise: 'An API key goes in x-goog-api-key where headers can be set, in the query only elsewhere.',
  },
  'wire:auth:ephemeral': {
    source: 'spec/wire.md sections 1.1 and 1.3',
    promise: 'An ephemeral token goes to the constrained method of v1alpha, as a header or in the query.',
  },
  'wire:auth:vertex': {
    source: 'spec/wire.md section 1.1',
    promise: 'Vertex takes a bearer token, or an express key, in a header; without headers it is refused.',
  },
  'wire:auth:token-provider': {
    source: 'design.md section 3 Auth; spec/voice.md section 4.1',
    promise: 'A token provider is asked at every connection; its failure is tokenFetchFailed and retryable.',
  },
  'wire:auth:environment': {
    source: 'spec/voice.md section 5',
    promise: 'The environment gives platform, project, location and credential; blank counts as unset.',
  },
  'wire:auth:base-url': {
    source: 'spec/wire.md section 1.5; issue 2',
    promise: 'baseUrl and apiEndpoint take http, https, ws and wss, with or without a path.',
  },
  'wire:auth:secrets': {
    source: 'CONTRIBUTING.md; spec/style.md rule 20; issue 2, Bad input',
    promise: 'No key or token appears in an error, event, recording or print, whatever fails.',
  },
  'wire:transport:node': {
    source: 'design.md section 3 Transports',
    promise: 'The ws transport reports frames, refusals, oversize and ends, once each, and never throws.',
  },
  'wire:transport:platform': {
    source: 'design.md section 3 Transports',
    promise: 'The transport over the platform WebSocket reports the same, and never throws.',
  },
};
