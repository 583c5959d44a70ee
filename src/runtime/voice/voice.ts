import {
  type Content,
  type ModelProfile,
  type SessionHandle,
  type SessionWriter,
  type Tool,
  WireError,
} from '../../wire/index.ts';
import type { ControlInput } from '../lanes/control-input.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import type { QuietSettings } from '../live-options.ts';
import { RuntimeError } from '../runtime-error.ts';
import { repliesInOwnTurn } from '../tools/background-delivery.ts';
import { ContextQueue } from './context/context-queue.ts';
import { FlushingWriter } from './context/flushing-writer.ts';
import { PlaybackLedger } from './playback/playback-ledger.ts';
import { Quiet } from './quiet/quiet.ts';
import type { RepromptStage } from './quiet/reprompt.ts';
import type { VoiceRule } from './reactor.ts';
import type { VoiceSettings } from './uplink/voice-options.ts';
import { type DelegatedVoiceEffect, type StageVoice, VoiceUplink } from './uplink/voice-uplink.ts';
import { micSession, type WaitingMic } from './uplink/withheld-mic.ts';

export interface VoiceHost extends RuntimeHost {
  readonly session: SessionHandle;
  readonly profile: ModelProfile;
  /** Takes edges of speech and playback to the control lane. */
  readonly post: (input: ControlInput) => void;
}

export interface VoiceParts {
  readonly settings: VoiceSettings;
  readonly quiet: QuietSettings;
  readonly rules: readonly VoiceRule[];
  /** What the setup declares. */
  readonly tools: readonly Tool[];
  /** `limits.maxQueuedAudioMs`. */
  readonly maxQueuedAudioMs: number | undefined;
}

/** Everything about who speaks, wired together: the road up, what is heard, what waits to be said, and the quiet. */
export class Voice {
  readonly ledger: PlaybackLedger;
  readonly quiet: Quiet;
  readonly context: ContextQueue;
  /** Lets waiting context go before what the user says. */
  readonly writer: FlushingWriter;
  readonly uplink: VoiceUplink;
  readonly #host: VoiceHost;
  readonly #mic: WaitingMic;
  readonly #reprompt: RepromptStage | undefined;

  constructor(host: VoiceHost, { settings, quiet, rules, tools, maxQueuedAudioMs }: VoiceParts) {
    this.#host = host;
    const { clock, emit, post, profile, report, session } = host;
    const onReleased = (): void => this.context.floorChanged();
    const withheld = { clock, profile, tools, settings, maxQueuedAudioMs, onReleased };
    const mic = micSession(session, withheld);
    this.#mic = mic;
    this.ledger = new PlaybackLedger(host, {
      playbackStarted: () => post({ type: 'playbackStarted' }),
      playbackDrained: () => post({ type: 'playbackDrained' }),
    });
    this.quiet = new Quiet(
      {
        clock,
        emit,
        ledger: this.ledger,
        isReachable: () => session.connection.state === 'open',
        userTurnOpen: () => this.uplink.voiceState.userSpeaking || mic.withholds === true,
        reprompt: (text) => this.#send(this.#own.sendText(text)),
        nudge: (text) => this.context.deliver({ turns: [modelText(text)], prompt: true }, 'immediate'),
        rotate: () => void session.rotate({ atOnce: true, cause: 'deadAir' }),
        softTurn: () => post({ type: 'softTurn' }),
        turnAbandoned: () => this.context.floorChanged(),
      },
      { ...quietOptions(quiet), repliesInOwnTurn: repliesInOwnTurn(profile) },
    );
    this.context = new ContextQueue(
      {
        clock,
        report,
        writer: this.#own,
        profile,
        floor: this.quiet,
        promptArmed: () => this.uplink.promptArmed(),
        prompted: () => this.quiet.prompted(),
      },
      { speechEdges: settings.vad !== undefined },
    );
    this.writer = new FlushingWriter(session, this.context);
    this.uplink = new VoiceUplink(
      settings,
      {
        clock,
        emit,
        report,
        session: mic,
        flushContext: () => {
          if (this.context.pending) this.context.beforeStream();
        },
        perform: (effect) => this.#perform(effect),
        onSpeechStart: (atMs, source) => post({ type: 'speechStarted', atMs, source }),
        onSpeechEnd: (atMs) => post({ type: 'speechEnded', atMs }),
        onUserTurnStarted: () => this.context.userTurnStarted(),
        onUserTurnEnded: () => {
          this.quiet.userTurnEnded();
          this.context.userTurnEnded();
          this.context.floorChanged();
        },
      },
      rules,
    );
    this.#reprompt = quiet.reprompt;
    if (quiet.reprompt !== undefined) this.quiet.stage(quiet.reprompt);
  }

  /** How much of the microphone's sound was dropped because it could not be sent in time, in milliseconds. */
  get droppedAudioMs(): number {
    return this.#host.session.state.droppedAudioMs + (this.#mic.droppedAudioMs ?? 0);
  }

  /** The conversation has come to another place; what it does not say is as the session has it. */
  setStage(stage: StageVoice & { readonly reprompt?: RepromptStage }): void {
    this.uplink.setStage(stage);
    this.quiet.stage(stage.reprompt ?? this.#reprompt);
  }

  /** The session is over: nothing waits any more, and no timer is left. */
  close(): void {
    this.uplink.close();
    this.quiet.close();
    this.ledger.close();
  }

  /** What goes out on our own account: an interruption that follows may be its doing, and not the user's. */
  get #own(): Pick<SessionWriter, 'sendClientContent' | 'sendText'> {
    const { session } = this.#host;
    return {
      sendClientContent: (turns, turnComplete) => {
        this.uplink.ownWordsSent();
        return session.sendClientContent(turns, turnComplete);
      },
      sendText: (text) => {
        this.uplink.ownWordsSent();
        return session.sendText(text);
      },
    };
  }

  #perform(effect: DelegatedVoiceEffect): void {
    switch (effect.type) {
      case 'promptModel':
        return this.context.promptModel();
      case 'cancelDeferredPrompt':
        return this.context.cancelPrompt(effect.reason);
      case 'sendContext':
        return this.context.deliver({ turns: effect.turns, prompt: false }, 'immediate');
      case 'updateInstruction':
        this.uplink.ownWordsSent();
        return this.#send(this.#host.session.updateInstruction(effect.instruction));
    }
  }

  #send(sent: Promise<void>): void {
    sent.catch((cause: unknown) => {
      if (cause instanceof WireError && cause.code === 'sessionEnded') return;
      const text = 'The runtime could not send what it had to say to the model: see the cause.';
      this.#host.report(new RuntimeError('contextUndelivered', text, { cause }));
    });
  }
}

/** A turn of context, as steering writes them. */
function modelText(text: string): Content {
  return { role: 'model', parts: [{ text }] };
}

function quietOptions({ softTurnMs, deadAir }: QuietSettings): ConstructorParameters<typeof Quiet>[1] {
  const watchdog = deadAir === true ? {} : deadAir || undefined;
  return {
    ...(softTurnMs !== undefined && { softTurnMs }),
    ...(watchdog !== undefined && { deadAir: watchdog }),
  };
}
