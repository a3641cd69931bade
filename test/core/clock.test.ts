import { expect, it } from 'vitest';
import { sleep } from '../../src/core/clock.ts';
import { settle, VirtualClock } from '../virtual-clock.ts';

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

it('sleep resolves in time and leaves nothing behind', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  let awake = false;
  void sleep(clock, 100, controller.signal).then(() => (awake = true));
  await clock.advance(99);
  expect(awake).toBe(false);
  await clock.advance(1);
  expect(awake).toBe(true);
});

it('sleep rejects at once with the reason of the abort, and its timer is gone', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  let reason: unknown;
  sleep(clock, 100, controller.signal).catch(r => (reason = r));
  controller.abort('left the room');
  await settle();
  expect(reason).toBe('left the room');
  expect(clock.pending).toBe(0);
  await expect(sleep(clock, 1, controller.signal)).rejects.toBe('left the room');
});
