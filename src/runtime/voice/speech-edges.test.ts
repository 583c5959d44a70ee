import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { SpeechEdges, type SpeechSource } from './speech-edges.ts';

type Heard = readonly [SpeechSource, 'start' | 'end', number];

function merged(heard: readonly Heard[]): string[] {
  const told: string[] = [];
  const edges = new SpeechEdges(({ type, source, atMs }) =>
    told.push(`${source} ${type === 'speechStarted' ? 'start' : 'end'} ${atMs}`),
  );
  for (const [source, type, atMs] of heard) {
    if (type === 'start') edges.start(source, atMs);
    else edges.end(source, atMs);
    edges.announce();
  }
  return told;
}

describe('The bus of speech edges', () => {
  test.for<[string, Heard[], string[]]>([
    [
      'makes one utterance of what the local VAD and the server hear of it',
      [
        ['local', 'start', 100],
        ['server', 'start', 300],
        ['local', 'end', 900],
        ['server', 'end', 1300],
      ],
      ['local start 100', 'local end 900'],
    ],
    [
      'lets a better source take over that hears it later',
      [
        ['server', 'start', 100],
        ['application', 'start', 200],
        ['server', 'end', 500],
        ['application', 'end', 700],
      ],
      ['server start 100', 'application end 700'],
    ],
    [
      'absorbs a server that hears it when it is over',
      [
        ['local', 'start', 100],
        ['local', 'end', 400],
        ['server', 'start', 450],
        ['server', 'end', 900],
      ],
      ['local start 100', 'local end 400'],
    ],
    [
      'takes the word of the server where the local VAD hears nothing',
      [
        ['server', 'start', 100],
        ['server', 'end', 900],
        ['server', 'start', 1000],
      ],
      ['server start 100', 'server end 900', 'server start 1000'],
    ],
    [
      'takes a start long after an end for new speech',
      [
        ['local', 'start', 100],
        ['local', 'end', 400],
        ['server', 'start', 1500],
      ],
      ['local start 100', 'local end 400', 'server start 1500'],
    ],
    [
      'is deaf to transcripts once anybody else is heard',
      [
        ['transcript', 'start', 100],
        ['transcript', 'end', 200],
        ['server', 'start', 5000],
        ['server', 'end', 5100],
        ['transcript', 'start', 9000],
      ],
      ['transcript start 100', 'transcript end 200', 'server start 5000', 'server end 5100'],
    ],
    ['ignores an end that nobody began', [['application', 'end', 100]], []],
  ])('%s', ([, heard, told], context) => {
    verifies(context, 'voice:edges:merged');
    expect(merged(heard)).toEqual(told);
  });

  test('always tells starts and ends in turns, whoever is heard in whatever order', (context) => {
    verifies(context, 'voice:edges:merged');
    const edge = fc.tuple(
      fc.constantFrom<SpeechSource>('application', 'local', 'server', 'transcript'),
      fc.constantFrom<'start' | 'end'>('start', 'end'),
      fc.nat(1500),
    );
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        const told = merged(
          steps.map(([source, type, gapMs]): Heard => {
            nowMs += gapMs;
            return [source, type, nowMs];
          }),
        );
        told.forEach((text, index) => void expect(text).toContain(index % 2 === 0 ? ' start ' : ' end '));
      }),
    );
  });

  test('keeps the order when a listener causes further edges, and survives one that throws', () => {
    const told: string[] = [];
    const edges = new SpeechEdges(({ type, atMs }) => {
      told.push(`${type} ${atMs}`);
      if (atMs === 1) {
        edges.end('application', 2);
        edges.announce();
        told.push('after');
      }
      if (atMs === 3) throw new Error('a bad listener');
    });
    edges.start('application', 1);
    edges.announce();
    expect(told).toEqual(['speechStarted 1', 'after', 'speechEnded 2']);
    edges.start('application', 3);
    expect(() => edges.announce()).toThrow('a bad listener');
    edges.end('application', 4);
    edges.announce();
    expect(told.at(-1)).toBe('speechEnded 4');
  });
});
