/**
 * A call over a real socket is recorded into a file, and replayed from it: the same runtime, and nothing is called. Tools
 * answer from the tape, so that a change in a tool's body is not seen; an instruction or a declaration that was changed is told
 * as the entry where the call goes another way.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { live, tool } from 'parlando';
import { RecordingFile } from 'parlando/recording/file';
import { calls, createSimulator } from 'parlando/simulator';
import { openTimeline, readRecording, replay } from 'parlando/testing';

const options = {
  instruction: 'You take reservations for a small restaurant.',
  tools: [
    tool({
      name: 'bookTable',
      description: 'Books a table.',
      parameters: { type: 'object', properties: { guests: { type: 'integer' } } },
      run: async ({ guests }, { state }) => {
        state.set('guests', guests);
        return { reference: `P${Math.floor(Math.random() * 1e6)}` }; // never the same twice
      },
    }),
  ],
  redaction: { cards: true },
};
const brain = async function* () {
  const [{ response }] = yield calls('bookTable', { guests: 4 });
  yield `Done: ${response.reference}.`;
};

const simulator = await createSimulator({ brain });
const folder = await mkdtemp(join(tmpdir(), 'parlando-'));
const sink = await RecordingFile.open(join(folder, 'call.jsonl'));
const call = await live({ ...options, baseUrl: simulator.url, apiKey: 'a-secret-key' }).connect({
  recording: { sink, module: 'main.mjs' },
});
const turn = call.next('turnRecord');
await call.sendText('A table for four; my card is 4242 4242 4242 4242.');
const { said } = (await turn).record;
await call.disconnect();
await sink.done;
await simulator.close();
console.log(`agent: ${said}`);

const text = await readFile(sink.path, 'utf8');
await rm(folder, { recursive: true });
assert.doesNotMatch(text, /4242 4242|a-secret-key/);
const { recording } = readRecording(text);
const same = await replay(recording, { options });
assert.deepEqual([same.clean, same.difference, same.state], [true, undefined, []]);
console.log(`CLEAN, ${same.entries} entries`);

const other = await replay(recording, { options: { ...options, instruction: 'You sell tickets.' } });
assert.equal(other.clean, false);
console.log(`DRIFT at entry ${other.difference.seq}: ${other.difference.diff}`);

const timeline = openTimeline(recording, options);
const { state, transcript } = await timeline.at(timeline.end);
timeline.close();
assert.equal(state.guests, 4);
assert.match(transcript[0].model, /Done: P\d+\./);
