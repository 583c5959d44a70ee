/** A session that is recorded from its first moment. */
import { websocketTransport } from '#websocket';
import {
  type Cancel,
  type Clock,
  type ConnectOptions,
  epochMs,
  processEnvironment,
  systemClock,
  WireError,
} from '../../wire/index.ts';
import { systemRandom } from '../../wire/platform/system-random.ts';
import { listed } from '../listeners.ts';
import type { LiveCore } from '../live-core.ts';
import type { LiveOptions } from '../live-options.ts';
import type { ResolvedLive } from '../resolve-live-options.ts';
import type { HandleTap } from './app-input.ts';
import { credentialsOf, secretsIn } from './credentials-of.ts';
import { finalState } from './final-state.ts';
import { plainOptions } from './plain-options.ts';
import { RECORDING_FORMAT, RECORDING_VERSION, type RecordingHeader } from './recording.ts';
import { RecordingLog } from './recording-log.ts';
import type { RecordingSink } from './recording-sink.ts';
import { RedactingVeil } from './redacting-veil.ts';
import { replayEnvironment } from './replay-environment.ts';
import { seamedOptions } from './seamed-options.ts';
import { SessionRecorder } from './session-recorder.ts';

/** What is recorded, and where to. */
export interface RecordingOptions {
  readonly sink: RecordingSink;
  /** `omit` records how much audio there was, and none of it. A local VAD then hears nothing in a replay. @default 'keep' */
  readonly audio?: 'keep' | 'omit';
  /** The module that has the session's options: for `parlando replay`, which has to find what is code. */
  readonly module?: string;
}

/** What the application opens the session with. */
export type RecordingPorts = Omit<ConnectOptions, 'onEvent'>;

/** As the wire has it where the options do not say. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** A session that is going to be recorded, before it is opened. */
export function recordedSession(
  given: LiveOptions,
  resolved: ResolvedLive,
  recording: RecordingOptions,
  ports: RecordingPorts,
): RecordedSession {
  return new RecordedSession(given, resolved, recording, ports);
}

export class RecordedSession {
  readonly resolved: ResolvedLive;
  readonly ports: ConnectOptions & { readonly clock: Clock };
  readonly #recorder: SessionRecorder;
  readonly #log: RecordingLog;
  readonly #veil: RedactingVeil;
  readonly #redactions: string[];
  /** Written with the first batch: until then what the session begins with can be added. */
  readonly #header: { -readonly [Name in keyof RecordingHeader]: RecordingHeader[Name] };
  #core: LiveCore | undefined;
  #stopWatching: Cancel | undefined;

  /** @param given the options as the application gave them, before they were resolved */
  constructor(
    given: LiveOptions,
    resolved: ResolvedLive,
    { audio = 'keep', module, sink }: RecordingOptions,
    ports: RecordingPorts,
  ) {
    const { clock = systemClock, environment = processEnvironment(), signal } = ports;
    const { random = systemRandom, transport = websocketTransport } = ports;
    const seed = Math.floor(random() * 2 ** 32);
    const { limits, state } = resolved.options;
    this.#veil = new RedactingVeil({
      keepsAudio: audio === 'keep',
      redaction: resolved.options.redaction ?? {},
      random,
      credentials: credentialsOf(given, environment),
    });
    this.#log = new RecordingLog({
      sink,
      clock,
      veil: this.#veil,
      failed: (cause) => this.#failed(cause),
    });
    const congestedBytes = limits?.maxBufferedBytes ?? MAX_BUFFERED_BYTES;
    const recorder = new SessionRecorder({
      ...{ clock, transport, seed, congestedBytes },
      log: this.#log,
      credential: (given) => {
        for (const secret of secretsIn(given)) this.#veil.learnCredential(secret);
      },
    });
    this.#recorder = recorder;
    this.resolved = endingWith(seamedOptions(resolved, recorder, true), () => void this.#end());
    this.ports = {
      ...ports,
      clock: recorder.clock,
      random: recorder.random,
      transport: recorder.transport,
      ...(signal !== undefined && { signal: recordedSignal(signal, recorder) }),
    };
    this.#redactions = this.#veil.holds ? ['words'] : [];
    this.#header = {
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      profile: resolved.profile,
      epochMs: epochMs(),
      seed,
      audio,
      redactions: this.#redactions,
      environment: replayEnvironment(environment),
      ...plainOptions(given),
      ...(module !== undefined && { module }),
      state: state?.snapshot().values ?? {},
    };
    this.#log.begin(this.#header);
  }

  /** The session was made. Gives what its handle needs. */
  started(core: LiveCore): HandleTap {
    this.#core = core;
    this.#veil.watch(core.state);
    if (core.restored !== undefined) this.#header.state = core.state.snapshot().values;
    if (this.#veil.hides) this.#redactions.push('marked values');
    this.#stopWatching = this.#recorder.watchState(core.state);
    return this.#recorder.tap(core.writer);
  }

  /** It came to nothing, or to its end: what was recorded is written. */
  async #end(): Promise<void> {
    if (this.#core !== undefined) this.#recorder.ended({ type: 'end', ...finalState(this.#core) });
    this.#stopWatching?.();
    await this.#log.end();
  }

  #failed(cause: unknown): void {
    this.#stopWatching?.();
    const text = 'The recording failed and is incomplete; the call goes on: see the cause.';
    this.#core?.lane.post({ type: 'fault', error: new WireError('recorderFailed', text, { cause }) });
  }
}

/** The last listener of the last event. */
function endingWith(resolved: ResolvedLive, ended: () => void): ResolvedLive {
  const { on } = resolved.options;
  const disconnected = [...listed(on?.disconnected), ended];
  return { ...resolved, options: { ...resolved.options, on: { ...on, disconnected } } };
}

/** The application's signal, whose abort is told first. */
function recordedSignal(signal: AbortSignal, recorder: SessionRecorder): AbortSignal {
  if (signal.aborted) return signal;
  const controller = new AbortController();
  const abort = (): void => recorder.input({ do: 'abort' }, () => controller.abort(signal.reason));
  signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
