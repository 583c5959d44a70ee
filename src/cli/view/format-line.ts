/** A line of a conversation as text. */
import { printable } from '../shell/printable.ts';
import type { ConversationLine } from '../talk/conversation-log.ts';
import type { Paint } from './paint.ts';
import { seconds } from './talk-view.ts';

/** One line, without its break. */
export function formatLine(line: ConversationLine, paint: Paint): string {
  switch (line.who) {
    case 'user':
      return `${paint('cyan', 'you   ')} ${printable(line.text)}`;
    case 'agent':
      return `${paint('green', 'agent ')} ${printable(line.text)}${line.cut ? paint('red', ' — cut off by the user') : ''}`;
    case 'tool':
      return `${paint('magenta', 'tool  ')} ${printable(line.text)}`;
    case 'latency':
      return paint('dim', `       answered ${seconds(line.latencyMs)} after the last word`);
    case 'session':
      return paint('yellow', `       ${printable(line.text)}`);
  }
}
