import { expect, it } from 'vitest';
import { FrameUploads } from '../../src/viewer/frame-uploads.ts';

/** A job of so many slices, each of which takes a millisecond. */
function slices(count: number, time: { now: number }) {
  return {
    left: count,
    get done() {
      return this.left <= 0;
    },
    step() {
      time.now++;
      this.left--;
      return 1;
    },
  };
}

function uploadsAt(time: { now: number }): FrameUploads {
  return new FrameUploads({ now: () => time.now, after: () => () => {} });
}

it('uploads for a few milliseconds a frame, fewer while somebody looks around, and always a little', () => {
  const time = { now: 0 };
  const uploads = uploadsAt(time);
  const job = slices(100, time);
  void uploads.add(job);
  uploads.frame(16, false);
  expect(job.left).toBe(94);
  uploads.frame(16, true);
  expect(job.left).toBe(92);
  uploads.frame(200, true);
  expect(job.left).toBe(72);
});

it('one job after the other; one that fails rejects, and the next goes on', async () => {
  const time = { now: 0 };
  const uploads = uploadsAt(time);
  const bad = uploads.add({
    done: false,
    step() {
      throw new RangeError('too large for this GPU');
    },
  });
  const good = uploads.add(slices(2, time));
  uploads.frame(16, false);
  await expect(bad).rejects.toThrow('too large');
  await expect(good).resolves.toBeUndefined();
});
