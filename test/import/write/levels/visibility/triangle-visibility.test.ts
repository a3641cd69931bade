import { describe, expect, it } from 'vitest';
import type { SourcePart } from '../../../../../src/import/model/source-model.ts';
import { SELDOM_SEEN } from '../../../../../src/import/write/levels/visibility/sight.ts';
import { hiddenTriangles, triangleVisibility } from '../../../../../src/import/write/levels/visibility/triangle-visibility.ts';
import { type PackedPart, packPart, quantizationVolume, weld } from '../../../../../src/import/write/meshes/packed-part.ts';
import { material } from '../../fixtures.ts';
import { ball } from '../ball.ts';

/** Share of the triangles of the first that nobody sees beside the others. */
function hiddenShare(parts: readonly SourcePart[], change: (part: PackedPart, i: number) => PackedPart = p => p): number {
  const volume = quantizationVolume(parts);
  const packed = parts.map((part, i) => ({ part: change(packPart(part, volume, 4), i), joints: [0, 1] }));
  const [first, ...others] = hiddenTriangles(packed);
  for (const other of others) expect(other.some(x => x === 1)).toBe(false);
  return first.reduce((a, b) => a + b, 0) / first.length;
}

describe('hidden triangles', () => {
  const inner = ball(0.97, 5, 0);
  const outer = ball(1, 5, 0);

  it('include a whole ball in a ball; in a cup, those that cannot be seen through its opening', () => {
    expect(hiddenShare([inner, outer])).toBe(1);
    const inCup = hiddenShare([inner, ball(1, 5, 0, 0.3)]);
    expect(inCup).toBeGreaterThan(0.3);
    expect(inCup).toBeLessThan(0.6);
    expect(hiddenShare([inner])).toBe(0);
  });

  it('do not exist under a surface that moves differently, is transparent, changes shape or is far away', () => {
    expect(hiddenShare([inner, ball(1, 5, 1)])).toBe(0);
    const blended = (part: PackedPart, i: number): PackedPart =>
      i === 1 ? { ...part, material: { ...part.material, alphaMode: 'blend' } } : part;
    expect(hiddenShare([inner, outer], blended)).toBe(0);
    const morphed = (part: PackedPart, i: number): PackedPart =>
      i === 1 ? { ...part, morphs: [{ name: 'open', position: part.attributes.POSITION }] } : part;
    expect(hiddenShare([inner, outer], morphed)).toBe(0);
    expect(hiddenShare([ball(0.5, 5, 0), outer])).toBe(0);
  });

  it('do not include a large one whose rim is visible around what stands before it', () => {
    const quad = (half: number, z: number): SourcePart => ({
      material: material('skin'),
      positions: Float32Array.of(-half, -half, z, half, -half, z, half, half, z, -half, half, z),
      normals: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
      index: Uint32Array.of(0, 1, 2, 0, 2, 3),
    });
    const behind = (front: SourcePart): number[] => {
      const parts = [quad(1, 0), front];
      const volume = quantizationVolume(parts);
      return [...hiddenTriangles(parts.map(part => ({ part: packPart(part, volume, 4), joints: [] })))[0]];
    };
    expect(behind(quad(0.94, 0.01))).toEqual([0, 0]);
    expect(behind(quad(1.6, 0.01))).toEqual([1, 1]);
  });

  it('may belong to a double-sided surface under another double-sided one', () => {
    const twoSided = { ...outer, material: { ...outer.material, doubleSided: true } };
    expect(hiddenShare([inner, twoSided])).toBe(1);
    // Of one side only, and that one within: whoever looks from without looks through.
    expect(hiddenShare([inner, { ...outer, index: outer.index.slice().reverse() }])).toBe(0);
  });
});

describe('triangleVisibility', () => {
  it('keeps a triangle whose middle is covered while its rim is seen', async () => {
    // A face of two triangles below an eye that covers the middle of both.
    const corners = [-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0];
    const triangles = [0, 1, 2, 0, 2, 3];
    const small = corners.map((x, i) => (i % 3 === 2 ? 0.02 : x * 0.5));
    const source = {
      material: material('face'),
      positions: Float32Array.of(...corners, ...small),
      normals: Float32Array.from({ length: 24 }, (_, i) => (i % 3 === 2 ? 1 : 0)),
      joints: new Uint16Array(32),
      weights: Float32Array.from({ length: 32 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
      index: Uint32Array.of(...triangles, ...triangles.map(v => v + 4)),
    };
    const part = weld(packPart(source, quantizationVolume([source]), 4));
    const [seen] = await triangleVisibility([{ part, joints: [0] }]);
    expect([...seen].every(s => s === 0 || s > SELDOM_SEEN)).toBe(true);
  });
});
