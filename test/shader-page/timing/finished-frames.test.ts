import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { FinishedFrames } from '../../../src/shader-page/timing/finished-frames.ts';

/** A machine whose draws take `drawMs`, and a clock that ticks each `tickMs`. */
function machine(drawMs: number, tickMs: number) {
  let now = 0.3;
  const clock = { now: () => Math.floor(now / tickMs) * tickMs } as Clock;
  const draw = () => {
    now += drawMs;
  };
  const finish = () => {
    now += 0.01;
  };
  return { frames: new FinishedFrames(clock, finish), draw };
}

describe('FinishedFrames', () => {
  it.each([0.2, 0.9, 1.7, 6.3, 40])('measures draws of %d ms within 6 % with a clock of 1 ms', drawMs => {
    const { frames, draw } = machine(drawMs, 1);
    const samples = Array.from({ length: 40 }, () => frames.sample(draw)).filter(ms => ms !== undefined);
    expect(samples.length).toBeGreaterThan(32);
    for (const ms of samples) expect(Math.abs(ms / drawMs - 1)).toBeLessThan(0.06);
  });

  it('ends with a draw that takes no time', () => {
    const { frames, draw } = machine(0, 1);
    const samples = Array.from({ length: 40 }, () => frames.sample(draw)).filter(ms => ms !== undefined);
    expect(samples.length).toBeGreaterThan(20);
  });
});
