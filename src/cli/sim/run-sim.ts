/** The simulator from its options to its end. */
import { type Brain, createSimulator, type Simulator, type SimulatorNote } from '../../simulator/index.ts';
import type { Platform } from '../../wire/index.ts';
import { CliError, messageOf } from '../shell/cli-error.ts';
import type { CliConsole } from '../shell/console.ts';
import { printable } from '../shell/printable.ts';
import { readScriptBrain } from './script-file.ts';

/** A checked command line. */
export interface SimPlan {
  readonly port: number;
  readonly host: string;
  readonly platform: Platform;
  readonly frames: 'binary' | 'text';
  readonly scriptPath: string | undefined;
  readonly voice: 'auto' | 'espeak' | 'tones';
}

/** Serves until told to stop. Rejects with `badScript`, `unreadableFile` or `portUnavailable`. */
export async function runSim(plan: SimPlan, io: CliConsole): Promise<void> {
  const brain = plan.scriptPath === undefined ? undefined : await readScriptBrain(plan.scriptPath);
  const simulator = await start(plan, brain, (note) => {
    io.stderr.write(`parlando sim: ${printable(note.message)}\n`);
  });
  io.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);
  io.stderr.write(`${hints(simulator.url, plan.platform)}\n`);
  await stopped(io.stop);
  await simulator.close();
}

async function start(
  { port, host, platform, frames, voice }: SimPlan,
  brain: Brain | undefined,
  onNote: (note: SimulatorNote) => void,
): Promise<Simulator> {
  try {
    return await createSimulator({
      port,
      host,
      platform,
      frames,
      voice,
      onNote,
      ...(brain !== undefined && { brain }),
    });
  } catch (cause) {
    throw new CliError('portUnavailable', whyNot(cause, port, host), { cause });
  }
}

function whyNot(cause: unknown, port: number, host: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use: pass another one, or --port 0 for a free one`;
    case 'EACCES':
      return `port ${port} needs privileges: pass one above 1023, or --port 0 for a free one`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `${host} is no address of this machine: pass --host 127.0.0.1, or 0.0.0.0 for all`;
    default:
      return `cannot listen on ${host} port ${port}: ${messageOf(cause)}`;
  }
}

function hints(url: string, platform: Platform): string {
  const vertex = platform === 'vertex' ? 'vertexai: true, ' : '';
  return [
    'Point a client at it:',
    `  @google/genai  new GoogleGenAI({${vertex}apiKey: 'test', httpOptions: {baseUrl: '${url}'}})`,
    `  parlando/wire  connect({${platform === 'vertex' ? 'vertex: true, ' : ''}apiKey: 'test', baseUrl: '${url}'})`,
    `  shell          parlando call --url ${url} --text "Hello"`,
    'Stop with Ctrl-C.',
  ].join('\n');
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
