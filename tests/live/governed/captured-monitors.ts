/** Where flows of live sessions stand inside, which a handle does not show: only tests of agreement want it. */
import { afterAll, beforeAll } from 'vitest';
import { FlowMonitor } from '../../../src/flow/monitor/flow-monitor.ts';

let newest: FlowMonitor | undefined;

/** The monitor that was begun last. For a file that calls {@link captureMonitors}. */
export function newestMonitor(): FlowMonitor {
  if (newest === undefined) throw new Error('no session with a flow was opened');
  return newest;
}

/** Follows the monitors of the sessions of a file. */
export function captureMonitors(): void {
  const { apply } = FlowMonitor.prototype;
  beforeAll(() => {
    FlowMonitor.prototype.apply = function (input, state) {
      if (input.type === 'begin') newest = this;
      return apply.call(this, input, state);
    };
  });
  afterAll(() => {
    FlowMonitor.prototype.apply = apply;
  });
}
