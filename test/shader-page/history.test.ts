import { expect, it } from 'vitest';
import { History } from '../../src/shader-page/history.ts';

it('keeps the edits that changed the count, each with its change', () => {
  const history = new History();
  history.add('a', 'vs_2_0', 57);
  history.add('ab', 'vs_2_0', 57);
  history.add('abc', 'vs_2_0', 52);
  expect(history.entries).toEqual([
    { source: 'ab', target: 'vs_2_0', slots: 57, change: 0 },
    { source: 'abc', target: 'vs_2_0', slots: 52, change: -5 },
  ]);
  expect(history.add('abc', 'vs_2_0', 52)).toBe(false);
});

it('compares with the last of the same target only', () => {
  const history = new History();
  history.add('a', 'vs_2_0', 57);
  history.add('a', 'vs_3_0', 50);
  history.add('b', 'vs_2_0', 56);
  expect(history.entries.map(e => e.change)).toEqual([0, 0, -1]);
});

it('forgets the oldest', () => {
  const history = new History(2);
  for (let i = 0; i < 5; i++) history.add(`${i}`, 'vs_2_0', i);
  expect(history.entries.map(e => e.slots)).toEqual([3, 4]);
});
