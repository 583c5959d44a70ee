/** What the programs of a page take for granted: the reader's own objects, and their files. */
export interface PageSetting {
  readonly before?: string;
  /** The simulator of a shell is at another address here. */
  readonly instead?: readonly [shown: string, used: string];
  /** Ends what a page leaves running, and looks at what came of it. */
  readonly after?: string;
  /** The test that runs it, where it needs a conversation: here it is compiled only. */
  readonly runBy?: string;
  /** Files beside the program, by name: the path of each in the repository. */
  readonly files?: Readonly<Record<string, string>>;
}

const player = `
const player = { play: (data) => {}, stop: () => {} };
const microphone = { onChunk: (give) => give(new Uint8Array(640)) };
`;

/** What the second program of the page shares with the first. */
const agentParts = `
import { integer, ruleExtractor, stateKey, tool } from 'parlando';
import * as z from 'zod';
const guests = stateKey('guests', z.number());
const book = tool({ name: 'book_table', description: 'Books.', input: z.object({ guests: z.int() }), run: () => 'ok' });
const order = ruleExtractor({ name: 'order', fields: { guests: integer() } });
`;

const tables = `
import assert from 'node:assert/strict';
import { live } from 'parlando';
import { ScriptedPeer } from 'parlando/testing';
const tables = { isFree: async (...asked) => true, book: async (...asked) => 'P42' };
`;

/** Two calls that mean one booking, and what came of them. */
const toolsAfter = `
const peer = new ScriptedPeer();
const asked = [];
const confirmationProvider = ({ message }) => (asked.push(message), { confirmed: true });
const undo = tool({ name: 'cancel_table', description: 'Undoes a booking.', run: () => 'ok' });
const agent = live({ apiKey: 'any', tools: [checkTable, bookTable, undo], toolSettings: { confirmationProvider } });
const call = await agent.connect({ transport: peer.transport, clock: peer.clock });
call.state().set('user:id', 'u1');
const args = { day: '2026-12-01', guests: 3 };
const ids = [await peer.calls('check_table', args), await peer.calls('book_table', args), await peer.calls('book_table', args)];
const responses = (await Promise.all(ids.map((id) => peer.answerTo(id)))).map(({ response }) => response);
assert.deepEqual(responses, [{ free: true }, { reference: 'P42' }, { reference: 'P42' }]);
assert.deepEqual(asked, ['A table for 3 on 2026-12-01?']);
assert.equal(call.state().get('reference'), 'P42');
await call.disconnect();
`;

/** By page and number of the program on it. */
export const PAGE_SETTINGS: Readonly<Record<string, PageSetting>> = {
  'audio.md 1': { files: { 'me.wav': 'assets/demo-speech.wav' } },
  'live.md 1': { before: player, runBy: 'src/live/guide.test.ts' },
  'live.md 2': { before: `${player}${agentParts}`, runBy: 'src/live/guide.test.ts' },
  'simulator.md 2': { after: 'await simulator.close();' },
  'tools.md 1': { before: tables, after: toolsAfter },
  'wire.md 1': {
    before: `
const player = { push(...sound) {}, dropOlderThan(generation) {} };
const microphone = { on: (name, listener) => listener(new Int16Array(320)) };
`,
    after: 'await session.disconnect();',
  },
  'wire.md 2': { instead: ["'http://127.0.0.1:9090'", 'process.env.GOOGLE_GEMINI_BASE_URL'] },
  'wire.md 3': { before: 'const file = { write(line) {} };' },
};
