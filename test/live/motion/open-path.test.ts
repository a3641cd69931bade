import { describe, expect, it } from 'vitest';
import { createOpenPath, placeOnPath } from '../../../src/live/motion/open-path.ts';

const at = (path: Parameters<typeof placeOnPath>[0], metres: number) => {
  const out = new Float32Array(4);
  placeOnPath(path, metres, out);
  return [...out].map(x => Math.round(x * 1000) / 1000);
};

describe('a way that is walked once', () => {
  const path = createOpenPath([
    [0, 0, 0],
    [3, 0, 0],
    [3, 0, 0],
    [3, 0.5, 4],
  ]);

  it('is as long as its lines; repeated points are left out', () => {
    expect(path.length).toBeCloseTo(3 + Math.hypot(4, 0.5));
    expect(path.along).toHaveLength(3);
  });

  it('gives the place and the direction of the way', () => {
    expect(at(path, 0)).toEqual([0, 0, 0, 1.571]);
    expect(at(path, 1.5)).toEqual([1.5, 0, 0, 1.571]);
    expect(at(path, 3 + path.along[2] - 3)).toEqual([3, 0.5, 4, 0]);
  });

  it('ends at its last point', () => {
    expect(at(path, 1e6)).toEqual([3, 0.5, 4, 0]);
    expect(at(path, -1)).toEqual([0, 0, 0, 1.571]);
  });

  it('keeps the heading if it is a single point', () => {
    const point = createOpenPath([[1, 2, 3]]);
    const out = Float32Array.of(0, 0, 0, 0.7);
    placeOnPath(point, 5, out);
    expect([...out]).toEqual([1, 2, 3, Math.fround(0.7)]);
  });
});
