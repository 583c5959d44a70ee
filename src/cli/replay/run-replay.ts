/** Replays a recording and tells what came of it. */
import type { LiveOptions } from '../../live/index.ts';
import { openTimeline, type Recording, type ReplayResult, replay } from '../../testing/index.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { loadRecording } from './load-recording.ts';
import { loadSession } from './load-session.ts';
import { momentLines } from './moment-lines.ts';

/** A checked command line. */
export interface ReplayPlan {
  readonly path: string;
  readonly session: string | undefined;
  readonly document: string | undefined;
  readonly at: number | undefined;
  readonly recover: boolean;
  readonly json: boolean;
}

/** Progress is shown where a replay takes longer. */
const SLOW_MS = 1_000;

/** Prints CLEAN or what differs. Rejects with `unmet` when something does. */
export async function runReplay(plan: ReplayPlan, io: CliConsole): Promise<void> {
  const { path, at, json, recover } = plan;
  const { recording, problem } = await loadRecording(path, recover);
  if (problem !== undefined) io.stderr.write(`${path}: only the beginning is replayed: ${problem}\n`);
  if (!recover && !recording.entries.some(({ type }) => type === 'end')) {
    const what = 'the recording has no end: the call was killed, or its recording failed';
    const hint = 'What there is can be replayed with --recover.';
    throw new CliError('badDocument', `${path}: ${what}. ${hint}`);
  }
  const options = await loadSession(recording, plan);
  if (at !== undefined) return tellMoment(recording, options, at, json, io);
  const startMs = io.clock.nowMs();
  let toldMs = startMs;
  const result = await usable(() =>
    replay(recording, {
      options,
      onProgress: (share) => {
        const nowMs = io.clock.nowMs();
        if (nowMs - toldMs < SLOW_MS || json) return;
        toldMs = nowMs;
        io.stderr.write(`replaying, ${Math.floor(share * 100)} %\n`);
      },
    }),
  );
  tell(result, path, (io.clock.nowMs() - startMs) / 1000, json, io);
  if (!result.clean) throw new CliError('unmet', `${path} does not replay as it was recorded`);
}

function tell(result: ReplayResult, path: string, seconds: number, json: boolean, io: CliConsole): void {
  if (json) {
    io.stdout.write(
      `${JSON.stringify({ recording: path, verdict: result.clean ? 'CLEAN' : 'DRIFT', ...result })}\n`,
    );
    return;
  }
  const { clean, complete, difference, entries, state } = result;
  const much = `${entries} entries in ${seconds.toFixed(1)} s`;
  const cut = complete ? '' : '; the recording has no end, so that the final state was not compared';
  if (clean) return io.stdout.write(`CLEAN  ${much}${cut}\n`);
  io.stdout.write(`DRIFT  ${much}${cut}\n`);
  if (difference !== undefined) {
    const { diff, kind, seq, tMs } = difference;
    io.stdout.write(`first at entry ${seq}, ${(tMs / 1000).toFixed(3)} s, ${kind}:\n  ${printable(diff)}\n`);
  }
  for (const { came, key, recorded } of state) {
    io.stdout.write(`state ${printable(key)}: recorded ${shown(recorded)}, came ${shown(came)}\n`);
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : printable(JSON.stringify(value));
}

async function tellMoment(
  recording: Recording,
  options: LiveOptions | undefined,
  at: number,
  json: boolean,
  io: CliConsole,
): Promise<void> {
  const last = recording.entries.at(-1)?.seq ?? 0;
  if (at > last) {
    throw new CliError('badArguments', `there is no entry ${at}: the last one of the recording is ${last}`);
  }
  const timeline = await usable(() => openTimeline(recording, options));
  try {
    const moment = await usable(() => timeline.at(at));
    if (json) io.stdout.write(`${JSON.stringify(moment)}\n`);
    else for (const line of momentLines(moment, at)) io.stdout.write(`${line}\n`);
  } finally {
    timeline.close();
  }
}

/** What the options or the recording are at fault for. */
async function usable<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'optionsMissing') {
      throw new CliError('badArguments', `${messageOf(cause)} On the command line: --session module.js`, {
        cause,
      });
    }
    if (code === 'invalidOptions' || code === 'invalidConfig') {
      throw new CliError('badDocument', messageOf(cause), { cause });
    }
    throw cause;
  }
}
