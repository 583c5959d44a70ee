/** What `state.redact()` marks after it was written, and when the mark itself is. */
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import { openSeal } from '../../persist/session-rig.ts';
import { kept } from './kept-call.ts';

describe('A value that is marked after it was set', () => {
  test('stayed in the store, in the last snapshot too: it is masked, and problems tell of it', async () => {
    const store = new MemoryStore();
    const call = await kept({ store });
    call.handle.state().set('user:pin', '987654');
    call.handle.state().set('plain', 'stays');
    await call.handle.saved();
    call.handle.state().redact('pin');
    await call.handle.saved();
    expect(JSON.stringify(await store.load('one'))).not.toContain('987654');
    await call.handle.disconnect();
    expect(JSON.stringify(await store.load('one'))).not.toContain('987654');
    const again = await kept({ store });
    expect(again.handle.restored?.problems).toMatchObject([{ code: 'masked', where: 'state.user:pin' }]);
    expect(again.handle.state().get('plain')).toBe('stays');
  });

  test('is sealed where there is a seal', async () => {
    const store = new MemoryStore();
    const call = await kept({ store, seal: openSeal });
    call.handle.state().set('user:pin', '987654');
    call.handle.state().redact('pin');
    await call.handle.saved();
    expect(JSON.stringify(await store.load('one'))).not.toContain('987654');
    const again = await kept({ store, seal: openSeal });
    expect(again.handle.state().get('user:pin')).toBe('987654');
  });
});

test('A mark was not written until the next input: it is with saved(), and the next process has it', async () => {
  const store = new MemoryStore();
  const call = await kept({ store });
  await call.handle.saved();
  call.handle.state().redact('pin');
  await call.handle.saved();
  const again = await kept({ store });
  again.handle.state().set('user:pin', '987654');
  await again.handle.saved();
  expect(JSON.stringify(await store.load('one'))).not.toContain('987654');
});
