import { expect, it } from 'vitest';
import { timeSpan } from '../../src/stats-page/figures.ts';

it('shows a minute at least, also of one figure and of none', () => {
  expect(timeSpan([], 1000)).toEqual([940, 1000]);
  expect(timeSpan([500], 1000)).toEqual([440, 500]);
  expect(timeSpan([500, 510], 1000)).toEqual([450, 510]);
  expect(timeSpan([500, 600, 700], 1000)).toEqual([500, 700]);
});
