import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../src/core/retry-after.ts';

describe('Retry-After', () => {
  const date = 'Sun, 29 Nov 2026 22:00:00 GMT';

  it.each([
    ['2', 2000],
    ['99999', 99_999_000],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['Sun, 29 Nov 2026 22:00:30 GMT', 30_000],
    ['Sun, 29 Nov 2096 22:00:00 GMT', 2_209_075_200_000],
    ['Sun, 29 Nov 2026 21:59:00 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['in the year 3000', undefined],
    ['Infinity', undefined],
    ['', undefined],
  ])('%s', (value, ms) => {
    expect(retryAfterMs(new Headers({ 'retry-after': value, date }))).toBe(ms);
  });

  it('needs the Date of the answer for a date, and is undefined without the header', () => {
    expect(retryAfterMs(new Headers({ 'retry-after': 'Sun, 29 Nov 2026 22:00:30 GMT' }))).toBeUndefined();
    expect(retryAfterMs(new Headers({ date }))).toBeUndefined();
  });
});
