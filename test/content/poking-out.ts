import { mat4 } from 'gl-matrix';
import { BufferAttribute, BufferGeometry, DoubleSide, Ray, Vector3 } from 'three';
import { type HitPointInfo, MeshBVH } from 'three-mesh-bvh';
import type { AnimationAsset } from '../../src/assets/motion/animation-asset.ts';
import { type Humanoid, worldOf } from '../../src/content/lounge/avatar/captured-humanoid.ts';
import type { SourcePart } from '../../src/import/model/source-model.ts';

/** Range of depths below a garment in the bind pose that count as covered, metres. */
const COVERED = { least: 0.003, most: 0.06 } as const;

const [a, b, c, middle, normal, facing, lid] = Array.from({ length: 7 }, () => new Vector3());
const nearest: HitPointInfo = { point: new Vector3(), distance: 0, faceIndex: 0 };
const ray = new Ray();

/**
 * Measures how much of a covered surface comes out of a garment in another pose.
 *
 * @param over - a closed surface.
 * @param matrices - of each joint, bind pose -> pose.
 * @returns the area in cm², and the farthest distance in mm.
 */
export function pokingOut(under: SourcePart, over: SourcePart, matrices: readonly mat4[]): { area: number; farthest: number } {
  const rest = surfaceOf(over.positions, over.index);
  const posed = surfaceOf(skinned(over, matrices), over.index);
  const positions = skinned(under, matrices);
  let [area, farthest] = [0, 0];
  for (let t = 0; t < under.index.length; t += 3) {
    readTriangle(under.positions, under.index, t);
    const depth = depthIn(rest);
    if (depth < COVERED.least || depth > COVERED.most) continue;
    facing.copy(normal);
    const size = readTriangle(positions, under.index, t);
    const out = -depthIn(posed);
    // Ignore surfaces that come out of a hem, where a lid closes the garment: they do not come through cloth.
    if (out <= 0 || normalOf(over, nearest.faceIndex).dot(facing) < 0.35) continue;
    area += size * 1e4;
    farthest = Math.max(farthest, out * 1e3);
  }
  return { area, farthest };
}

/** Returns the joint matrices at a moment of a clip. */
export function posed({ skeleton, world }: Humanoid, clip: AnimationAsset, seconds: number): mat4[] {
  const [rotations, translations] = [skeleton.rotations.slice(), skeleton.translations.slice()];
  for (const { target, path, times, values } of clip.tracks) {
    const width = path === 'rotation' ? 4 : 3;
    const key = Math.max(
      0,
      times.findLastIndex(time => time <= seconds),
    );
    const of = path === 'rotation' ? rotations : translations;
    of.set(values.slice(key * width, key * width + width), skeleton.names.indexOf(target) * width);
  }
  return worldOf(skeleton, rotations, translations).map((m, j) =>
    mat4.multiply(mat4.create(), m, mat4.invert(mat4.create(), world[j]) ?? mat4.create()),
  );
}

function skinned({ positions, joints = new Uint16Array(), weights = new Float32Array() }: SourcePart, matrices: readonly mat4[]) {
  const out = new Float32Array(positions.length);
  for (let v = 0; v < positions.length / 3; v++) {
    const [x, y, z] = positions.subarray(v * 3, v * 3 + 3);
    for (let k = v * 4; k < v * 4 + 4; k++) {
      const m = matrices[joints[k]];
      for (let i = 0; i < 3; i++) out[v * 3 + i] += weights[k] * (m[i] * x + m[4 + i] * y + m[8 + i] * z + m[12 + i]);
    }
  }
  return out;
}

function surfaceOf(positions: Float32Array, index: Uint32Array): MeshBVH {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setIndex(new BufferAttribute(index, 1));
  // Indirect, so that triangles keep their numbers.
  return new MeshBVH(geometry, { indirect: true });
}

/** Writes the triangle's centre and normal; returns its area, m². */
function readTriangle(positions: Float32Array, index: Uint32Array, t: number): number {
  for (const [corner, k] of [
    [a, 0],
    [b, 1],
    [c, 2],
  ] as const)
    corner.fromArray(positions, index[t + k] * 3);
  middle.copy(a).add(b).add(c).divideScalar(3);
  normal.crossVectors(b.sub(a), c.sub(a));
  const area = normal.length() / 2;
  normal.normalize();
  return area;
}

/** Returns the normal of triangle `face` in the bind pose. */
function normalOf({ positions, index }: SourcePart, face: number): Vector3 {
  const corner = (k: number) => new Vector3().fromArray(positions, index[face * 3 + k] * 3);
  const from = corner(0);
  return lid.crossVectors(corner(1).sub(from), corner(2).sub(from)).normalize();
}

/**
 * Returns how far `middle` is below a closed surface, metres; negative above it. The surface may intersect itself. `nearest` is
 * then the nearest point.
 */
function depthIn(surface: MeshBVH): number {
  ray.origin.copy(middle);
  ray.direction.copy(normal);
  let leaves = 0;
  for (const hit of surface.raycast(ray, DoubleSide)) leaves += Math.sign(hit.face?.normal.dot(normal) ?? 0);
  surface.closestPointToPoint(middle, nearest);
  return leaves > 0 ? nearest.distance : -nearest.distance;
}
