import { describe, expect, it } from 'vitest';
import { FramePace, type Pace } from '../../../src/viewer/stage/frame-pace.ts';

/**
 * Frames drawn in a second by a display of 60 a second whose next callback comes `costMs` after a frame: what a stage does.
 */
function framesASecond(pace: Pace, costMs: number, { backlog = 50, attended = false } = {}): number {
  const frames = new FramePace();
  frames.pace = pace;
  let drawn = 0;
  let latest = 0;
  for (let now = costMs; now <= 10_000; now += 1000 / 60) {
    if (frames.isTooEarly(now - latest, backlog, attended)) continue;
    frames.drawn();
    drawn++;
    latest = now;
    now += costMs - 1000 / 60;
  }
  return drawn / 10;
}

describe('the pace of frames', () => {
  it('is all that the display shows while the room is live', () => {
    expect(framesASecond('live', 1000 / 60)).toBeCloseTo(60, 0);
    expect(framesASecond('live', 100)).toBeCloseTo(10, 0);
  });

  it('is low behind the veil: at most a fifth of the time, but two a second', () => {
    expect(framesASecond('loading', 1000 / 60, { backlog: 0 })).toBeCloseTo(12, 0);
    expect(framesASecond('loading', 50, { backlog: 0 })).toBeCloseTo(4, 0);
    expect(framesASecond('loading', 400, { backlog: 0 })).toBeGreaterThanOrEqual(2);
  });

  it('is three a second behind the veil while the machine is behind, unless the user is interacting', () => {
    expect(framesASecond('loading', 1000 / 60)).toBeCloseTo(3.3, 0);
    expect(framesASecond('loading', 1000 / 60, { attended: true })).toBeCloseTo(12, 0);
    expect(framesASecond('loading', 400)).toBeGreaterThanOrEqual(2);
  });

  it('leaves out slow frames only, while the machine is behind with high textures and nobody does anything', () => {
    expect(framesASecond('refining', 1000 / 60)).toBeCloseTo(60, 0);
    expect(framesASecond('refining', 1000 / 30)).toBeCloseTo(30, 0);
    expect(framesASecond('refining', 60)).toBeCloseTo(3.3, 0);
    expect(framesASecond('refining', 400)).toBeGreaterThanOrEqual(2);
  });

  it('leaves out none while the user is interacting', () => {
    expect(framesASecond('refining', 60, { attended: true })).toBeCloseTo(1000 / 60, 0);
    expect(framesASecond('loading', 60, { attended: true })).toBeLessThan(4);
  });

  it('leaves out none while the network is the limit, however long that takes', () => {
    expect(framesASecond('refining', 60, { backlog: 0 })).toBeCloseTo(1000 / 60, 0);
    expect(framesASecond('refining', 60, { backlog: 3 })).toBeCloseTo(1000 / 60, 0);
    expect(framesASecond('loading', 60, { backlog: 0 })).toBeLessThan(4);
  });

  it('once behind catches up before all frames are drawn again, and falls behind only when much waits', () => {
    const frames = new FramePace();
    frames.pace = 'refining';
    const leftOut = [7, 8, 7, 2, 1, 2, 7, 8].map(backlog => frames.isTooEarly(100, backlog, false));
    expect(leftOut).toEqual([false, true, true, true, false, false, false, true]);
  });

  it('draws at once for a returning user', () => {
    const frames = new FramePace();
    frames.pace = 'refining';
    frames.drawn();
    expect(frames.isTooEarly(80, 50, false)).toBe(true);
    expect(frames.isTooEarly(97, 50, true)).toBe(false);
  });

  it('draws the first frame, which has none before it', () => {
    const frames = new FramePace();
    frames.pace = 'loading';
    expect(frames.isTooEarly(Number.NaN, 0, false)).toBe(false);
  });

  it('draws 30 frames a second while a battery is saved and nobody touches', () => {
    const frames = new FramePace();
    expect(frames.isTooEarly(17, 0, false, true)).toBe(true);
    expect(frames.isTooEarly(33, 0, false, true)).toBe(false);
    expect(frames.isTooEarly(17, 0, true, true)).toBe(false);
    expect(frames.isTooEarly(17, 0, false, false)).toBe(false);
  });
});
