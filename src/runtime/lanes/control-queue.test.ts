import { describe, expect, test } from 'vitest';
import type { RuntimeError } from '../runtime-error.ts';
import { ControlQueue } from './control-queue.ts';

type Input = string | RuntimeError;

function lane(run: (input: Input, queue: ControlQueue<Input>) => void): {
  readonly queue: ControlQueue<Input>;
  readonly log: string[];
} {
  const log: string[] = [];
  const queue: ControlQueue<Input> = new ControlQueue<Input>({
    run: (input) => {
      log.push(typeof input === 'string' ? input : input.code);
      run(input, queue);
      log.push(`/${typeof input === 'string' ? input : input.code}`);
    },
    fault: (error) => error,
    isVital: (input) => input === 'end',
  });
  return { queue, log };
}

describe('The queue of the control lane', () => {
  test('an idle lane runs an input at once, and what it causes after it, in order', () => {
    const { queue, log } = lane((input) => {
      if (input !== 'a') return;
      queue.post('b');
      queue.post('c');
    });
    queue.open();
    queue.post('a');
    log.push('back');
    queue.post('d');
    expect(log).toEqual(['a', '/a', 'b', '/b', 'c', '/c', 'back', 'd', '/d']);
  });

  test('what is posted before it is open waits', () => {
    const { queue, log } = lane(() => {});
    queue.post('early');
    expect([log, queue.busy]).toEqual([[], true]);
    queue.open();
    expect([log, queue.busy]).toEqual([['early', '/early'], false]);
  });

  test('an input that fails is told of, and the next one runs', () => {
    const { queue, log } = lane((input) => {
      if (input === 'bad') throw new Error('no');
    });
    queue.open();
    queue.post('bad');
    queue.post('good');
    expect(log).toEqual(['bad', 'internal', '/internal', 'good', '/good']);
  });

  test('an input that causes itself for ever is ended, and told of once', () => {
    const { queue, log } = lane((input) => {
      if (input === 'again' || typeof input !== 'string') queue.post('again');
    });
    queue.open();
    queue.post('again');
    expect(log.filter((entry) => entry === 'controlQueueFull')).toHaveLength(1);
    expect(log.filter((entry) => entry === 'again').length).toBeLessThan(5_000);
    log.length = 0;
    queue.post('later');
    expect(log).toEqual(['later', '/later']);
  });

  test('a flood does not keep the end of the session out', () => {
    const { queue, log } = lane((input) => {
      if (input !== 'flood') return;
      for (let count = 0; count < 10_000; count++) queue.post('drop');
      queue.post('end');
    });
    queue.open();
    queue.post('flood');
    expect(log.slice(-4)).toEqual(['controlQueueFull', '/controlQueueFull', 'end', '/end']);
    expect(log.filter((entry) => entry === 'drop')).toHaveLength(4_096);
  });

  test('a closed lane takes nothing more, and drops what waits', () => {
    const { queue, log } = lane((input) => {
      if (input !== 'last') return;
      queue.post('after');
      queue.close();
      queue.post('end');
    });
    queue.open();
    queue.post('last');
    queue.post('later');
    expect(log).toEqual(['last', '/last']);
  });
});
