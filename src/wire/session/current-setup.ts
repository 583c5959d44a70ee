/** The setup of the next connection: as configured at first, then with what was changed since. */
import { encodeSetupMessage, instructionContent } from '../codec/encode.ts';
import type { ModelProfile } from '../model/profile.ts';
import type { Setup } from '../protocol/setup.ts';
import type { ContextChange } from './session-command.ts';

export class CurrentSetup {
  readonly #profile: ModelProfile;
  #setup: Setup;
  #isFirst = true;

  constructor(setup: Setup, profile: ModelProfile) {
    this.#setup = setup;
    this.#profile = profile;
  }

  /** Instruction and tools that a reconnect has to set up again. */
  change({ systemInstruction, tools }: ContextChange): void {
    this.#setup = {
      ...this.#setup,
      ...(systemInstruction !== undefined && { systemInstruction: instructionContent(systemInstruction) }),
      ...(tools !== undefined && { tools }),
    };
  }

  /** Whether the model goes on while this function runs (spec: wire §4, Tools). */
  isBackground(name: string): boolean {
    const declared = this.#setup.tools?.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
    const behavior = declared?.find((declaration) => declaration.name === name)?.behavior;
    return behavior === undefined ? this.#profile.toolsAsyncByDefault : behavior === 'NON_BLOCKING';
  }

  /** Whether the next setup announces that the history comes as client content. */
  announcesHistory(seeded: boolean): boolean {
    if (this.#isFirst && this.#setup.historyConfig?.initialHistoryInClientContent === true) return true;
    // Elsewhere client content is legal at any time, and without an announcement it is no end of the seeding.
    return seeded && !this.#profile.clientContentMidSession;
  }

  /** The setup frame that resumes from `handle`, or from nothing. */
  next(handle: string | undefined, seeded: boolean): string {
    const announces = this.announcesHistory(seeded);
    const { historyConfig: _configured, ...setup } = this.#setup;
    const historyConfig = announces ? { initialHistoryInClientContent: true } : undefined;
    this.#isFirst = false;
    const current = this.#withHandle(
      historyConfig === undefined ? setup : { ...setup, historyConfig },
      handle,
    );
    return encodeSetupMessage(current);
  }

  /** Resumption that was not asked for stays so. */
  #withHandle(setup: Setup, handle: string | undefined): Setup {
    if (setup.sessionResumption?.handle === handle) return setup;
    const { handle: _first, ...options } = setup.sessionResumption ?? {};
    return { ...setup, sessionResumption: handle === undefined ? options : { ...options, handle } };
  }
}
