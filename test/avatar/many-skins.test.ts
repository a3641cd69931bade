import { describe, expect, it } from 'vitest';
import { Avatar } from '../../src/avatar/avatar.ts';
import { compileClip } from '../../src/avatar/clips/clip.ts';
import { bindSkin } from '../../src/avatar/skeleton/palette.ts';
import { Skeleton } from '../../src/avatar/skeleton/skeleton.ts';
import { compose, multiply, transform } from '../import/gltf/pose.ts';

const COUNT = 150;
const names = Array.from({ length: COUNT }, (_, i) => `joint ${i}`);
/** Each joint is 2 cm above the previous one; every tenth is also 5 cm to the side. */
const at = (i: number) => [i % 10 === 0 ? 0.05 : 0, 0.02, 0];

const skeleton = new Skeleton({
  names,
  parents: Int16Array.from(names, (_, i) => i - 1),
  translations: Float32Array.from(names.flatMap((_, i) => at(i))),
  rotations: Float32Array.from(names.flatMap(() => [0, 0, 0, 1])),
  scales: new Float32Array(COUNT * 3).fill(1),
  humanoid: {},
});

/** Each joint bends by its own angle, back and forth within two seconds. */
const angle = (joint: number, seconds: number) => 0.05 * Math.sin(joint) * (seconds < 1 ? seconds : 2 - seconds);
const clip = compileClip(
  {
    name: 'bend',
    duration: 2,
    loop: true,
    speed: 0,
    tracks: names.map((target, j) => ({
      target,
      path: 'rotation' as const,
      interpolation: 'linear' as const,
      times: Float32Array.of(0, 1, 2),
      values: Float32Array.from([0, 1, 2].flatMap(t => [0, 0, Math.sin(angle(j, t) / 2), Math.cos(angle(j, t) / 2)])),
    })),
  },
  skeleton,
);

/** Joint to avatar space at `seconds`, in double precision. */
function reference(seconds: number): number[][] {
  const worlds: number[][] = [];
  names.forEach((_, j) => {
    const local = compose(at(j), [0, 0, Math.sin(angle(j, seconds) / 2), Math.cos(angle(j, seconds) / 2)], [1, 1, 1]);
    worlds.push(j === 0 ? local : multiply(worlds[j - 1], local));
  });
  return worlds;
}

/** Makes a part on joints `from` to `to`, bound at rest. */
function part(from: number, to: number) {
  const joints = names.slice(from, to);
  const rest = reference(0);
  const inverseBind = Float32Array.from(
    joints.flatMap((_, i) => {
      const m = rest[from + i];
      // At rest no joint is rotated, so the inverse only removes the translation.
      return [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -m[12], -m[13], -m[14], 1];
    }),
  );
  return { joints, inverseBind };
}

function throughPalette(palette: Float32Array, joint: number, [x, y, z]: number[]): number[] {
  return [0, 272, 544].map(row => {
    const [a, b, c, d] = palette.subarray(row + joint * 4, row + joint * 4 + 4);
    return a * x + b * y + c * z + d;
  });
}

describe('an avatar with more joints than a draw call can have', () => {
  it('wears several skins of at most 68 joints, which follow one skeleton and meet at shared joints', () => {
    const avatar = new Avatar(skeleton);
    avatar.animator.add(clip);
    avatar.animator.play('bend', { fade: 0 });
    const ranges = [
      [0, 68],
      [60, 128],
      [120, 150],
    ] as const;
    const palettes = ranges.map(([from, to]) => avatar.addSkin(bindSkin(part(from, to), skeleton, 'chain.glb')));
    expect(new Set(palettes).size).toBe(3);
    const rest = reference(0);
    for (const seconds of [0, 0.4, 0.6, 0.9]) {
      avatar.animator.play('bend', { fade: 0, phase: seconds });
      avatar.evaluate();
      const now = reference(seconds);
      ranges.forEach(([from, to], skin) => {
        for (let j = from; j < to; j++) {
          // A vertex 10 cm beside its joint.
          const point = [rest[j][12] + 0.1, rest[j][13], rest[j][14]];
          const expected = transform(now[j], [0.1, 0, 0]);
          const got = throughPalette(palettes[skin], j - from, point);
          expect(Math.hypot(...got.map((x, k) => x - expected[k]))).toBeLessThan(5e-4);
        }
      });
    }
  });

  it('removes parts while the others go on', () => {
    const avatar = new Avatar(skeleton);
    avatar.animator.add(clip);
    const [low, high] = [part(0, 68), part(82, 150)].map(p => avatar.addSkin(bindSkin(p, skeleton, 'chain.glb')));
    avatar.removeSkin(low);
    avatar.animator.play('bend', { fade: 0, phase: 0.7 });
    avatar.evaluate();
    const expected = transform(reference(0.7)[149], [0, 0, 0]);
    const rest = reference(0)[149];
    const got = throughPalette(high, 67, [rest[12], rest[13], rest[14]]);
    expect(Math.hypot(...got.map((x, k) => x - expected[k]))).toBeLessThan(5e-4);
  });
});
