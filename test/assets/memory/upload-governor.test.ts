import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLICE_BYTES, UploadGovernor } from '../../../src/assets/memory/upload-governor.ts';
import type { UploadJob } from '../../../src/assets/memory/upload-job.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** A clock that uploads move: `msPerMegabyte` each. */
class Gpu {
  time = 0;
  largest = 0;
  /** ms that the next step waits first. */
  backlog = 0;
  readonly log: string[] = [];
  readonly clock = Object.assign(new VirtualClock(), { now: () => this.time });
  msPerMegabyte: number;
  /** ms of every call, however few bytes. */
  msPerCall = 0;

  constructor(msPerMegabyte: number) {
    this.msPerMegabyte = msPerMegabyte;
  }

  job(name: string, bytes: number, failAt = -1): UploadJob & { bytes: number } {
    const gpu = this;
    let left = bytes;
    return {
      bytes,
      get done() {
        return left === 0;
      },
      step(most) {
        if (left <= failAt) throw new Error(`${name} failed`);
        const n = Math.min(left, most);
        left -= n;
        gpu.time += gpu.backlog + gpu.msPerCall + (n / 2 ** 20) * gpu.msPerMegabyte;
        gpu.backlog = 0;
        gpu.largest = Math.max(gpu.largest, n);
        gpu.log.push(name);
        return n;
      },
    };
  }
}

const at = (priorityClass: number, utility = 1) => ({ class: priorityClass, utility });
const MB = 2 ** 20;

