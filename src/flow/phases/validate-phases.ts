/** Everything that can be known to be wrong with phases before a call begins. */
import { didYouMean } from '../closest-name.ts';
import type { DefinitionProblem } from '../definition-problem.ts';
import { DEFAULT_ESCALATE_AFTER, DEFAULT_NUDGE_AFTER } from './needs-repair.ts';
import type { PhaseConfig, PhaseDefinition } from './phase.ts';

/** What phases may refer to; what is absent is not checked. */
export interface PhaseSurroundings {
  /** Names of the registered tools. */
  readonly tools?: readonly string[];
  /** Every state key that something may write; a schema of the application's state knows them. */
  readonly stateKeys?: readonly string[];
}

type Report = (path: string, message: string) => void;

/**
 * All problems, in the order of the definition; none means that the phases can run. A `requires` key that no
 * preparation produces is a problem only when `stateKeys` is given and lacks it: otherwise the talk may fill it.
 */
export function validatePhases(
  config: PhaseConfig,
  surroundings: PhaseSurroundings = {},
): readonly DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  const { phases } = config;
  if (!Array.isArray(phases) || phases.length === 0) {
    report('phases', 'There is no phase: define at least one, or leave phases out.');
    return problems;
  }
  const broken = phases.flatMap((phase, index) => shapeProblems(phase, `phases[${index}]`));
  // What follows reads the fields as what they should be.
  if (broken.length > 0) return broken;
  const names = new Set(phases.map(({ name }) => name));
  checkNames(phases, report);
  if (config.initial === undefined) {
    report('initial', 'Say which phase the conversation begins in.');
  } else if (!names.has(config.initial)) {
    const hint = didYouMean(String(config.initial), names);
    report('initial', `The initial phase "${config.initial}" does not exist.${hint}`);
  }
  for (const phase of phases) {
    const path = `phases.${phase.name}`;
    checkFunctions(phase, path, report);
    checkTransitions(phase, path, names, report);
    checkTools(phase, path, surroundings, report);
    checkKeys(phase, path, surroundings, report);
  }
  checkReach(config, report);
  checkRepair(config, report);
  return problems;
}

function checkNames(phases: readonly PhaseDefinition[], report: Report): void {
  const seen = new Set<string>();
  phases.forEach(({ name }, index) => {
    if (typeof name !== 'string' || name.trim() === '') {
      report(`phases[${index}].name`, 'A phase needs a name.');
    } else if (seen.has(name)) {
      report(`phases[${index}].name`, `There are two phases named "${name}": rename one.`);
    }
    seen.add(name);
  });
}

/** What the compiler tells those who use it. */
function shapeProblems(phase: unknown, path: string): readonly DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  if (!isRecord(phase)) return [{ path, message: 'A phase must be an object.' }];
  for (const field of ['tools', 'needs', 'requires', 'presents', 'clearOnEnter']) {
    const list = phase[field] ?? [];
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) continue;
    problems.push({ path: `${path}.${field}`, message: 'It must be a list of strings.' });
  }
  for (const field of ['transitions', 'modifiers', 'preparations']) {
    const list = phase[field] ?? [];
    if (Array.isArray(list) && list.every(isRecord)) continue;
    problems.push({ path: `${path}.${field}`, message: 'It must be a list of objects.' });
  }
  return problems;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function checkFunctions(phase: PhaseDefinition, path: string, report: Report): void {
  for (const field of ['instruction', 'enterPrompt'] as const) {
    const text: unknown = phase[field];
    if (text !== undefined && typeof text !== 'string' && typeof text !== 'function') {
      report(`${path}.${field}`, 'It must be a string, or a function of the state that returns one.');
    }
  }
  if (phase.guard !== undefined && typeof phase.guard !== 'function') {
    report(`${path}.guard`, 'It must be a function of the state.');
  }
  phase.transitions?.forEach(({ when }, index) => {
    if (typeof when !== 'function') {
      report(`${path}.transitions[${index}].when`, 'It must be a function of the state.');
    }
  });
}

function checkTransitions(
  phase: PhaseDefinition,
  path: string,
  names: ReadonlySet<string>,
  report: Report,
): void {
  const { transitions = [] } = phase;
  if (phase.terminal === true && transitions.length > 0) {
    report(
      `${path}.transitions`,
      `"${phase.name}" is terminal: nothing leads out of it. Remove one of the two.`,
    );
  }
  transitions.forEach(({ to }, index) => {
    if (names.has(to)) return;
    report(
      `${path}.transitions[${index}].to`,
      `The phase "${to}" does not exist.${didYouMean(String(to), names)}`,
    );
  });
}

function checkTools(
  phase: PhaseDefinition,
  path: string,
  surroundings: PhaseSurroundings,
  report: Report,
): void {
  const registered = surroundings.tools;
  if (registered === undefined) return;
  phase.tools?.forEach((tool, index) => {
    if (registered.includes(tool)) return;
    report(`${path}.tools[${index}]`, `The tool "${tool}" is not registered.${didYouMean(tool, registered)}`);
  });
}

function checkKeys(
  phase: PhaseDefinition,
  path: string,
  surroundings: PhaseSurroundings,
  report: Report,
): void {
  const { requires = [], needs = [], preparations = [] } = phase;
  const produced = new Set(preparations.flatMap(({ produces }) => produces ?? []));
  const seen = new Set<string>();
  preparations.forEach(({ name, produces }, index) => {
    const where = `${path}.preparations[${index}]`;
    if (seen.has(name)) report(`${where}.name`, `"${phase.name}" has two preparations named "${name}".`);
    seen.add(name);
    if (produces?.some((key) => requires.includes(key))) return;
    report(
      `${where}.produces`,
      `"${name}" would never run: "${phase.name}" requires nothing that it produces.`,
    );
  });
  const known = surroundings.stateKeys;
  if (known === undefined) return;
  for (const [field, keys] of [
    ['requires', requires],
    ['needs', needs],
  ] as const) {
    keys.forEach((key, index) => {
      if (known.includes(key) || produced.has(key)) return;
      report(`${path}.${field}[${index}]`, `Nothing produces "${key}".${didYouMean(key, known)}`);
    });
  }
}

function checkReach(config: PhaseConfig, report: Report): void {
  const byName = new Map(config.phases.map((phase) => [phase.name, phase]));
  const entries = config.phases.filter(({ external }) => external === true).map(({ name }) => name);
  const reached = new Set<string>();
  const open = [config.initial, ...entries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const { to } of byName.get(name)?.transitions ?? []) open.push(to);
  }
  if (!byName.has(config.initial)) return;
  for (const { name } of config.phases) {
    if (reached.has(name)) continue;
    report(`phases.${name}`, `No transition leads to "${name}": add one, or set external if goTo enters it.`);
  }
}

function checkRepair({ repair }: PhaseConfig, report: Report): void {
  if (repair === undefined) return;
  const { nudgeAfter = DEFAULT_NUDGE_AFTER, escalateAfter = DEFAULT_ESCALATE_AFTER } = repair;
  for (const [field, turns] of [
    ['nudgeAfter', nudgeAfter],
    ['escalateAfter', escalateAfter],
  ] as const) {
    if (!Number.isInteger(turns) || turns < 1) report(`repair.${field}`, 'It counts turns: 1 or more.');
  }
  if (escalateAfter < nudgeAfter) {
    report('repair.escalateAfter', `It is ${escalateAfter}, below nudgeAfter, which is ${nudgeAfter}.`);
  }
}
