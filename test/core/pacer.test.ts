import { expect, it } from 'vitest';
import { Pacer } from '../../src/core/pacer.ts';
import { VirtualClock } from '../virtual-clock.ts';

/** Work of so many steps of a ms each, by `workers` who share a pacer; tells how many steps ran in each task. */
async function work(workers: number, steps: number): Promise<number[]> {
  const clock = new VirtualClock();
  let now = 0;
  const tasks: number[] = [0];
  const pacer = new Pacer({ now: () => now, after: clock.after.bind(clock) }, async () => {
    // A task of its own: no promise that is settled by now comes after it.
    await new Promise<void>(resolve => setImmediate(resolve));
    tasks.push(0);
  });
  const one = async () => {
    for (let i = 0; i < steps; i++) {
      await pacer.pause();
      now += 1;
      tasks[tasks.length - 1]++;
    }
  };
  await Promise.all(Array.from({ length: workers }, one));
  return tasks;
}

it('cuts work into slices of 6 ms', async () => {
  expect(await work(1, 20)).toEqual([6, 6, 6, 2]);
});

it('many who work at once share a slice', async () => {
  const tasks = await work(5, 8);
  expect(tasks.reduce((a, b) => a + b)).toBe(40);
  for (const steps of tasks) expect(steps).toBeLessThanOrEqual(6 + 5);
  expect(tasks.length).toBeGreaterThan(3);
});

it('does not hold up work that is short, nor work that comes long after', async () => {
  let now = 0;
  const pacer = new Pacer({ now: () => now, after: () => () => {} });
  for (const at of [0, 3, 5, 1000, 1003, 5000]) {
    now = at;
    expect(pacer.pause()).toBeUndefined();
  }
});
