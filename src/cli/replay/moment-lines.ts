import type { Moment } from '../../testing/index.ts';
import { printable } from '../shell/printable.ts';

/** A moment of a call, for people. @param at the entry that was asked for */
export function momentLines({ flow, phase, seq, state, transcript }: Moment, at: number): readonly string[] {
  const since = seq === at ? '' : seq === 0 ? ', as it began' : `, unchanged since entry ${seq}`;
  return [
    `after entry ${at}${since}`,
    `place: ${phase === '' ? 'none' : printable(phase)}`,
    ...(flow === undefined ? [] : [`why: ${printable(JSON.stringify(flow)).slice(0, 2_000)}`]),
    'transcript:',
    ...transcript.flatMap(({ model, number, tools, user }) => [
      ...(user === '' ? [] : [`  ${number} user: ${printable(user)}`]),
      ...tools.map(({ name, summary }) => `  ${number} tool: ${printable(`${name} ${summary}`)}`),
      ...(model === '' ? [] : [`  ${number} model: ${printable(model)}`]),
    ]),
    'state:',
    ...Object.entries(state).map(
      ([key, value]) => `  ${printable(key)} = ${printable(JSON.stringify(value))}`,
    ),
  ];
}
