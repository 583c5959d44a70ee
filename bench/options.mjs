/** The command line of the bench. */
import { parseArgs } from 'node:util';

const USAGE = `npm run bench -- [--only ${'downlink,uplink,encode,mic,idle,latency,slow,flow,restore,recording,replay,rotation,duplex'}] [--rounds N] [--quick] [--young-mib N]`;

export function readOptions(scenarioNames) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'young-mib': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { help: USAGE };
  const only = values.only?.split(',') ?? scenarioNames;
  for (const name of only) {
    if (!scenarioNames.includes(name)) throw new Error(`no scenario ${name}. ${USAGE}`);
  }
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number. ${USAGE}`);
  const youngMib = values['young-mib'] === undefined ? undefined : Number(values['young-mib']);
  if (youngMib !== undefined && !(Number.isInteger(youngMib) && youngMib > 0)) {
    throw new Error(`--young-mib takes a whole number. ${USAGE}`);
  }
  return { only, rounds, quick: values.quick, youngMib };
}
