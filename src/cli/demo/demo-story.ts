/** What is told in a demo: who calls, what answers, and how one sees that it went well. */
import type {
  Explanation,
  LiveAgent,
  LiveOptions,
  State,
  ToolMiddleware,
  TurnRecord,
} from '../../live/index.ts';
import type { Brain, DemoBrainOptions } from '../../simulator/index.ts';
import type { Clock } from '../../wire/index.ts';
import type { StateWriter } from '../talk/live-log.ts';

export interface DemoStory {
  /** The caller's recording: a file among the assets, without its ending. */
  readonly speech: string;
  /** Plays the model. */
  readonly makeBrain: (options: DemoBrainOptions) => Brain;
  /** For one call. */
  readonly begin: () => StoryCall;
}

/** What an agent is built around. */
export interface AgentParts {
  /** Endpoint, voice, detection of speech: what is of the call and not of the agent. */
  readonly session: LiveOptions;
  readonly clock: Clock;
  readonly middleware: readonly ToolMiddleware[];
}

export interface StoryCall {
  readonly state: State;
  /** In the order of a usual call. */
  readonly phases: readonly string[];
  /** Who writes what extraction does not. */
  readonly writers: Readonly<Record<string, StateWriter>>;
  readonly agent: (parts: AgentParts) => LiveAgent<object>;
  readonly ending: (left: CallRemains) => StoryEnding;
}

/** What is left of a call. */
export interface CallRemains {
  readonly phase: string;
  readonly explanation: Explanation | undefined;
  readonly records: readonly TurnRecord[];
}

export interface StoryEnding {
  /** What is missing or does not agree, as clauses; empty when all is well. */
  readonly problems: readonly string[];
  /** What problems come to. */
  readonly failure: string;
  /** What was achieved. */
  readonly text: string;
}
