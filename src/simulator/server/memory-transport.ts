/** Connections without sockets: a `Transport` whose other end is this simulator, for tests on a manual clock. */
import { createMemoryTransport, type MemoryPeer } from '../../wire/transport/memory-transport.ts';
import type { OpenRequest, Transport } from '../../wire/transport/transport.ts';
import type { ConnectionSet } from './connection-set.ts';
import { serverFrame } from './server-frame.ts';

/** A transport on which this simulator answers. */
export function createSimulatorTransport(connections: ConnectionSet, frames: 'binary' | 'text'): Transport {
  return createMemoryTransport((peer) => answer(peer, connections, frames));
}

function answer(peer: MemoryPeer, connections: ConnectionSet, frames: 'binary' | 'text'): void {
  const refused = connections.refuseUpgrade();
  if (refused !== undefined) return peer.refuse(refused);
  const encoder = new TextEncoder();
  const deliver = (text: string): void => peer.send(frames === 'text' ? text : encoder.encode(text));
  const connection = connections.create(
    { target: targetOf(peer.request.url), headers: lowerCase(peer.request.headers) },
    {
      send: (message) => deliver(serverFrame(message)),
      sendRaw: deliver,
      close: peer.close,
      reset: peer.reset,
    },
  );
  peer.onFrame = (frame) => connection.receive(frame);
  peer.onClose = ({ code, reason }) => connection.disconnected(code, reason);
  // After the client has heard that it is open, because even a refusal follows an accepted upgrade.
  queueMicrotask(() => connection.opened());
}

/** The request target of a URL, repeated slashes and all. */
function targetOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/';
}

function lowerCase(headers: OpenRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
