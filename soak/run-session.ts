/** One session of a soak: a whole live session against the simulator, in memory, on simulated time. */
import { performance } from 'node:perf_hooks';
import { connectLive, type LiveHandle } from '../src/live/index.ts';
import { createSimulator } from '../src/simulator/index.ts';
import { ManualClock } from '../src/testing/index.ts';
import { agentOptions, BY_HAND } from './agent.ts';
import { audioAudit } from './audio-audit.ts';
import { contextsAudit, contextsOf, resultsAudit, turnsAudit, unansweredCalls } from './audit.ts';
import { soakBrain } from './brain.ts';
import { talk } from './caller.ts';
import { ClientLedger } from './client-ledger.ts';
import { type Dice, diceOf } from './dice.ts';
import { failuresOf } from './failures.ts';
import { Speaker, wordsHeard } from './marked-speech.ts';
import { resultMark } from './marks.ts';
import { Microphone } from './microphone.ts';
import { rareFaults } from './rare-faults.ts';
import type { SessionReport } from './session-report.ts';
import { at, EVENTS_TRACED, tappedTransport, tracedTransport } from './traced-transport.ts';
import { VARIANTS } from './variants.ts';
import type { Wish } from './wishes.ts';

export interface SoakSession {
  readonly seed: number;
  readonly minutes: number;
  /** The file of the speech. */
  readonly recording: string;
  /** Told what happened, in order, for whoever looks for the cause of a failure. */
  readonly onLine?: (line: string) => void;
}

/** One strike in each span of this length. */
const STRIKE_EVERY_MS = 90_000;
/** How many of the microphones stay open between turns. */
const OPEN_SHARE = 0.3;

/** Never rejects for what the session does: that is in the report. */
export async function runSession({ seed, minutes, recording, onLine }: SoakSession): Promise<SessionReport> {
  const startMs = performance.now();
  const variant = VARIANTS[seed % VARIANTS.length] ?? VARIANTS[0];
  if (variant === undefined) throw new Error('there are no variants');
  const unhandled: string[] = [];
  const onUnhandled = (reason: unknown): void => {
    unhandled.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
  };
  process.on('unhandledRejection', onUnhandled);
  const clock = new ManualClock();
  const dice = diceOf(seed, 'caller');
  const wishes: Wish[] = [];
  const ledger = new ClientLedger(
    () => clock.nowMs(),
    ({ mark, how }) => onLine?.(`${at(clock)} * ${how} ${mark}`),
  );
  const simulator = await createSimulator({
    clock,
    brain: soakBrain((turn) => wishes[turn]),
    faults: {
      seed,
      everyMs: STRIKE_EVERY_MS,
      plan: rareFaults(diceOf(seed, 'rare'), minutes, variant.transparent),
      // One upgrade of each session is refused.
      always: [{ type: 'refusedUpgrade', status: 503, connection: 3 }],
    },
    conversationOf: () => 'call',
    hashAudio: true,
    transcribe: wordsHeard,
    random: diceOf(seed, 'ids').next,
    onNote: (note) => {
      if (note.type === 'serverFailed' || note.type === 'brainFailed')
        unhandled.push(`simulator: ${note.message} ${String(note.cause)}`);
    },
  });
  try {
    const options = agentOptions({ variant, clock, dice: diceOf(seed, 'tools'), ledger });
    const transport = tappedTransport(simulator.transport, ledger.wrote);
    const opening = connectLive(options, {
      clock,
      transport: onLine === undefined ? transport : tracedTransport(transport, clock, onLine),
      environment: {},
      random: diceOf(seed, 'client').next,
      onEvent: ledger.heard,
      onSessionEvent: (event) => {
        ledger.heardWire(event);
        if (onLine !== undefined && EVENTS_TRACED.includes(event.type))
          onLine(`${at(clock)}    ${JSON.stringify(event).slice(0, 300)}`);
      },
    });
    let opened: LiveHandle<object> | undefined;
    opening.then((handle) => {
      opened = handle;
    }, onUnhandled);
    await clock.runUntil(() => opened !== undefined || unhandled.length > 0, 600_000);
    const handle = await opening;
    answerByHand(handle, clock, diceOf(seed, 'hand'), ledger);
    const microphone = new Microphone({
      handle,
      clock,
      ledger,
      speaker: new Speaker(recording),
      speech: variant.speech,
      staysOpen: variant.speech !== 'none' && variant.speech !== 'pushToTalk' && dice.chance(OPEN_SHARE),
    });
    const onTurn = (): void => {
      for (const { connection, audioSentBytes } of simulator.sessions) {
        ledger.serverAudioBytes.set(connection, audioSentBytes);
      }
    };
    await talk(handle, { variant, clock, dice, ledger, wishes, microphone, onTurn }, minutes * 60_000);
    onTurn();
    const server = simulator.ledger('call');
    if (server === undefined) throw new Error('The simulator has no ledger of the call.');
    const isUp = handle.connection.state === 'open';
    const { speech, transparent } = variant;
    const heardChunks =
      speech === 'clientVad' ? undefined : new Set(server.audio.flatMap(({ hashes }) => hashes));
    const ends = { client: ledger, contexts: contextsOf(server), heardChunks, transparent };
    const report: Omit<SessionReport, 'failures' | 'wallMs'> = {
      seed,
      minutes,
      variant: variant.name,
      faults: countsOf(server.faults.map(({ fault }) => fault.type)),
      rotations: ledger.rotations.map(({ cause, gapMs, resumed }) => ({ cause, gapMs, resumed })),
      connections: ledger.connections,
      turns: turnsAudit(ends),
      results: resultsAudit(ends),
      contexts: contextsAudit(ends),
      audio: audioAudit(ledger, server, variant.speech),
      calls: {
        run: ledger.runs.size,
        runTwice: [...ledger.runs].filter(([, { runs }]) => runs > 1).map(([call]) => call),
        cancelled: ledger.cancelled.size,
        unanswered: unansweredCalls(server, ledger),
      },
      interruptions: ledger.interruptions,
      deadAir: ledger.deadAir,
      errors: Object.fromEntries(ledger.errors),
      rejected: ledger.rejected,
      ends: [...ledger.ends],
      unhandled: [...unhandled, ...ledger.internal],
    };
    let over = false;
    const ending = handle.disconnect().then(() => {
      over = true;
    });
    await clock.runUntil(() => over, 60_000);
    await ending;
    const left = clock.pending;
    const failures = failuresOf(report, { isUp, left });
    return { ...report, wallMs: performance.now() - startMs, failures };
  } finally {
    await simulator.close();
    process.off('unhandledRejection', onUnhandled);
  }
}

function answerByHand(
  handle: LiveHandle<object>,
  clock: ManualClock,
  dice: Dice,
  ledger: ClientLedger,
): void {
  const taken = new Set<string>();
  const session = handle.subscribe();
  void (async () => {
    for await (const event of session) {
      if (event.type !== 'toolCall') continue;
      for (const { id = '', name } of event.calls) {
        // Whoever answers by hand answers each call once.
        if (name !== BY_HAND || taken.has(id)) continue;
        taken.add(id);
        ledger.ran(id, name);
        clock.schedule(dice.between(200, 6_000), () => {
          handle.sendToolResponse([{ id, name, response: { mark: resultMark(id) } }]).catch(() => {});
        });
      }
    }
  })();
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
