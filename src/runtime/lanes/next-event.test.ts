import { describe, expect, test } from 'vitest';
import { liveHub } from './live-hub.ts';
import { nextEvent } from './next-event.ts';

describe('Waiting for one event', () => {
  test('it is the first of its type from the call on', async () => {
    const hub = liveHub();
    const early = nextEvent(hub, 'textDelta');
    hub.publish({ type: 'turnComplete' }, 0, 0);
    hub.publish({ type: 'textDelta', text: 'one' }, 0, 0);
    hub.publish({ type: 'textDelta', text: 'two' }, 0, 0);
    expect((await early).text).toBe('one');
    const late = nextEvent(hub, 'textDelta');
    hub.publish({ type: 'textDelta', text: 'three' }, 0, 0);
    expect((await late).text).toBe('three');
  });

  test('the end of the session rejects who waits, and who asks after it; the end itself can be waited for', async () => {
    const hub = liveHub();
    const turn = nextEvent(hub, 'turnComplete');
    const end = nextEvent(hub, 'disconnected');
    hub.publish({ type: 'disconnected' }, 0, 0);
    await expect(end).resolves.toMatchObject({ type: 'disconnected' });
    await expect(turn).rejects.toMatchObject({ code: 'sessionEnded' });
    await new Promise((resolve) => setImmediate(resolve));
    await expect(nextEvent(hub, 'turnComplete')).rejects.toMatchObject({ code: 'sessionEnded' });
  });

  test('a signal ends the wait', async () => {
    const hub = liveHub();
    const abort = new AbortController();
    const turn = nextEvent(hub, 'turnComplete', { signal: abort.signal });
    abort.abort();
    await expect(turn).rejects.toMatchObject({ code: 'aborted' });
    await expect(nextEvent(hub, 'turnComplete', { signal: abort.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
