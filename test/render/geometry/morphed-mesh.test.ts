import { describe, expect, it } from 'vitest';
import type { MeshPart, MorphTarget } from '../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../src/assets/meshes/prepare-part.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { MorphedMesh } from '../../../src/render/geometry/morphed-mesh.ts';
import { createPartMesh, type PartData, type PartMesh } from '../../../src/render/geometry/part-mesh.ts';
import { instancePart } from '../../../src/room/furniture/part-instance.ts';

const COUNT = 300;

/**
 * A quantized part of random vertices with five targets. The first moves all vertices, the others a part; the last has no
 * normals.
 */
function face(): MeshPart {
  const random = seededRandom(11);
  const int16 = (n: number) => Int16Array.from({ length: n }, () => Math.round((random() * 2 - 1) * 30_000));
  const unit = (n: number) => {
    const out = new Int8Array(n);
    for (let v = 0; v < n; v += 3) {
      const p = [random() - 0.5, random() - 0.5, random() - 0.5];
      out.set(
        p.map(x => Math.round((127 * x) / Math.hypot(...p))),
        v,
      ); // prettier-ignore
    }
    return out;
  };
  const deltas = (share: number, size: number) => {
    const out = new Float32Array(COUNT * 3);
    for (let v = 0; v < COUNT; v++) if (random() < share) for (let k = 0; k < 3; k++) out[v * 3 + k] = (random() - 0.5) * size;
    return out;
  };
  const attributes = {
    POSITION: { array: int16(COUNT * 3), itemSize: 3, normalized: true },
    NORMAL: { array: unit(COUNT * 3), itemSize: 3, normalized: true },
    TEXCOORD_0: { array: new Float32Array(COUNT * 2), itemSize: 2, normalized: false },
  };
  const index = Uint16Array.from({ length: COUNT }, (_, i) => i);
  return preparePart({
    material: plainMaterial({ name: 'skin' }),
    levels: [
      { index, error: 0, attributes },
      { index: index.subarray(0, 99), error: 0.01, attributes },
      { index: index.subarray(0, 30), error: 0.02, attributes: { ...attributes, POSITION: { ...attributes.POSITION } } },
    ],
    transform: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
    skin: undefined,
    morphTargets: ['all', 'smile', 'blink', 'brow', 'jaw'].map(
      (name, i): MorphTarget => ({
        name,
        position: deltas(i === 0 ? 1 : 0.2, 0.2),
        normal: i === 4 ? undefined : deltas(i === 0 ? 1 : 0.2, 0.5),
      }),
    ),
    bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
  });
}

/** Morphs in double precision, by the formula of glTF 2.0 section 3.7.2.2. */
function reference(part: MeshPart, weights: readonly (readonly [number, number])[]) {
  const { POSITION, NORMAL } = part.levels[0].attributes;
  const p = Array.from(POSITION.array, x => Math.max(-1, x / 32767));
  const n = Array.from(NORMAL?.array ?? [], x => Math.max(-1, x / 127));
  const touched = new Set<number>();
  for (const [target, weight] of weights) {
    const { position, normal } = part.morphTargets[target];
    for (let i = 0; i < p.length; i++) {
      p[i] += position[i] * weight;
      n[i] += (normal?.[i] ?? 0) * weight;
      if (position[i] || normal?.[i]) touched.add((i / 3) | 0);
    }
  }
  for (const v of touched) {
    const length = Math.hypot(...n.slice(v * 3, v * 3 + 3));
    for (let k = v * 3; k < v * 3 + 3; k++) n[k] /= length;
  }
  return { p, n };
}

const worst = (a: ArrayLike<number>, b: readonly number[]) => b.reduce((most, x, i) => Math.max(most, Math.abs(x - a[i])), 0);
const arrayOf = (mesh: PartMesh, name: string) => mesh.geometry.getAttribute(name).array as Float32Array;
const show = (...weights: (readonly [number, number])[]) => ({
  targets: weights.map(w => w[0]),
  weights: weights.map(w => w[1]),
});

function instance(part: MeshPart) {
  const owner = createPartMesh(part);
  const mesh = instancePart(owner, owner.material, undefined);
  return { owner, mesh, morphed: new MorphedMesh(mesh, part.morphTargets) };
}

describe('MorphedMesh', () => {
  it('moves positions and normals like double precision, whatever was shown before', () => {
    const part = face();
    const { mesh, morphed } = instance(part);
    const random = seededRandom(3);
    for (let round = 0; round < 40; round++) {
      const weights = [0, 1, 2, 3, 4]
        .filter(() => random() < 0.6)
        .slice(0, 4)
        .map(target => [target, random() * 1.5 - 0.25] as const);
      morphed.show(show(...weights, [0, 0]));
      const { p, n } = reference(part, weights);
      if (weights.length === 0) continue;
      expect(worst(arrayOf(mesh, 'position'), p)).toBeLessThan(1e-6);
      expect(worst(arrayOf(mesh, 'normal'), n)).toBeLessThan(1e-6);
    }
    morphed.show(show([0, 0], [3, 0]));
    const rest = reference(part, []);
    expect(worst(arrayOf(mesh, 'position'), rest.p)).toBeLessThan(1e-6);
  });

  it('shares the geometry until a morph shows, uploads only after changes of weights, and frees the copy', () => {
    const part = face();
    const { owner, mesh, morphed } = instance(part);
    morphed.show(show([1, 0]));
    expect(mesh.geometry).toBe(owner.geometry);
    morphed.show(show([1, 0.5]));
    expect(mesh.geometry).not.toBe(owner.geometry);
    expect(mesh.geometry.getAttribute('uv')).toBe(owner.geometry.getAttribute('uv'));
    expect(mesh.geometry.index).toBe(owner.geometry.index);
    const { version } = mesh.geometry.getAttribute('position') as { version: number };
    morphed.show(show([2, 0], [1, 0.5]));
    expect((mesh.geometry.getAttribute('position') as { version: number }).version).toBe(version);
    morphed.show(show([1, 0.6]));
    expect((mesh.geometry.getAttribute('position') as { version: number }).version).toBe(version + 1);
    const copies = (mesh.userData.foyer as PartData).levels.map(l => l.geometry);
    let freed = 0;
    for (const copy of copies) copy.addEventListener('dispose', () => freed++);
    morphed.dispose();
    morphed.dispose();
    expect([mesh.geometry, mesh.userData.foyer.levels, freed]).toEqual([owner.geometry, owner.userData.foyer.levels, 2]);
    expect(Object.keys(owner.geometry.attributes)).toContain('uv');
  });

  it('moves levels of detail that share the finest vertices, and leaves other avatars unchanged', () => {
    const part = face();
    const { owner, mesh, morphed } = instance(part);
    const other = instancePart(owner, owner.material, undefined);
    morphed.show(show([0, 1]));
    const levels = (mesh.userData.foyer as PartData).levels;
    const shared = (owner.userData.foyer as PartData).levels;
    expect(levels[1].geometry.getAttribute('position')).toBe(levels[0].geometry.getAttribute('position'));
    expect(levels[2].geometry).toBe(shared[2].geometry);
    expect(other.geometry).toBe(owner.geometry);
    expect(arrayOf(owner, 'position')).toBe(part.levels[0].attributes.POSITION.array);
  });
});
