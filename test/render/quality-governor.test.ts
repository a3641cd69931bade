import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { QualityGovernor, STEPS } from '../../src/render/quality-governor.ts';

/** Simulates a machine: pixels and everything else cost milliseconds; the display shows at most 60 frames a second. */
function play(governor: QualityGovernor, frames: number, pixelMs: number, otherMs: number, noise = 0.1) {
  const random = seededRandom(4);
  let changes = 0;
  const times: number[] = [];
  for (let i = 0; i < frames; i++) {
    const { resolution, lodTolerance } = governor.quality;
    const cost = (pixelMs * resolution ** 2 + otherMs / Math.sqrt(lodTolerance / 1.5)) * (1 + noise * (random() - 0.5));
    const ms = Math.max(16.7, cost);
    times.push(ms);
    if (governor.frame(ms)) changes++;
  }
  return { changes, last: times.slice(-30).reduce((a, b) => a + b) / 30 };
}

describe('QualityGovernor', () => {
  it('keeps the best quality on a fast machine', () => {
    const governor = new QualityGovernor();
    expect(play(governor, 2000, 6, 4)).toMatchObject({ changes: 0 });
    expect(governor.step).toBe(0);
  });

  it('brings a slow machine to 30 frames a second within four seconds and stays there', () => {
    const governor = new QualityGovernor();
    play(governor, 100, 40, 20);
    const settled = play(governor, 3000, 40, 20);
    expect(settled.last).toBeLessThan(1000 / 28);
    expect(settled.changes).toBeLessThanOrEqual(12);
  });

  it('stops at the cheapest step when nothing helps', () => {
    const governor = new QualityGovernor();
    play(governor, 500, 400, 400);
    expect(governor.step).toBe(STEPS.length - 1);
  });

  it('returns to the best quality after the load has ended', () => {
    const governor = new QualityGovernor();
    play(governor, 300, 60, 30);
    expect(governor.step).toBeGreaterThan(2);
    play(governor, 6000, 5, 3);
    expect(governor.step).toBe(0);
  });

  it('waits longer after each failed step up', () => {
    const governor = new QualityGovernor();
    // Just fast enough at step 3 to look easy, too slow at 2.
    const machine = () => (governor.step >= 3 ? 20 : 45);
    const gaps: number[] = [];
    let last = 0;
    for (let i = 0; i < 6000; i++) {
      const before = governor.step;
      governor.frame(machine());
      if (governor.step < before) {
        gaps.push(i - last);
        last = i;
      }
    }
    expect(gaps.length).toBeGreaterThan(3);
    for (let i = 2; i < gaps.length; i++) expect(gaps[i]).toBeGreaterThanOrEqual(gaps[i - 1]);
    expect(gaps.at(-1)).toBeGreaterThan(1000);
  });

  it('ignores a hitch, a hidden tab and invalid numbers', () => {
    const governor = new QualityGovernor();
    for (let i = 0; i < 600; i++) governor.frame(i % 20 === 0 ? 250 : 16.7);
    for (const odd of [30_000, 0, -5, Number.NaN]) for (let i = 0; i < 20; i++) governor.frame(odd);
    expect(governor.step).toBe(0);
  });

  it('immediately steps down when frames take more than a second, but not for a single such frame', () => {
    const governor = new QualityGovernor();
    for (let i = 0; i < 100; i++) governor.frame(i % 10 === 5 ? 1500 : 20);
    expect(governor.step).toBe(0);
    for (let i = 0; i < 2; i++) governor.frame(1400);
    expect(governor.step).toBe(5);
    for (let i = 0; i < 20; i++) governor.frame(1400);
    expect(governor.step).toBe(STEPS.length - 1);
  });

  it('takes several steps at once when frames take more than four times the target', () => {
    const governor = new QualityGovernor();
    const steps: number[] = [];
    let elapsed = 0;
    while (governor.step < STEPS.length - 1) {
      const before = governor.step;
      governor.frame(380);
      elapsed += 380;
      if (governor.step !== before) steps.push(governor.step - before);
    }
    expect(steps).toEqual([3, 3, 1]);
    expect(elapsed).toBeLessThan(4000);
  });

  it('does not take three hitches for a slow machine unless they follow each other', () => {
    const governor = new QualityGovernor();
    for (let i = 0; i < 300; i++) governor.frame(i % 3 === 2 ? 16 : i % 30 < 2 ? 900 : 16);
    expect(governor.step).toBe(0);
  });

  it('tells the step that it held, and starts with one that it is given', () => {
    const slow = new QualityGovernor();
    for (let i = 0; i < 20; i++) slow.frame(380);
    expect(slow.steady).toBeUndefined();
    for (let i = 0; i < 30; i++) slow.frame(380);
    expect(slow.steady).toBe(STEPS.length - 1);
    expect(new QualityGovernor({ step: slow.steady ?? 0 }).step).toBe(STEPS.length - 1);
    for (const [given, first] of [
      [99, STEPS.length - 1],
      [-1, 0],
      [2.7, 2],
      [Number.NaN, 0],
    ])
      expect(new QualityGovernor({ step: given }).step).toBe(first);
    const high = new QualityGovernor({ mode: 'high' });
    play(high, 500, 100, 100);
    expect(high.steady).toBeUndefined();
  });

  it('keeps low and high fixed', () => {
    for (const mode of ['low', 'high'] as const) {
      const governor = new QualityGovernor({ mode });
      const { step } = governor;
      play(governor, 500, 100, 100);
      expect(governor.step).toBe(step);
    }
    expect(new QualityGovernor({ mode: 'low' }).quality.resolution).toBeLessThan(1);
  });

  it('refuses an invalid target', () => {
    expect(() => new QualityGovernor({ targetMs: 0 })).toThrow(RangeError);
  });

  it('makes each step cheaper than the previous in at least one setting and dearer in none', () => {
    for (let i = 1; i < STEPS.length; i++) {
      expect(STEPS[i].resolution).toBeLessThanOrEqual(STEPS[i - 1].resolution);
      expect(STEPS[i].lodTolerance).toBeGreaterThanOrEqual(STEPS[i - 1].lodTolerance);
      expect(STEPS[i].poseSlowness).toBeGreaterThanOrEqual(STEPS[i - 1].poseSlowness);
      expect(STEPS[i]).not.toEqual(STEPS[i - 1]);
    }
  });
});
