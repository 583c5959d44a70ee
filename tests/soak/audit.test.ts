import { describe, expect, test } from 'vitest';
import { contextsOf, type Ends, resultsAudit, turnsAudit } from '../../soak/audit.ts';
import { ClientLedger } from '../../soak/client-ledger.ts';
import { failuresOf } from '../../soak/failures.ts';
import type { SessionReport } from '../../soak/session-report.ts';
import { summaryOf } from '../../soak/summary.ts';
import { tableOf } from '../../soak/table.ts';
import type { ConversationLedger, LedgerEntry } from '../../src/simulator/index.ts';
import { verifies } from '../requirements.ts';

const stamp = { sequence: 1, atMs: 0, connection: 1, hash: '' };
const user = (text: string): LedgerEntry => ({ type: 'userText', text, ...stamp });
const model = (text: string): LedgerEntry => ({ type: 'modelTurn', text, ...stamp });
const result = (id: string): LedgerEntry => ({
  ...{ type: 'toolResponse', id, name: 'look', known: true, ...stamp },
  text: `{"mark":"result of ${id};"}`,
});

function endsOf(context: readonly LedgerEntry[], ...abandoned: (readonly LedgerEntry[])[]): Ends {
  const client = new ClientLedger(() => 0);
  client.said({ mark: '[u0]', how: 'text', atMs: 1_000 });
  client.ran('c1', 'look');
  client.answered.set('c1', 1);
  client.answeredAtMs.set('c1', 2_000);
  const ledger: Pick<ConversationLedger, 'abandoned' | 'context'> = { context, abandoned };
  return { client, contexts: contextsOf(ledger), heardChunks: undefined, transparent: false };
}

describe('The comparison of both ends', () => {
  test('finds nothing where everything is there once', (context) => {
    verifies(context, 'soak:ledger');
    const ends = endsOf([user('do [u0]'), result('c1'), model('Yes.')]);
    expect(turnsAudit(ends)).toMatchObject({ sent: 1, lost: [], doubled: [], crossed: [], excused: [] });
    expect(resultsAudit(ends)).toMatchObject({ sent: 1, lost: [], doubled: [], crossed: [] });
  });

  test('finds what is nowhere, and what is there twice', (context) => {
    verifies(context, 'soak:ledger');
    expect(turnsAudit(endsOf([])).lost).toEqual(['[u0]']);
    expect(resultsAudit(endsOf([])).lost).toEqual(['c1']);
    const twice = endsOf([user('[u0]'), user('[u0]'), result('c1'), result('c1')]);
    expect([turnsAudit(twice).doubled, resultsAudit(twice).doubled]).toEqual([['[u0]'], ['c1']]);
  });

  test('finds what a fresh session should have been told, and what a lost one had twice', (context) => {
    verifies(context, 'soak:ledger');
    expect(turnsAudit(endsOf([model('Hello.')], [user('[u0]'), model('Yes.')])).lost).toEqual(['[u0]']);
    expect(turnsAudit(endsOf([user('[u0]')], [user('[u0]'), user('[u0]')])).doubled).toEqual(['[u0]']);
    expect(resultsAudit(endsOf([], [result('c1')])).lost).toEqual(['c1']);
    expect(resultsAudit(endsOf([], [result('c1'), model('Done.')])).lost).toEqual([]);
  });

  test('tells apart what crossed a handle, unless handles have an index', (context) => {
    verifies(context, 'soak:ledger');
    const ends = endsOf([user('[u0]'), user('[u0]')]);
    ends.client.handlesAtMs.push(1_040);
    expect(turnsAudit(ends)).toMatchObject({ doubled: [], crossed: ['[u0]'] });
    expect(turnsAudit({ ...ends, transparent: true })).toMatchObject({ doubled: ['[u0]'], crossed: [] });
  });

  test('knows when a turn or a result was sent again: a handle may cross that, and the history of a fresh session none', (context) => {
    verifies(context, 'soak:ledger');
    const ends = endsOf([user('[u0]'), user('[u0]'), result('c1'), result('c1')]);
    let nowMs = 5_000;
    const client = new ClientLedger(() => nowMs);
    for (const turn of ends.client.turns) client.said(turn);
    client.ran('c1', 'look');
    client.answered.set('c1', 1);
    client.answeredAtMs.set('c1', 2_000);
    client.wrote('{"clientContent":{"turns":[{"role":"user","parts":[{"text":"[u0]"}]},{"role":"model"}]}}');
    client.handlesAtMs.push(5_000);
    const sentAgain = { ...ends, client };
    expect(turnsAudit(sentAgain)).toMatchObject({ doubled: ['[u0]'], crossed: [] });
    client.wrote(
      '{"clientContent":{"turns":[{"role":"user","parts":[{"text":"[u0]"}]}],"turnComplete":true}}',
    );
    nowMs = 5_060;
    client.wrote('{"toolResponse":{"functionResponses":[{"response":{"mark":"result of c1;"}}]}}');
    expect(turnsAudit(sentAgain)).toMatchObject({ doubled: [], crossed: ['[u0]'] });
    expect(resultsAudit(sentAgain)).toMatchObject({ doubled: ['c1'], crossed: [] });
    client.handlesAtMs.push(5_100);
    expect(resultsAudit(sentAgain)).toMatchObject({ doubled: [], crossed: ['c1'] });
  });
});

