/** Reads a script from JSON; every error says where it is and what to write instead. */
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import type { BrainAction } from '../brain/brain.ts';
import type { Script, ScriptRule, ScriptStep } from './script.ts';
import { ScriptError } from './script-error.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAX_STEPS = 10_000;
const ACTIONS = ['says', 'calls', 'thinks', 'waits', 'sends'];
const STEPS = ['hears', ...ACTIONS];
const EXAMPLE = '{"steps": [{"hears": "Hello"}, {"says": "Good evening!"}]}';

/**
 * Reads a script: JSON text, or a value that was JSON. The form is
 * `{"name"?, "steps"?: […], "rules"?: […], "otherwise"?: "…" | […]}`, or the list of steps alone. A step has one of
 * `hears`, `says`, `calls` (with `args`), `thinks`, `waits` (milliseconds), `sends` (a raw server message). A rule has
 * `when` (a pattern, any case) or `whenResult` (a function's name), and one action or `does` with a list of them.
 *
 * @throws ScriptError `scriptInvalid`.
 */
export function parseScript(source: unknown): Script {
  const json = typeof source === 'string' ? parseText(source) : source;
  const file = Array.isArray(json) ? { steps: json } : json;
  if (!isFields(file))
    throw new ScriptError('', `A script is a JSON object or a list of steps, like ${EXAMPLE}`);
  rejectUnknown(file, ['name', 'steps', 'rules', 'otherwise'], '');
  const steps = list(file.steps ?? [], 'steps').map((step, i) => parseStep(step, `steps[${i}]`));
  if (steps.length > MAX_STEPS) throw new ScriptError('steps', `more than ${MAX_STEPS} steps`);
  const rules = list(file.rules ?? [], 'rules').map((rule, i) => parseRule(rule, `rules[${i}]`));
  if (steps.length === 0 && rules.length === 0) {
    throw new ScriptError('', `The script does nothing: give it "steps" or "rules", like ${EXAMPLE}`);
  }
  return {
    name: file.name === undefined ? undefined : text(file.name, 'name'),
    steps,
    rules,
    otherwise: parseOtherwise(file.otherwise),
  };
}

function parseText(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScriptError('', `The script is not JSON: ${reason}`, { cause });
  }
}

function parseOtherwise(json: unknown): readonly BrainAction[] {
  if (json === undefined) return [{ type: 'says', text: 'I have nothing more to say.' }];
  if (typeof json === 'string') return [{ type: 'says', text: json }];
  return list(json, 'otherwise').map((step, i) => parseAction(step, `otherwise[${i}]`));
}

function parseStep(json: unknown, path: string): ScriptStep {
  const fields = oneOf(json, STEPS, path);
  if (!('hears' in fields)) return parseAction(json, path);
  rejectUnknown(fields, ['hears'], path);
  if (fields.hears === null || fields.hears === '*') return { type: 'hears', text: undefined };
  return { type: 'hears', text: text(fields.hears, `${path}.hears`) };
}

function parseAction(json: unknown, path: string): BrainAction {
  const fields = oneOf(json, ACTIONS, path);
  if ('calls' in fields) {
    rejectUnknown(fields, ['calls', 'args'], path);
    const name = text(fields.calls, `${path}.calls`);
    if (fields.args === undefined) return { type: 'calls', name };
    if (isFields(fields.args)) return { type: 'calls', name, args: fields.args };
    throw new ScriptError(`${path}.args`, 'must be an object, like {"day": "friday"}');
  }
  rejectUnknown(fields, ACTIONS, path);
  if ('says' in fields) return { type: 'says', text: text(fields.says, `${path}.says`) };
  if ('thinks' in fields) return { type: 'thinks', text: text(fields.thinks, `${path}.thinks`) };
  if ('waits' in fields) return { type: 'waits', delayMs: milliseconds(fields.waits, `${path}.waits`) };
  if (!isFields(fields.sends)) {
    throw new ScriptError(`${path}.sends`, 'must be a server message, like {"goAway": {"timeLeft": "50s"}}');
  }
  // Sent as it stands, for shapes nothing else makes: whether it is a real message is the author's business.
  return { type: 'sends', message: fields.sends as ServerMessage };
}

function parseRule(json: unknown, path: string): ScriptRule {
  if (!isFields(json))
    throw new ScriptError(path, 'must be an object, like {"when": "weather", "says": "Sunny."}');
  const { when, whenResult, does, ...action } = json;
  if ((when === undefined) === (whenResult === undefined)) {
    throw new ScriptError(path, 'needs either "when" (a pattern) or "whenResult" (the name of a function)');
  }
  const actions =
    does === undefined
      ? [parseAction(action, path)]
      : list(does, `${path}.does`).map((step, i) => parseAction(step, `${path}.does[${i}]`));
  if (does !== undefined) rejectUnknown(json, ['when', 'whenResult', 'does'], path);
  const condition =
    when === undefined
      ? { result: text(whenResult, `${path}.whenResult`) }
      : { words: pattern(when, `${path}.when`) };
  return { when: condition, does: actions };
}

function pattern(json: unknown, path: string): RegExp {
  try {
    return new RegExp(text(json, path), 'i');
  } catch (cause) {
    if (cause instanceof ScriptError) throw cause;
    throw new ScriptError(
      path,
      'is not a regular expression; write plain words, or escape ( ) [ ] + * ? with \\\\',
      {
        cause,
      },
    );
  }
}

/** The fields of a step that has exactly one of the keys. */
function oneOf(json: unknown, keys: readonly string[], path: string): Fields {
  if (!isFields(json)) {
    throw new ScriptError(
      path,
      `must be an object with one of ${keys.join(', ')}, like {"says": "Good evening!"}`,
    );
  }
  const found = keys.filter((key) => key in json);
  if (found.length === 1) return json;
  if (found.length > 1)
    throw new ScriptError(path, `has both "${found[0]}" and "${found[1]}": make it two steps`);
  rejectUnknown(json, keys, path);
  throw new ScriptError(path, `needs one of ${keys.join(', ')}`);
}

function rejectUnknown(json: Fields, known: readonly string[], path: string): void {
  const unknown = Object.keys(json).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const close = known.find((key) => key.startsWith(unknown.slice(0, 3).toLowerCase()));
  const hint = close === undefined ? `known keys are ${known.join(', ')}` : `did you mean "${close}"?`;
  throw new ScriptError(path, `unknown key "${unknown.slice(0, 40)}"; ${hint}`);
}

function list(json: unknown, path: string): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw new ScriptError(path, 'must be a list: [ … ]');
}

function text(json: unknown, path: string): string {
  if (typeof json === 'string' && json.trim() !== '') return json;
  throw new ScriptError(path, 'must be a text that is not empty');
}

function milliseconds(json: unknown, path: string): number {
  if (typeof json === 'number' && json >= 0 && json <= 3_600_000) return json;
  throw new ScriptError(path, 'must be milliseconds, from 0 to 3600000, such as 500');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
