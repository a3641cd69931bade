import { expect, it } from 'vitest';
import { VirtualClock } from '../virtual-clock.ts';

it('runs what is due in the order of time, then of setting', async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.after(20, () => ran.push('b'));
  clock.after(10, () => ran.push('a'));
  clock.after(20, () => ran.push('c'));
  const cancel = clock.after(15, () => ran.push('never'));
  cancel();
  await clock.advance(20);
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(clock.now()).toBe(20);
  expect(clock.pending).toBe(0);
});
