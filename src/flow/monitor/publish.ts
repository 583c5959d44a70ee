import type { JsonValue } from '../state-reader.ts';
import type { Draft } from './draft.ts';
import type { FlowState } from './flow-state.ts';
import { topLayer } from './layers.ts';

/** Writes where the conversation is under `flow:` keys, as far as that has changed; or all of it. */
export function publish(draft: Draft, before: FlowState, all: boolean): void {
  const { flow, state } = draft;
  if (state === before && !all) return;
  const active = (of: FlowState): readonly string[] =>
    of.terminated ? [] : topLayer(flow, of).marking.active;
  const tell = (key: string, value: JsonValue, old: JsonValue): void => {
    if (all || value !== old) draft.write(`flow:${key}`, value);
  };
  tell('done', state.main.done, before.main.done);
  tell('active', active(state), active(before));
  tell('overlay', state.path, before.path);
  if (state.terminated) tell('terminated', true, before.terminated);
}
