/** Processes of a run: the parent asks by message, a child answers. Each child is ended by its own id. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ANSWER_TIMEOUT_MS = 60_000;

export class Child {
  #process;
  #waiting = new Map();
  #nextId = 1;
  #ended;

  constructor(script, args = [], execArgv = []) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#process = fork(path, args, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#process.on('message', (answer) => this.#settle(answer));
    this.#ended = new Promise((resolve) => {
      this.#process.on('exit', (code, signal) => {
        for (const { reject } of this.#waiting.values()) {
          reject(new Error(`${script} ended: ${signal ?? code}`));
        }
        this.#waiting.clear();
        resolve();
      });
    });
  }

  ask(command, options = {}) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${command}: no answer`));
      }, ANSWER_TIMEOUT_MS);
      const settled = (settle) => (value) => {
        clearTimeout(timer);
        settle(value);
      };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.#process.send({ id, command, options });
    });
  }

  async end() {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  #settle({ id, result, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }
}

/** The child's side: answers each command with what its handler returns, and ends with its parent. */
export function serveCommands(handlers) {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ id, command, options }) => {
    try {
      process.send({ id, result: (await handlers[command](options)) ?? null });
    } catch (thrown) {
      process.send({ id, error: thrown?.stack ?? String(thrown) });
    }
  });
}
