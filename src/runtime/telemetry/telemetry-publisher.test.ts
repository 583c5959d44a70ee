import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/index.ts';
import type { LiveEventBody } from '../live-event.ts';
import { SessionTelemetry } from './session-telemetry.ts';
import { TelemetryPublisher } from './telemetry-publisher.ts';

function setup(intervalMs: number, onEvent?: () => void) {
  const clock = new ManualClock();
  const events: LiveEventBody[] = [];
  const emit = (event: LiveEventBody) => {
    events.push(event);
    onEvent?.();
  };
  const publisher = new TelemetryPublisher({ clock, emit }, new SessionTelemetry(clock), intervalMs);
  return { clock, events, publisher };
}

test('A publisher publishes once an interval, first after one, for as long as it runs', (context) => {
  verifies(context, 'telemetry:publisher');
  const { clock, events, publisher } = setup(1000);
  clock.advance(999);
  expect(events).toEqual([]);
  clock.advance(3_600_000);
  expect(events).toHaveLength(3600);
  expect(events[59]).toMatchObject({ type: 'telemetry', snapshot: { uptimeSecs: 60 } });
  publisher.stop();
  clock.advance(10_000);
  expect(events).toHaveLength(3600);
  expect(clock.pending).toBe(0);
});

test('A publisher publishes at most every 100 ms', (context) => {
  verifies(context, 'telemetry:publisher');
  const { clock, events } = setup(1);
  clock.advance(1000);
  expect(events).toHaveLength(10);
});

test('A publisher that is stopped by who listens stops', () => {
  const { clock, events, publisher } = setup(100, () => publisher.stop());
  clock.advance(1000);
  expect(events).toHaveLength(1);
  expect(clock.pending).toBe(0);
});
