/** Runs `npm run soak` as a user does, in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/soak.mjs', import.meta.url));

export interface SoakRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function runSoak(...args: string[]): Promise<SoakRun> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [script, ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
