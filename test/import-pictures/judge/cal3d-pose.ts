import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { vec3 } from 'gl-matrix';
import type { Cal3dSubmesh } from '../../../src/import/cal3d/cal3d-file.ts';
import { parseAnimation, parseMesh, parseSkeleton } from '../../../src/import/cal3d/parse-cal3d-file.ts';
import { poseAt, skin } from '../../import/cal3d/skinning.ts';
import type { PosedPart } from './their-model.ts';

/** Keys of the walk that are compared: an early one, one in the middle, a late one. */
const KEYS = [7, 20, 33];

export interface PosedCal3d {
  readonly parts: readonly PosedPart[];
  /** Seconds of the keys in the clip `walk`. */
  readonly times: readonly number[];
}

/**
 * What three draws in place of a Cal3D model, for which it has no loader: every submesh, posed by straight skinning in doubles,
 * at rest and at three keys of its walk. Materials are read here from the XML as the library's viewers read them.
 *
 * @param height - metres: the file has no unit, and what the import made of it is not the judge's business.
 */
export function posedCal3d(folder: string, height: number): PosedCal3d {
  const name = basename(folder);
  const file = (ending: string): Buffer => readFileSync(join(folder, ending));
  const lines = (key: string): string[] =>
    [
      ...file(`${name}.cfg`)
        .toString()
        .matchAll(new RegExp(`^${key}=(.*?)\\s*$`, 'gm')),
    ].map(m => m[1]);
  const ignore = (): void => {};
  const skeleton = parseSkeleton(file(`${name}.csf`), name, ignore);
  const walk = parseAnimation(file(`${name}_walk.caf`), name, ignore);
  const full = walk.tracks.reduce((a, b) => (a.times.length >= b.times.length ? a : b));
  const times = KEYS.map(k => full.times[Math.min(k, full.times.length - 1)]);
  const moments = [
    { name: '', pose: poseAt(skeleton, undefined, 0) },
    ...KEYS.map((key, i) => ({ name: `0 ${times[i]}`, pose: poseAt(skeleton, walk, key) })),
  ];
  const materials = lines('material').map(m => materialOf(file(m).toString()));
  const meshes = lines('mesh').map(m => parseMesh(file(m), m, ignore));
  const ups = meshes.flatMap(m => m.submeshes.flatMap(s => [...s.positions.filter((_, i) => i % 3 === 2)]));
  const unit = height / (ups.reduce((a, b) => Math.max(a, b)) - ups.reduce((a, b) => Math.min(a, b)));
  const parts = meshes.flatMap(mesh => {
    const posed = moments.map(({ pose }) => skin(skeleton, mesh, pose));
    return mesh.submeshes.map((submesh, s): PosedPart => {
      const poses = moments.map((moment, m) => {
        const { positions, normals } = posed[m][s];
        return [moment.name, { positions: yUp(positions, unit), normals: yUp(normals, 1) }] as const;
      });
      const uvs = submesh.uvs[0] ?? new Float32Array((submesh.positions.length / 3) * 2);
      const material = materials[submesh.material];
      const sheet = submesh.springs.length > 0 || material.opacity !== undefined;
      return { index: facingOut(submesh), uvs: [...uvs], ...material, sheet, poses: Object.fromEntries(poses) };
    });
  });
  return { parts, times };
}

/** Triangles wound as their normals point: files are wound either way, and the library lights by the normals alone. */
function facingOut({ index, positions, normals }: Cal3dSubmesh): number[] {
  const at = (values: Float32Array, v: number) => values.slice(v * 3, v * 3 + 3) as vec3;
  const out: number[] = [];
  for (let i = 0; i < index.length; i += 3) {
    const [a, b, c] = index.slice(i, i + 3);
    const [p, q, r] = [a, b, c].map(v => at(positions, v));
    const face = vec3.cross(vec3.create(), vec3.sub(q, q, p), vec3.sub(r, r, p));
    const agrees = [a, b, c].reduce((sum, v) => sum + vec3.dot(face, at(normals, v)), 0) >= 0;
    out.push(a, agrees ? b : c, agrees ? c : b);
  }
  return out;
}

/** A textured material takes its colour from the texture alone. */
function materialOf(xml: string): Pick<PosedPart, 'color' | 'texture' | 'opacity'> {
  const maps = [...xml.matchAll(/<MAP>(.*?)<\/MAP>/g)].map(m => `/source/${m[1]}`);
  const diffuse = /<DIFFUSE>(\d+) (\d+) (\d+)/
    .exec(xml)
    ?.slice(1)
    .map(v => Number(v) / 255) ?? [1, 1, 1];
  if (maps.length === 0) return { color: [diffuse[0], diffuse[1], diffuse[2]] };
  return { color: [1, 1, 1], texture: maps[0], ...(maps[1] ? { opacity: maps[1] } : {}) };
}

/** Cal3D's z is up. */
function yUp(values: readonly number[], unit: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < values.length; i += 3) out.push(values[i] * unit, values[i + 2] * unit, -values[i + 1] * unit);
  return out;
}
