/** The shapes of snapshots and entries: what is read must have them before it is believed. */
import { amount, anything, type Check, count, flag, list, oneOf, record, shape, text } from './json-shape.ts';
import type { SessionEntryType } from './session-entry.ts';
import { SNAPSHOT_KIND, SNAPSHOT_VERSION } from './session-snapshot.ts';

const moment = shape({ clockMs: amount, epochMs: amount });

const keptState = shape({
  revision: count,
  values: record(anything),
  masked: list(text),
  sealed: record(text),
  marks: list(text),
});

const place = shape({
  name: text,
  enteredAtMs: amount,
  enteredInTurn: amount,
  repair: shape({ turns: count, unfulfilled: list(text) }),
  navigation: text,
});

const trigger = shape(
  { type: oneOf('initial', 'guard', 'goTo') },
  { index: count, description: text, source: text },
);
const visits = list(
  shape({ from: text, to: text, turn: amount, atMs: amount, trigger, durationMs: amount }),
  100,
);

const call = shape(
  {
    callId: text,
    name: text,
    kind: oneOf('read', 'commit'),
    turn: amount,
    running: flag,
    background: flag,
  },
  { args: record(anything), sealed: text, idempotencyKey: text },
);

const turn = shape({
  number: count,
  user: text,
  model: text,
  interrupted: flag,
  tools: list(shape({ name: text, summary: text })),
});

const resume = shape({}, { handle: text, sealed: text, turn: count, calls: list(text) });

const answer = shape({ callId: text, name: text, summary: text });

const layer = shape({
  done: list(text),
  active: list(text),
  entered: list(text),
  calls: record(count),
  resetsHeld: list(flag),
  agreed: record(text),
});

const flowFields: Readonly<Record<string, Check>> = {
  main: layer,
  digressions: record(layer),
  path: list(text),
  closing: flag,
  terminated: flag,
  turns: count,
  slots: record(anything),
  corrected: record(flag),
  repair: record(shape({ turns: count, interruptions: count, toolFailures: count }, { fresh: oneOf(true) })),
  open: record(shape({ tool: text, layer: text }, { violation: text })),
  answers: record(anything),
};

/** What states of a flow have that were written by an earlier version without it. */
const laterFlowFields: Readonly<Record<string, Check>> = { asking: record(list(anything)) };

/** What must be right before anything else is looked at. */
export const SNAPSHOT_LABEL: { readonly kind: typeof SNAPSHOT_KIND; readonly version: number } = {
  kind: SNAPSHOT_KIND,
  version: SNAPSHOT_VERSION,
};

export const snapshotShape: Check = shape(
  {
    seq: count,
    saved: moment,
    turn: count,
    state: keptState,
    visits,
    tools: shape({ open: list(call), known: list(text), once: list(text) }, { answered: list(answer) }),
    turns: list(turn),
  },
  { conversation: text, opened: oneOf(true), phase: place, flow: shape(flowFields, laterFlowFields), resume },
);

export const entryShapes: Readonly<Record<SessionEntryType, Check>> = {
  begun: shape({ at: moment, revision: count }, { conversation: text }),
  state: shape({ revision: count, key: text }, { value: anything, sealed: text, masked: oneOf(true) }),
  marks: shape(
    { keys: list(text) },
    {
      state: list(shape({ key: text }, { value: anything, sealed: text, masked: oneOf(true) })),
      open: list(call),
    },
  ),
  flow: shape({ changes: shape({}, { ...flowFields, ...laterFlowFields }) }),
  phase: shape({ place, visits }),
  toolStarted: shape({ call }),
  toolRunning: shape({ callId: text }, { idempotencyKey: text }),
  toolEnded: shape({ callId: text }, { summary: text }),
  once: shape({ tool: text, spent: flag }),
  opened: shape({}),
  turn: shape({ turn, at: moment }),
  resume: shape({ resume }),
};
