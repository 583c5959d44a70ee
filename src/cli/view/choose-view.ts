/** Which view a command gets. */
import type { Clock } from '../../wire/index.ts';
import type { CliConsole } from '../shell/console.ts';
import { createPaint } from './paint.ts';
import { PlainView } from './plain-view.ts';
import type { TalkView } from './talk-view.ts';
import { TerminalView } from './terminal-view.ts';

/** With `json` stdout belongs to the events, and what takes over a second is told on stderr. */
export function chooseView(
  io: CliConsole,
  options: {
    readonly json: boolean;
    readonly clock: Clock;
    /** Of the agent; see {@link TerminalView}. */
    readonly phases?: readonly string[];
  },
): TalkView {
  const { json, clock, phases = [] } = options;
  if (json) {
    const paint = createPaint(false);
    return new PlainView({ output: io.stderr, clock, paint, lines: false, stageAfterMs: 1000 });
  }
  const paint = createPaint(io.color);
  // A dumb terminal cannot move its cursor.
  if (io.stdout.isTty && io.env.TERM !== 'dumb')
    return new TerminalView({ output: io.stdout, paint, phases });
  return new PlainView({ output: io.stdout, clock, paint, lines: true, stageAfterMs: 0 });
}
