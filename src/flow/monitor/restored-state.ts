/** Where a conversation was, as it came from a store: nothing of it is believed before it was looked at. */
import type { CompiledFlow, CompiledLayer } from '../compile/compiled-flow.ts';
import type { DecisionAnswer } from '../guard/guard.ts';
import { checkShape } from '../shape/check-shape.ts';
import { pathTo } from '../shape/path-to.ts';
import type { JsonValue } from '../state-reader.ts';
import type { FlowState, LayerState, OpenCall, RepairCount } from './flow-state.ts';
import { digressionNamed } from './layers.ts';

export interface RestoredState {
  /** Undefined where there is nothing to go on with: the conversation begins. */
  readonly state: FlowState | undefined;
  /** What was left out or put right, each with its place: `main.done[2]: there is no such step`. */
  readonly faults: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;
type Tell = (at: string, what: string) => undefined;

/** Takes what fits the flow, and what is needed from its beginning. Never throws, whatever the value is. */
export function restoredState(flow: CompiledFlow, value: unknown): RestoredState {
  const faults: string[] = [];
  const tell: Tell = (at, what) => void faults.push(`${at === '' ? 'state' : at}: ${what}`);
  try {
    return { state: stateOf(flow, value, tell), faults };
  } catch {
    // A proxy, or a getter.
    return { state: undefined, faults: ['state: it cannot be read'] };
  }
}

function stateOf(flow: CompiledFlow, value: unknown, tell: Tell): FlowState | undefined {
  if (!isRecord(value)) return tell('', 'it must be an object');
  const of = (field: string): unknown => {
    if (Object.hasOwn(value, field)) return value[field];
    return tell(field, 'it is missing');
  };
  const digressions = entries(of('digressions'), 'digressions', tell, (marking, at, _tell, name) => {
    const known = digressionNamed(flow, name);
    return known === undefined
      ? tell(at, 'there is no such digression')
      : layerState(known.layer, marking, at, tell);
  });
  const isUnderWay = (name: string): boolean => digressionNamed(flow, name) !== undefined;
  const given = of('path');
  const path = names(given, 'path', tell, isUnderWay, 'digression');
  const isWhole = Array.isArray(given) && path.length === given.length && path.length > 0;
  const isStep = (name: string): boolean => flow.main.steps.some(({ id }) => id === name);
  return {
    main: layerState(flow.main, of('main'), 'main', tell),
    digressions,
    path,
    closing: flag(of('closing'), 'closing', tell) && isWhole,
    terminated: flag(of('terminated'), 'terminated', tell),
    turns: count(of('turns'), 'turns', tell) ?? 0,
    slots: entries(of('slots'), 'slots', tell, json),
    corrected: entries(of('corrected'), 'corrected', tell, flag),
    repair: entries(of('repair'), 'repair', tell, (one, at, _tell, step) =>
      isStep(step) ? repairCount(one, at, tell) : tell(at, 'there is no such step'),
    ),
    open: entries(of('open'), 'open', tell, (one, at) => openCall(one, at, tell, isUnderWay)),
    answers: entries(of('answers'), 'answers', tell, answer),
    // Of the turn that was under way: without it nothing counts as asked for, until the user speaks again.
    asking: entries(own(value, 'asking'), 'asking', tell, values),
  };
}

function layerState(layer: CompiledLayer, value: unknown, at: string, tell: Tell): LayerState {
  const fields: Fields = isRecord(value) ? value : {};
  if (!isRecord(value)) tell(at, 'it must be an object');
  const isStep = (name: string): boolean => layer.steps.some(({ id }) => id === name);
  const steps = (field: string, isAllowed = isStep): readonly string[] =>
    names(own(fields, field), `${at}.${field}`, tell, isAllowed, 'step');
  const done = steps('done');
  const held = own(fields, 'resetsHeld');
  const isHeld = Array.isArray(held) && held.length === layer.resets.length && held.every(isFlag);
  if (!isHeld) tell(`${at}.resetsHeld`, 'it must be true or false for each reset');
  return {
    done,
    active: steps('active', (name) => isStep(name) && !done.includes(name)),
    entered: steps('entered'),
    calls: entries(own(fields, 'calls'), `${at}.calls`, tell, count),
    resetsHeld: isHeld ? held.filter(isFlag) : layer.resets.map(() => false),
    agreed: entries(own(fields, 'agreed'), `${at}.agreed`, tell, text),
  };
}

function repairCount(value: unknown, at: string, tell: Tell): RepairCount | undefined {
  if (!isRecord(value)) return tell(at, 'it must be an object');
  const [turns, interruptions, toolFailures] = ['turns', 'interruptions', 'toolFailures'].map(
    (field) => count(own(value, field), `${at}.${field}`, tell) ?? 0,
  );
  return {
    turns: turns ?? 0,
    interruptions: interruptions ?? 0,
    toolFailures: toolFailures ?? 0,
    ...(own(value, 'fresh') === true && { fresh: true }),
  };
}

function openCall(
  value: unknown,
  at: string,
  tell: Tell,
  isDigression: (name: string) => boolean,
): OpenCall | undefined {
  if (!isRecord(value)) return tell(at, 'it must be an object');
  const tool = text(own(value, 'tool'), `${at}.tool`, tell);
  const layer = text(own(value, 'layer'), `${at}.layer`, tell);
  if (tool === undefined || layer === undefined) return undefined;
  if (layer !== '' && !isDigression(layer)) return tell(`${at}.layer`, 'there is no such digression');
  const violation = own(value, 'violation');
  const isUnknown = own(value, 'isUnknown') === true;
  return {
    tool,
    layer,
    ...(typeof violation === 'string' && { violation }),
    ...(isUnknown && { isUnknown }),
  };
}

const OUTCOMES: readonly DecisionAnswer['outcome'][] = ['yes', 'no', 'chosen', 'none', 'scored', 'unsure'];

function answer(value: unknown, at: string, tell: Tell): DecisionAnswer | undefined {
  if (!isRecord(value)) return tell(at, 'it must be an object');
  const outcome = OUTCOMES.find((known) => known === own(value, 'outcome'));
  if (outcome === undefined) return tell(`${at}.outcome`, `it must be one of ${OUTCOMES.join(', ')}`);
  const confidence = own(value, 'confidence');
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) {
    return tell(`${at}.confidence`, 'it must be a number from 0 to 1');
  }
  const said = own(value, 'value');
  const isSaid = typeof said === 'string' || (typeof said === 'number' && Number.isFinite(said));
  return { outcome, confidence, ...(isSaid && { value: said }) };
}

