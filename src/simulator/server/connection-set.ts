/** All connections of a simulator, sockets and in-memory ones alike. */
import { Connection, type UpgradeRequest } from '../session/connection.ts';
import type { Line } from '../session/line.ts';
import { type SessionView, viewOf } from '../session/session-view.ts';
import type { World } from '../world.ts';

/** More closed connections than this are forgotten, oldest first. */
const MAX_CLOSED = 100;

/** Makes connections and remembers them. */
export class ConnectionSet {
  readonly #world: World;
  #connections: { readonly connection: Connection; readonly view: SessionView }[] = [];
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Views, oldest first: every open connection and the last hundred closed ones. */
  get views(): readonly SessionView[] {
    this.#forgetClosed();
    return this.#connections.map(({ view }) => view);
  }

  /** The HTTP status that answers the next upgrade, when a fault refuses it; it counts as a connection. */
  refuseUpgrade(): number | undefined {
    const number = this.#count + 1;
    for (const fault of this.#world.options.faults.always ?? []) {
      if (fault.type !== 'refusedUpgrade' || (fault.connection ?? number) !== number) continue;
      this.#count++;
      return fault.status;
    }
    return undefined;
  }

  /** A new connection on a line; the caller says when it is open. */
  create(request: UpgradeRequest, line: Line): Connection {
    this.#count++;
    this.#forgetClosed();
    const connection = new Connection({
      world: this.#world,
      request,
      line,
      number: this.#count,
      openSessions: () => this.#connections.filter(({ view }) => view.phase === 'active').length,
    });
    this.#connections.push({ connection, view: viewOf(connection) });
    return connection;
  }

  /** Ends every connection as a server that goes away does. */
  closeAll(): void {
    for (const { connection } of this.#connections) {
      if (connection.state.phase !== 'closed') connection.line.close(1001, 'The simulator is closing.');
    }
  }

  #forgetClosed(): void {
    const closed = this.#connections.filter(({ view }) => view.phase === 'closed');
    if (closed.length <= MAX_CLOSED) return;
    const forgotten = new Set(closed.slice(0, -MAX_CLOSED));
    this.#connections = this.#connections.filter((entry) => !forgotten.has(entry));
  }
}
