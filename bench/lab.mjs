/** What every scenario measures in: one server for all, and a fresh client process for each measurement. */
import { Child } from './children.mjs';
import { sleep } from './clock.mjs';
import { OtherLoad } from './other-load.mjs';

export class Lab {
  #server = new Child('./server.mjs');
  #url;
  #otherLoad = new OtherLoad();
  #clientFlags;

  /** @param youngMib fixes the size of V8's young generation in every client, for all peers alike. */
  constructor({ youngMib }) {
    const young = [`--min-semi-space-size=${youngMib}`, `--max-semi-space-size=${youngMib}`];
    this.#clientFlags = youngMib === undefined ? ['--expose-gc'] : ['--expose-gc', ...young];
  }

  /** What others used of the machine in each window, in percent of all cores. */
  get otherPercents() {
    return this.#otherLoad.percents;
  }

  get server() {
    return this.#server;
  }

  /** Runs `measure` with a new client process of a peer, and leaves nothing of it behind. */
  async withClient(peer, measure) {
    this.#url ??= (await this.#server.ask('address')).url;
    const client = new Child('./client.mjs', [peer], this.#clientFlags);
    try {
      return await measure(client, this.#url);
    } finally {
      await client.end();
      await this.#server.ask('reset');
    }
  }

  /** What client and server say about a stretch of time. */
  async window(client, durationMs) {
    await Promise.all([client.ask('start'), this.#server.ask('start')]);
    this.#otherLoad.start();
    await sleep(durationMs);
    const [ofClient, ofServer] = await Promise.all([client.ask('stop'), this.#server.ask('stop')]);
    this.#otherLoad.stop(ofClient.cpuUs + ofServer.cpuUs);
    return { client: ofClient, server: ofServer };
  }

  async end() {
    await this.#server.end();
  }
}
