/** What stands below a conversation: how loud it is, and how things are. */
import { cellsOf, headInCells } from '../shell/printable.ts';
import { meter } from './meter.ts';
import type { Paint } from './paint.ts';
import { seconds } from './seconds.ts';
import type { TalkStatus } from './talk-view.ts';

const WIDEST_METER = 28;

/** Both level meters. */
export function meterLine({ micDbfs, agentDbfs }: TalkStatus, width: number, paint: Paint): string {
  const cells = Math.max(4, Math.min(WIDEST_METER, Math.floor((width - 18) / 2)));
  const bar = (dbfs: number): string =>
    `${paint('dim', '▕')}${paint(dbfs > -3 ? 'red' : 'green', meter(dbfs, cells))}${paint('dim', '▏')}`;
  return `mic ${bar(micDbfs)}  agent ${bar(agentDbfs)}`;
}

/** Phase of the session, time, what is under way and the newest latency. */
export function stateLine(status: TalkStatus, stage: string, width: number, paint: Paint): string {
  const { phase, elapsedMs, latenciesMs, sending } = status;
  const clock = `${Math.floor(elapsedMs / 60_000)}:${String(Math.floor(elapsedMs / 1000) % 60).padStart(2, '0')}`;
  const latest = latenciesMs.at(-1);
  const parts = [`● ${phase}`, clock, stage];
  if (sending !== undefined && sending.positionMs > 0) {
    parts.push(`${seconds(sending.positionMs)} of ${seconds(sending.durationMs)}`);
  }
  if (latest !== undefined) parts.push(`answered in ${seconds(latest)}`);
  return paint('dim', headInCells(parts.filter((part) => part !== '').join(' · '), width));
}

/** The phases of an agent on the way, the present one in bold; alone where there is no room. */
export function placeLine(phases: readonly string[], place: string, width: number, paint: Paint): string {
  const way = phases.join(' ▸ ');
  if (cellsOf(way) > width) return paint('bold', headInCells(place, width));
  const at = phases.indexOf(place);
  return phases
    .map((phase, index) => {
      if (index === at) return paint('bold', paint('blue', phase));
      return index < at ? paint('blue', phase) : paint('dim', phase);
    })
    .join(paint('dim', ' ▸ '));
}