const NOTHING_WRONG: Omit<SessionReport, 'failures' | 'wallMs'> = {
  ...{ seed: 7, variant: 'any', minutes: 90, faults: { reset: 20 }, rotations: [], connections: 1 },
  turns: { sent: 1, lost: [], doubled: [], crossed: [], excused: [] },
  results: { sent: 1, lost: [], doubled: [], crossed: [] },
  contexts: { sent: 1, lost: [], doubled: [], crossed: [] },
  audio: {
    ...{ upSamples: 10, serverSamples: 12, againSamples: 3, heldSamples: 1, lateSamples: 0, gatedSamples: 0 },
    ...{ swallowedSamples: 0, unexplainedSamples: 0, downSentBytes: 5, downHeardBytes: 5 },
  },
  calls: { run: 1, runTwice: [], cancelled: 0, unanswered: [] },
  ...{ interruptions: 0, deadAir: 0, errors: {}, rejected: [], ends: [], unhandled: [] },
};

describe('A session', () => {
  const asItShould = { isUp: true, left: 0 };
  test.for<[string, Partial<typeof NOTHING_WRONG>, Partial<typeof asItShould>]>([
    ['user turns lost', { turns: { ...NOTHING_WRONG.turns, lost: ['[u0]'] } }, {}],
    ['tool results doubled', { results: { ...NOTHING_WRONG.results, doubled: ['c1'] } }, {}],
    ['calls run twice', { calls: { ...NOTHING_WRONG.calls, runTwice: ['c1'] } }, {}],
    ['the audio does not add up', { audio: { ...NOTHING_WRONG.audio, serverSamples: 11 } }, {}],
    ['bytes of the model', { audio: { ...NOTHING_WRONG.audio, downHeardBytes: 4 } }, {}],
    ['the session ended', { ends: ['serverError'] }, {}],
    ['unhandled', { unhandled: ['Error'] }, {}],
    ['faults struck', { faults: { reset: 19 } }, {}],
    ['not recovered', {}, { isUp: false }],
    ['left on the clock', {}, { left: 1 }],
  ])('fails for "%s", and says how to run it alone', ([what, change, end], context) => {
    verifies(context, 'soak:report');
    expect(failuresOf(NOTHING_WRONG, asItShould)).toEqual([]);
    const failures = failuresOf({ ...NOTHING_WRONG, ...change }, { ...asItShould, ...end });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(what);
    const summary = summaryOf([{ ...NOTHING_WRONG, ...change, wallMs: 1, failures }], [], 1);
    const table = tableOf(summary, (seed) => `again --seed ${seed}`);
    expect(table).toContain(what);
    expect(table).toContain('again --seed 7');
  });
});
