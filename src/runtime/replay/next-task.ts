/** What platforms have instead of one way to come back when everything that was due at once is done. */
interface TaskQueues {
  readonly setImmediate?: (task: () => void) => unknown;
  readonly MessageChannel?: new () => {
    readonly port1: { onmessage: (() => void) | null };
    readonly port2: { postMessage(value: null): void };
  };
}

/** Runs `task` when all promises that can settle now have settled. */
export function nextTask(task: () => void): void {
  // Both are looked for, because neither is everywhere.
  const { setImmediate, MessageChannel } = globalThis as unknown as TaskQueues;
  if (setImmediate !== undefined) {
    setImmediate(task);
  } else if (MessageChannel !== undefined) {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.onmessage = null;
      task();
    };
    channel.port2.postMessage(null);
  } else queueMicrotask(task);
}

/** Resolves when all promises that can settle now have settled. */
export function tasksDone(): Promise<void> {
  return new Promise(nextTask);
}
