import type { Requirement } from '../requirements.ts';

const of = (source: string, promise: string): Requirement => ({ source, promise });

/** What the simulator promises: spec/wire.md sections 1.5, 4, 4.1, 5 and 9, and design section 6. */
export const simulatorRequirements: Readonly<Record<string, Requirement>> = {
  'sim:route:paths': of(
    'wire §4.1.1, §9',
    'Repeated slashes, every API version, .Method and /Method paths and an appended location are routed.',
  ),
  'sim:route:credentials': of(
    'wire §1.1, §9',
    'Keys and tokens are found in query and headers, percent-encoded too; bad ones close with the documented reason.',
  ),
  'sim:route:bare-proxy': of('wire §1.5', 'The path /p is a Vertex client behind a proxy.'),
  'sim:secrets': of('design §3', 'No key or token is printed, kept in a view, or sent back.'),
  'sim:setup:silent-before': of('wire §4.1.3', 'Nothing is sent before setup.'),
  'sim:setup:upgrade-always': of('wire §4.1.2', 'The upgrade is accepted even for a bad key, then closed.'),
  'sim:setup:sequence': of(
    'wire §4.1.4',
    'A first message that is no setup, and a second setup, close with 1007.',
  ),
  'sim:setup:fields': of(
    'wire §5',
    'Unknown fields, wrong types and two top-level keys close with 1007 and the real reason.',
  ),
  'sim:setup:oracle': of(
    'design §6, wire §9',
    'The table of client fields holds every field of the published proto, with its type, and nothing unexplained.',
  ),
  'sim:setup:leniency': of(
    'wire §9',
    'Mixed casing, base64url, lower-case enums, lone values for lists and null are read as the service reads them.',
  ),
  'sim:setup:rules': of(
    'wire §2.1, §5, §6',
    'Each model on each platform refuses what it is documented to refuse, with its code and reason.',
  ),
  'sim:setup:handle-null': of(
    'wire §4.1.4',
    'An empty handle is none; a null one is accepted on 2.5 and refused on 3.1.',
  ),
  'sim:close:reason-length': of('wire §4.1.2', 'A close reason has at most 123 bytes of valid UTF-8.'),
  'sim:parse:total': of(
    'issue 2, Bad input',
    'No client bytes make the parser throw; each refusal is typed.',
  ),
  'sim:frames': of('wire §4.1.5', 'Frames are binary or text on request, pretty-printed.'),
  'sim:dialect': of(
    'wire §4.1.6, §9',
    'Session id, role, usage names, call ids and bundling vary as recorded.',
  ),
  'sim:turn:sequence': of(
    'wire §4, Text turn',
    'Output, generationComplete, turnComplete with usage in one frame, then a handle.',
  ),
  'sim:turn:pacing': of(
    'wire §3, §4, Audio pacing',
    'Chunks of 9,600 then 11,520 bytes, at most four times faster than real time.',
  ),
  'sim:turn:playback-end': of(
    'wire §4.1.7',
    'turnComplete waits for the audio duration minus the time since the first chunk.',
  ),
  'sim:turn:usage': of('wire §3', 'Usage is per turn, re-bills the history, and names modalities.'),
  'sim:turn:barge-in': of(
    'wire §4, Barge-in',
    'Speech, text and client content interrupt: interrupted, turnComplete, no generationComplete; history keeps what was sent.',
  ),
  'sim:turn:late-barge-in': of(
    'wire §9',
    'An interruption after generationComplete comes before turnComplete.',
  ),
  'sim:turn:no-interruption': of('wire §4, Barge-in', 'With NO_INTERRUPTION speech waits for the model.'),
  'sim:turn:seeding': of(
    'wire §4, History seeding',
    'Seeded history makes no model call; 3.1 refuses client content otherwise.',
  ),
  'sim:turn:silent': of('wire §3', 'A model that stays silent sends waitingForInput and ends the turn.'),
  'sim:tools:blocking': of(
    'wire §4, Tools',
    'A blocking call pauses the generation until every id is answered, in one message or several.',
  ),
  'sim:tools:cancellation': of('wire §4, Barge-in', 'Barge-in cancels pending blocking calls.'),
  'sim:tools:async': of(
    'wire §4, Tools',
    'NON_BLOCKING results follow INTERRUPT, WHEN_IDLE or SILENT, and may continue.',
  ),
  'sim:tools:vertex': of(
    'wire §9',
    'Vertex shapes of a tool turn, on 2.0 and 2.5; unasked responses make it speak.',
  ),
  'sim:tools:leniency': of(
    'wire §2.4, §9',
    'Scheduling inside response, answers without name or id, empty lists and unknown ids are accepted.',
  ),
  'sim:hear:automatic': of(
    'wire §2.1, §4',
    'Speech is found in real audio by audio time, with the silence and sensitivity of the setup.',
  ),
  'sim:hear:manual': of('wire §4, Manual activity', 'Marks make the turn; audio outside them is discarded.'),
  'sim:hear:stream-end': of(
    'wire §4',
    'audioStreamEnd ends an utterance, and more audio reopens the stream.',
  ),
  'sim:hear:formats': of(
    'wire §2.3, §9',
    'Any rate from 8 to 48 kHz, a bare type and mediaChunks are heard.',
  ),
  'sim:hear:words': of(
    'design §6',
    'Words come from the script or a hook, else an honest placeholder; input transcription is in deltas.',
  ),
  'sim:hear:voice-activity': of('wire §3, §9', 'voiceActivity counts audio, and comes when asked for.'),
  'sim:speak:voices': of(
    'design §6',
    'espeak-ng speaks when it is there, tones when not; a voice that fails is noted and never ends a call.',
  ),
  'sim:resume:handles': of('wire §4, Resumption', 'A handle restores history and memory on a new socket.'),
  'sim:resume:refusals': of(
    'wire §4, Resumption',
    'Stale, expired and foreign handles and overlapping sockets are refused.',
  ),
  'sim:resume:transparent': of('wire §4, Resumption', 'Transparent updates carry the consumed index.'),
  'sim:limits': of(
    'wire §4, Limits',
    'Connections end at their limit, after a goAway; sessions are counted.',
  ),
  'sim:context-update': of(
    'wire §2.5',
    'contextUpdate replaces instruction and tools where the model has it.',
  ),
  'sim:compression': of('wire §2.1', 'A context window slides when its trigger is passed.'),
  'sim:tokens': of('wire §1.3', 'Ephemeral tokens have uses, expiry and locks; resuming takes no use.'),
  'sim:rest': of('design §6', 'ListModels and generateContent are answered, the latter by the same brain.'),
  'sim:faults': of('wire §4.1.8', 'Every fault happens when it was asked for.'),
  'sim:faults:closes': of('wire §4.1.8, §5', 'Every documented close comes at every point of a call.'),
  'sim:faults:go-away': of(
    'wire §4, GoAway',
    'goAway comes with or without its time, then silence, then each of the documented closes.',
  ),
  'sim:faults:handles': of(
    'wire §4, Resumption',
    'Handles are stale, expired, poisoned, lagging, late or withheld, and an old socket can linger.',
  ),
  'sim:faults:model': of(
    'wire §7, peers T4',
    'The model is dead after a user turn, ends it empty, misses a message, or asks again after a resume.',
  ),
  'sim:faults:frames': of('wire §4.1.8, §7', 'Frames are late, unknown, truncated or premature.'),
  'sim:faults:network': of('wire §5, §7', 'An upgrade is refused by HTTP status, and pongs are slow.'),
  'sim:faults:plan': of(
    'issue 5, item 6',
    'A plan fires its faults over a long call, the same for the same seed, whatever else runs.',
  ),
  'sim:faults:client': of('issue 5, item 6', 'Our own client meets every fault and ends or goes on, typed.'),
  'sim:ledger': of(
    'issue 5, item 7',
    'The ledger holds exactly what the model knows, over resumptions: what came after a handle is not there.',
  ),
  'sim:ledger:audio': of('issue 5, item 7', 'Audio is counted by sample and, on request, named by chunk.'),
  'sim:ledger:audit': of('issue 5, item 7', 'A comparison tells what is lost and what is doubled.'),
  'sim:resume:settled': of(
    'wire §4, Resumption',
    'No handle leads to a state in which something is unanswered; open async calls are remembered.',
  ),
  'sim:interop:faults': of('wire §1.5', '@google/genai 3.x completes its turns through the benign faults.'),
  'testing:proxy': of(
    'issue 5, item 6',
    'A TCP proxy delays, narrows, stalls, half-opens, resets and cuts real sockets, by seed and by script.',
  ),
  'sim:clock': of('design §6', 'An hour of call runs in seconds on a manual clock.'),
  'sim:close': of('CONTRIBUTING', 'close is idempotent and ends for every waiter.'),
  'sim:brain:forms': of(
    'design §6',
    'Functions, generators, lists and async brains answer; a failing one is 1011.',
  ),
  'sim:brain:script': of(
    'issue 2',
    'A script of says, hears, calls, thinks and waits runs from code and JSON.',
  ),
  'sim:brain:script-errors': of('issue 2', 'A script that cannot be used says where and what to write.'),
  'sim:brain:rules': of('issue 2', 'A small rule set answers.'),
  'sim:brain:demo': of(
    'issue 2',
    'The demo brain holds a restaurant booking by text and by scripted speech.',
  ),
  'sim:interop:text': of('wire §1.5', '@google/genai 2.x and 3.x complete a text turn in every shape.'),
  'sim:interop:audio': of('wire §1.5', '@google/genai 2.x and 3.x complete an audio turn.'),
  'sim:interop:tool': of('wire §1.5', '@google/genai 2.x and 3.x complete a tool turn.'),
  'sim:interop:barge-in': of('wire §1.5', '@google/genai 2.x and 3.x are interrupted.'),
};
