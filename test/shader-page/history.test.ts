import { expect, it } from 'vitest';
import { History } from '../../src/shader-page/history.ts';

it('keeps the edits that changed the count, each with its change', () => {
  const history = new History();
  history.add('skin', 'a', 'vs_2_0', 57);
  history.add('skin', 'ab', 'vs_2_0', 57);
  history.add('skin', 'abc', 'vs_2_0', 52);
  expect(history.of('skin')).toEqual([
    { source: 'ab', target: 'vs_2_0', slots: 57, change: 0 },
    { source: 'abc', target: 'vs_2_0', slots: 52, change: -5 },
  ]);
  expect(history.add('skin', 'abc', 'vs_2_0', 52)).toBe(false);
});

it('compares only with the last entry of the same target', () => {
  const history = new History();
  history.add('skin', 'a', 'vs_2_0', 57);
  history.add('skin', 'a', 'vs_3_0', 50);
  history.add('skin', 'b', 'vs_2_0', 56);
  expect(history.of('skin').map(e => e.change)).toEqual([0, 0, -1]);
});

it('discards the oldest entries', () => {
  const history = new History(2);
  for (let i = 0; i < 5; i++) history.add('skin', `${i}`, 'vs_2_0', i);
  expect(history.of('skin').map(e => e.slots)).toEqual([3, 4]);
});

it('keeps a history for each shader name, and renames it', () => {
  const history = new History();
  history.add('blur', 'a', 'ps_2_0', 20);
  history.add('skin', 'a', 'vs_2_0', 30);
  history.add('blur', 'b', 'ps_2_0', 18);
  expect(history.names).toEqual(['blur', 'skin']);
  expect(history.of('blur').map(e => e.change)).toEqual([0, -2]);
  history.rename('blur', 'soft blur');
  expect(history.of('soft blur')).toHaveLength(2);
  expect(history.names).toEqual(['skin', 'soft blur']);
});