function entries<T>(
  value: unknown,
  at: string,
  tell: Tell,
  read: (value: unknown, at: string, tell: Tell, key: string) => T | undefined,
): { readonly [key: string]: T } {
  if (!isRecord(value)) {
    if (value !== undefined) tell(at, 'it must be an object');
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const kept = read(inner, pathTo(at, key), tell, key);
      return kept === undefined ? [] : [[key, kept] as const];
    }),
  );
}

/** Each once, and only those that there are. */
function names(
  value: unknown,
  at: string,
  tell: Tell,
  isKnown: (name: string) => boolean,
  what: string,
): readonly string[] {
  if (!Array.isArray(value)) {
    tell(at, 'it must be a list');
    return [];
  }
  const kept = new Set<string>();
  value.forEach((name: unknown, index) => {
    if (typeof name !== 'string' || !isKnown(name)) tell(`${at}[${index}]`, `there is no such ${what} here`);
    else if (kept.has(name)) tell(`${at}[${index}]`, 'it is there twice');
    else kept.add(name);
  });
  return [...kept];
}

function count(value: unknown, at: string, tell: Tell): number | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  return tell(at, 'it must be a whole number from 0');
}

function flag(value: unknown, at: string, tell: Tell): boolean {
  if (typeof value === 'boolean') return value;
  tell(at, 'it must be true or false');
  return false;
}

function text(value: unknown, at: string, tell: Tell): string | undefined {
  return typeof value === 'string' ? value : tell(at, 'it must be a text');
}

function values(value: unknown, at: string, tell: Tell): readonly JsonValue[] | undefined {
  const found = json(value, at, tell);
  return found === undefined || Array.isArray(found) ? found : tell(at, 'it must be a list');
}

function json(value: unknown, at: string, tell: Tell): JsonValue | undefined {
  const [problem] = checkShape(value, { is: 'json' });
  // It is one: it was just looked at.
  if (problem === undefined) return value as JsonValue;
  return tell(at + (/^(?:\[|$)/.test(problem.path) ? '' : '.') + problem.path, 'it must be a JSON value');
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(fields: Fields, field: string): unknown {
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}
