import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { settle } from '../../../tests/support/wire-peer.ts';
import { createMemoryTransport, type MemoryPeer } from './memory-transport.ts';
import type { Socket } from './transport.ts';

function pair(maxFrameBytes = 100): { log: string[]; peer: () => MemoryPeer; socket: Socket } {
  const log: string[] = [];
  let accepted: MemoryPeer | undefined;
  const transport = createMemoryTransport((peer) => {
    accepted = peer;
    peer.onFrame = (frame) => log.push(`server got ${frame}`);
    peer.onClose = ({ code }) => log.push(`server closed ${code}`);
  });
  const socket = transport.open(
    { url: 'ws://memory', headers: {}, maxFrameBytes },
    {
      opened: () => log.push('opened'),
      frame: (data) => log.push(`client got ${data}`),
      alive: () => log.push('alive'),
      closed: ({ code, httpStatus }) => log.push(`client closed ${httpStatus ?? code}`),
    },
  );
  const peer = (): MemoryPeer => {
    if (accepted === undefined) throw new Error('not accepted yet');
    return accepted;
  };
  return { log, peer, socket };
}

describe('the in-memory transport', () => {
  test('keeps the order of frames both ways, and reports its end once to each side', async (context) => {
    verifies(context, 'wire:memory-transport');
    const { log, peer, socket } = pair();
    await settle();
    socket.send('1');
    peer().send('2');
    socket.send(new TextEncoder().encode('3'));
    peer().send('4');
    peer().close(1011, 'why');
    peer().send('never');
    socket.send('never');
    socket.terminate();
    await settle();
    expect(log).toEqual([
      'opened',
      'server got 1',
      'client got 2',
      'server got 3',
      'client got 4',
      'client closed 1011',
      'server closed 1011',
    ]);
  });

  test('resets with 1006, refuses with a status, and closes an oversized frame with 1009', async () => {
    const outcomes: string[] = [];
    for (const end of ['reset', 'refuse', 'oversize'] as const) {
      const { log, peer } = pair(3);
      await settle();
      if (end === 'reset') peer().reset();
      else if (end === 'refuse') peer().refuse(403);
      else peer().send('1234');
      await settle();
      outcomes.push(log[1] ?? '');
    }
    expect(outcomes).toEqual(['client closed 1006', 'client closed 403', 'client closed 1009']);
  });
});
