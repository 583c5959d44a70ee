/** What all connections of one simulator share. */
import type { Clock } from '../wire/clock.ts';
import type { Platform } from '../wire/model/profile.ts';
import type { Brain } from './brain/brain.ts';
import type { ConversationBook } from './ledger/conversation-book.ts';
import type { NoteLog } from './note-log.ts';
import type { FrameParser } from './protocol/client-frame.ts';
import type { IdSource } from './random-ids.ts';
import type { ResumptionStore } from './resumption/resumption-store.ts';
import type { ResolvedOptions } from './simulator-options.ts';
import type { TokenStore } from './tokens/token-store.ts';
import type { Voice } from './voice/voice.ts';
import type { WallClock } from './wall-clock.ts';

/** Everything a session needs from outside itself. */
export interface World {
  readonly options: ResolvedOptions;
  readonly clock: Clock;
  readonly wallClock: WallClock;
  readonly brain: Brain;
  readonly voice: Voice;
  readonly ids: IdSource;
  readonly notes: NoteLog;
  readonly tokens: TokenStore;
  readonly resumption: ResumptionStore;
  readonly conversations: ConversationBook;
  readonly parsers: Readonly<Record<Platform, FrameParser>>;
}
