import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { WireError } from '../wire-error.ts';
import { Secret, safeCause, scrub, scrubCause, scrubShapes } from './secret.ts';

const KEY = 'AIzaSyD-0123456789_abcdefghijklmnopqrst';
const secret = new Secret(KEY);

describe('a Secret', () => {
  test('reveals its value, and prints it nowhere', (context) => {
    verifies(context, 'wire:auth:secrets');
    let printed = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        printed += chunk;
        done();
      },
    });
    const log = new Console(sink);
    log.log(secret, `${secret}`, { secret }, [secret]);
    log.error('%s %o %O %j', secret, secret, secret, secret);
    log.dir(secret, { showHidden: true, depth: null });
    log.table([{ secret }]);
    const prints = [
      printed,
      String(secret),
      `${secret}`,
      `${secret as unknown as string}x`,
      JSON.stringify({ secret, list: [secret] }),
      inspect({ secret }, { depth: null, showHidden: true, getters: true, showProxy: true }),
      format('%s %d %i %f %j %o %O', secret, secret, secret, secret, secret, secret, secret),
      Object.values(secret).join(),
      Object.getOwnPropertyNames(secret).join(),
      JSON.stringify(structuredClone(secret)),
      JSON.stringify({ ...secret }),
      new Error(`with ${secret}`).stack ?? '',
    ];
    expect(prints.join('\n')).not.toContain(KEY);
    expect(printed).toContain('[redacted]');
    expect(secret.reveal()).toBe(KEY);
  });
});

describe('scrubbing a text', () => {
  test('takes out every occurrence, plain, percent-encoded and as JSON writes it', (context) => {
    verifies(context, 'wire:auth:secrets');
    const odd = new Secret('auth_tokens/a+b"c\\d=');
    const value = odd.reveal();
    const text = [
      value,
      encodeURIComponent(value),
      encodeURIComponent(value).toLowerCase(),
      JSON.stringify(value),
    ];
    expect(scrub(`a ${text.join(' b ')} c`, [odd])).toBe(
      'a [redacted] b [redacted] b [redacted] b "[redacted]" c',
    );
  });

  test('leaves no trace of any of several secrets in any text', (context) => {
    verifies(context, 'wire:auth:secrets');
    const value = fc
      .array(fc.constantFrom(...'abcXYZ019-_./+=~$^*()[]{}|?\\"%'), { minLength: 8, maxLength: 24 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 3 }),
        fc.array(fc.string(), { maxLength: 4 }),
        (values, words) => {
          const secrets = values.map((one) => new Secret(one));
          const text = words
            .flatMap((word) => [word, ...values, ...values.map(encodeURIComponent)])
            .join(' ');
          const clean = scrub(text, secrets);
          for (const one of values) {
            expect(clean).not.toContain(one);
            expect(clean).not.toContain(encodeURIComponent(one));
          }
        },
      ),
    );
  });

  test('a key that the service cut off at the end of its reason does not leak its beginning', (context) => {
    verifies(context, 'wire:auth:secrets');
    for (const end of ['', '…', '...']) {
      expect(scrub(`API key ${KEY.slice(0, 30)}${end}`, [secret])).toBe(`API key [redacted]${end}`);
    }
    expect(scrub('API key not valid', [secret])).toBe('API key not valid');
  });

  test('a short secret is taken out as a word, not out of other words', () => {
    const short = new Secret('abc');
    expect(scrub('abc abcd xabc (abc) ab', [short])).toBe('[redacted] abcd xabc ([redacted]) ab');
  });

  test('an empty secret, or none, changes nothing', () => {
    expect(scrub('text', [])).toBe('text');
    expect(scrub('text', [new Secret('')])).toBe('text');
  });

  test('knows what Google credentials look like', (context) => {
    verifies(context, 'wire:auth:secrets');
    const tokens = [
      KEY,
      'ya29.a0AfB_byC-secret',
      'auth_tokens/abc123',
      'eyJhbGciOi.eyJzdWIi.c2ln',
      'Bearer opaque-token-1',
      'Token auth_tokens/abc',
    ];
    for (const token of tokens)
      expect(scrubShapes(`failed with ${token} here`)).toBe('failed with [redacted] here');
    expect(scrubShapes('GET /x?key=sesame&a=1')).toBe('GET /x?key=[redacted]&a=1');
    expect(scrubShapes('the bearer of bad news')).toBe('the bearer of bad news');
  });
});

describe('a cause made safe', () => {
  test('keeps name, message, code and causes, and none of the rest', (context) => {
    verifies(context, 'wire:auth:secrets');
    const inner = Object.assign(new TypeError(`inner ${KEY}`), { code: 'ECONNREFUSED', port: 443 });
    const outer = Object.assign(new RangeError(`outer ${KEY}`, { cause: inner }), {
      config: { headers: { 'x-goog-api-key': KEY } },
      [Symbol('request')]: KEY,
    });
    const safe = scrubCause(outer, [secret]);
    expect(inspect(safe, { depth: null, showHidden: true })).not.toContain(KEY);
    expect(safe).toMatchObject({
      name: 'RangeError',
      message: 'outer [redacted]',
      cause: { name: 'TypeError', message: 'inner [redacted]', code: 'ECONNREFUSED', port: 443 },
    });
    expect((safe as Error).stack).toContain('secret.test.ts');
    expect(outer.message, 'what was thrown is not changed').toContain(KEY);
  });

  test('keeps the words of an AggregateError, which has none of its own', () => {
    const errors = [new Error('refused on ::1'), new Error('refused on 127.0.0.1')];
    const safe = safeCause(new AggregateError(errors), String);
    expect(safe).toMatchObject({ message: 'refused on ::1; refused on 127.0.0.1' });
  });

  test('survives whatever is thrown', () => {
    const circular = new Error('a');
    circular.cause = circular;
    const unprintable = {
      toString(): string {
        throw new Error('no');
      },
    };
    expect(scrubCause(circular, [secret])).toMatchObject({ message: 'a' });
    expect(scrubCause(`text ${KEY}`, [secret])).toBe('text [redacted]');
    expect(scrubCause(undefined, [secret])).toBeUndefined();
    expect(scrubCause(unprintable, [secret])).toBe('something that cannot be printed');
    expect(scrubCause({ key: KEY }, [secret])).toBe('[object Object]');
    expect(scrubCause(Symbol('x'), [secret])).toBe('Symbol(x)');
  });

  test('a WireError stays what it is, so that its code is not lost', () => {
    const error = new WireError('tokenFetchFailed', 'x', { retryable: true });
    expect(scrubCause(error, [secret])).toBe(error);
  });
});