describe('the upload governor', () => {
  it.each([
    [1, 'fast'],
    [8, 'usual'],
    [60, 'slow'],
  ])('keeps within 2 ms while the user interacts and 6 ms while loading (%i ms a megabyte)', async ms => {
    const gpu = new Gpu(ms);
    const governor = new UploadGovernor({ clock: gpu.clock });
    const done = governor.add(gpu.job('a', 400 * MB), at(3));
    governor.frame(false); // learns what a byte costs
    for (const [interacting, budget] of [
      [true, 2],
      [false, 6],
      [true, 2],
    ] as const)
      for (let n = 0; n < 10; n++) {
        const start = gpu.time;
        expect(governor.frame(interacting)).toBeGreaterThan(0);
        // One slice of the least size may always go: that is 16 KB.
        expect(gpu.time - start).toBeLessThanOrEqual(Math.max(budget, (ms * 16 * 1024) / MB) + 1e-6);
      }
    expect(gpu.largest).toBeLessThanOrEqual(SLICE_BYTES);
    while (governor.pending > 0) governor.frame(false);
    await done;
  });

  it('takes a tenth of a frame that is slow anyway', () => {
    const gpu = new Gpu(10);
    const governor = new UploadGovernor({ clock: gpu.clock });
    void governor.add(gpu.job('a', 400 * MB), at(3));
    governor.frame(true);
    const start = gpu.time;
    governor.frame(true, 300);
    expect(gpu.time - start).toBeGreaterThan(25);
    expect(gpu.time - start).toBeLessThanOrEqual(30 + 1e-6);
  });

  it('does not take the wait for the frame before for the cost of an upload', () => {
    const gpu = new Gpu(4);
    const governor = new UploadGovernor({ clock: gpu.clock });
    void governor.add(gpu.job('a', 400 * MB), at(3));
    governor.frame(true);
    for (let n = 0; n < 20; n++) {
      // Whatever is called first waits 80 ms until the GPU has caught up.
      gpu.backlog = 80;
      expect(governor.frame(true, 100)).toBeGreaterThan(2 * MB);
    }
  });

  it('gives no frame more than 256 KB for a millisecond, however soon the calls return', () => {
    const gpu = new Gpu(0);
    const governor = new UploadGovernor({ clock: gpu.clock });
    void governor.add(gpu.job('a', 400 * MB), at(3));
    for (let n = 0; n < 10; n++) expect(governor.frame(true)).toBeLessThanOrEqual(2 * SLICE_BYTES);
    expect(governor.frame(false)).toBeLessThanOrEqual(6 * SLICE_BYTES);
  });

  it('does not take small jobs, which have the price of a call too, for a measure of what bytes cost', () => {
    const gpu = new Gpu(4);
    const governor = new UploadGovernor({ clock: gpu.clock });
    gpu.msPerCall = 1;
    for (let n = 0; n < 20; n++) void governor.add(gpu.job('small', 1000), at(1));
    void governor.add(gpu.job('large', 400 * MB), at(2));
    const frames: number[] = [];
    while (governor.pending > 1) {
      const before = gpu.time;
      governor.frame(false);
      frames.push(gpu.time - before);
    }
    expect(frames.length).toBeLessThanOrEqual(5);
    expect(Math.max(...frames)).toBeLessThanOrEqual(8);
    gpu.msPerCall = 0;
    for (let n = 0; n < 10; n++) governor.frame(false);
    expect(governor.frame(false)).toBeGreaterThan(MB);
  });

  it('starts the most urgent first: class, then utility, then who came first', async () => {
    const gpu = new Gpu(1000);
    const governor = new UploadGovernor({ clock: gpu.clock });
    const all = [
      governor.add(gpu.job('high b', 1000), at(3, 1)),
      governor.add(gpu.job('high a', 1000), at(3, 5)),
      governor.add(gpu.job('low', 1000), at(1, 0)),
      governor.add(gpu.job('high c', 1000), at(3, 1)),
    ];
    while (governor.pending > 0) governor.frame(true);
    await Promise.all(all);
    expect(gpu.log).toEqual(['low', 'high a', 'high b', 'high c']);
  });

  it('finishes what has begun before another of its class, but lets a more urgent class pass', async () => {
    const gpu = new Gpu(1000);
    const governor = new UploadGovernor({ clock: gpu.clock });
    void governor.add(gpu.job('first', 100_000), at(3, 1));
    governor.frame(true);
    void governor.add(gpu.job('better', 1000), at(3, 9));
    void governor.add(gpu.job('urgent', 1000), at(1, 0));
    while (governor.pending > 0) governor.frame(true);
    const turns = gpu.log.filter((name, i) => name !== gpu.log[i - 1]);
    expect(turns).toEqual(['first', 'urgent', 'first', 'better']);
  });

  it('can be rescored in place', () => {
    const gpu = new Gpu(1000);
    const governor = new UploadGovernor({ clock: gpu.clock });
    const late = gpu.job('b', 10);
    void governor.add(gpu.job('a', 10), at(3, 5));
    void governor.add(late, at(3, 1));
    governor.setPriority(late, at(3, 9));
    governor.setPriority(gpu.job('unknown', 1), at(0));
    governor.frame(true);
    expect(gpu.log[0]).toBe('b');
  });

  it('a job that throws fails alone', async () => {
    const gpu = new Gpu(10);
    const governor = new UploadGovernor({ clock: gpu.clock });
    const bad = governor.add(gpu.job('bad', 100_000, 100_000), at(1));
    const good = governor.add(gpu.job('good', 10), at(3));
    governor.frame(true);
    await expect(bad).rejects.toThrow('bad failed');
    await good;
    expect(governor.pending).toBe(0);
  });

  it('an abort rejects at once and the job is not stepped again', async () => {
    const gpu = new Gpu(1000);
    const governor = new UploadGovernor({ clock: gpu.clock });
    const controller = new AbortController();
    const job = governor.add(gpu.job('a', MB), at(1), controller.signal);
    governor.frame(true);
    controller.abort('left the room');
    await expect(job).rejects.toBe('left the room');
    const steps = gpu.log.length;
    governor.frame(true);
    expect(gpu.log.length).toBe(steps);
    await expect(governor.add(gpu.job('b', 1), at(1), controller.signal)).rejects.toBe('left the room');
  });

  it('a job that waits for something of its own does not hold up the others, nor the frame', () => {
    const gpu = new Gpu(1);
    const governor = new UploadGovernor({ clock: gpu.clock });
    void governor.add({ done: false, step: () => 0 }, at(0));
    void governor.add(gpu.job('a', 10), at(3));
    governor.frame(true);
    expect(gpu.log).toEqual(['a']);
    expect(governor.pending).toBe(1);
  });

  it('dispose rejects what waits, twice is harmless', async () => {
    const gpu = new Gpu(1);
    const governor = new UploadGovernor({ clock: gpu.clock });
    const job = governor.add(gpu.job('a', 10), at(3));
    governor.dispose();
    governor.dispose();
    await expect(job).rejects.toThrow('disposed');
    await expect(governor.add(gpu.job('b', 10), at(3))).rejects.toThrow('disposed');
  });

  it('whatever comes, changes, fails and is aborted: all settle once, no slice is too large, a frame never stalls', async () => {
    const action = fc.oneof(
      fc.record({
        do: fc.constant('add' as const),
        bytes: fc.integer({ min: 0, max: 2 * MB }),
        class: fc.nat(3),
        utility: fc.nat(9),
        fails: fc.boolean(),
      }),
      fc.record({ do: fc.constant('abort' as const), which: fc.nat(20) }),
      fc.record({ do: fc.constant('rescore' as const), which: fc.nat(20), class: fc.nat(3), utility: fc.nat(9) }),
      fc.record({ do: fc.constant('frame' as const), interacting: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), async (actions, cost) => {
        const gpu = new Gpu(cost);
        const governor = new UploadGovernor({ clock: gpu.clock });
        const jobs: { job: UploadJob; controller: AbortController; settled: number }[] = [];
        for (const a of actions) {
          if (a.do === 'add') {
            const entry = {
              job: gpu.job('j', a.bytes, a.fails ? a.bytes >> 1 : -1),
              controller: new AbortController(),
              settled: 0,
            };
            const count = () => void entry.settled++;
            governor.add(entry.job, at(a.class, a.utility), entry.controller.signal).then(count, count);
            jobs.push(entry);
          } else if (a.do === 'abort') jobs[a.which]?.controller.abort();
          else if (a.do === 'rescore' && jobs[a.which]) governor.setPriority(jobs[a.which].job, at(a.class, a.utility));
          else if (a.do === 'frame') governor.frame(a.interacting);
        }
        for (let n = 0; governor.pending > 0 && n < 10_000; n++) governor.frame(false);
        await new Promise(resolve => setImmediate(resolve));
        expect(jobs.every(j => j.settled === 1)).toBe(true);
        expect(gpu.largest).toBeLessThanOrEqual(SLICE_BYTES);
      }),
      { numRuns: 60, seed: 2014 },
    );
  });
});
