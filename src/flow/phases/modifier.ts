/** What colours a phase's instruction from the state, turn by turn (spec: control §4). */
import type { Fault } from '../fault.ts';
import { attempt } from '../fault.ts';
import type { StateReader } from '../state-reader.ts';
import { type ContextSection, renderSections } from './context-section.ts';
import { displayKey, displayValue } from './display.ts';

export type Modifier<Reader extends StateReader = StateReader> =
  | { readonly type: 'state'; readonly keys: readonly string[] }
  | {
      readonly type: 'when';
      readonly condition: (state: Reader) => boolean;
      readonly text: string;
    }
  | { readonly type: 'custom'; readonly line: (state: Reader) => string }
  | { readonly type: 'context'; readonly sections: readonly ContextSection[] }
  | { readonly type: 'navigation' };

/** These values, in one bracketed line; absent ones are left out. */
export function withState(...keys: readonly string[]): Modifier {
  return { type: 'state', keys };
}

/** `text` while `condition` holds. */
export function when<Reader extends StateReader = StateReader>(
  condition: (state: Reader) => boolean,
  text: string,
): Modifier<Reader> {
  return { type: 'when', condition, text };
}

/** A line of your own; an empty one is left out. */
export function withContext<Reader extends StateReader = StateReader>(
  line: (state: Reader) => string,
): Modifier<Reader> {
  return { type: 'custom', line };
}

/** Named sections of values, and a line of what is still to gather. Empty fields and sections are left out. */
export function withSections(...sections: readonly ContextSection[]): Modifier {
  return { type: 'context', sections };
}

/** Where the conversation is, was and can go. */
export function withNavigation(): Modifier {
  return { type: 'navigation' };
}

/** What a modifier may look at. */
export interface ModifierView {
  readonly state: StateReader;
  /** The needs of the phase that have no value. */
  readonly missing: readonly string[];
  readonly navigation: () => string;
}

/** The line of one modifier; empty when it has nothing to say. */
export function renderModifier(
  modifier: Modifier,
  view: ModifierView,
  where: string,
  faults: Fault[],
): string {
  const { state } = view;
  switch (modifier.type) {
    case 'state': {
      const pairs = modifier.keys.flatMap((key) => {
        const text = displayValue(state.get(key));
        return text === '' ? [] : [`${displayKey(key)}: ${text}`];
      });
      return pairs.length === 0 ? '' : `[${pairs.join(', ')}]`;
    }
    case 'when':
      return attempt(() => modifier.condition(state), false, where, faults) ? modifier.text : '';
    case 'custom':
      return String(attempt(() => modifier.line(state), '', where, faults) ?? '');
    case 'context':
      return renderSections(modifier.sections, state, view.missing, where, faults);
    case 'navigation':
      return view.navigation();
  }
}
