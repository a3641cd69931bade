import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { validateBytes } from 'gltf-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshoptReady } from '../../../src/assets/gltf/meshopt.ts';
import { decodeMesh } from '../../../src/assets/meshes/decode-mesh.ts';
import type { VertexAttribute } from '../../../src/assets/meshes/mesh-asset.ts';
import { decodeAnimation } from '../../../src/assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../../src/assets/motion/decode-skeleton.ts';
import { compileClip } from '../../../src/avatar/clips/clip.ts';
import { createCursor, sampleClip } from '../../../src/avatar/clips/sample-clip.ts';
import { bindSkin, PALETTE_LENGTH, writePalette } from '../../../src/avatar/skeleton/palette.ts';
import { Pose } from '../../../src/avatar/skeleton/pose.ts';
import { Skeleton } from '../../../src/avatar/skeleton/skeleton.ts';
import { allJoints } from '../../../src/avatar/skeleton/used-joints.ts';
import { worldMatrices } from '../../../src/avatar/skeleton/world-matrices.ts';
import { parseAnimation, parseMesh, parseSkeleton } from '../../../src/import/cal3d/parse-cal3d-file.ts';
import { readCal3d } from '../../../src/import/cal3d/read-cal3d.ts';
import { writeRoom } from '../../../src/import/write/write-room.ts';
import { poseAt, skin } from './skinning.ts';

// The whole way of a Cal3D avatar: files -> import -> room -> the viewer's own decoders, animator and palette, as the GPU gets it.

const folder = resolve(import.meta.dirname, '../../../../shared/assets/cal3d/paladin');
const present = existsSync(folder);
if (!present) console.warn(`skipped: no Cal3D model at ${folder}`);

interface Edge {
  readonly data?: { readonly kind?: string; readonly name?: string };
  readonly relations?: { readonly ref?: string };
}

describe.skipIf(!present)('the paladin in a room', () => {
  let out: string;
  let edges: readonly Edge[];
  const read = (file: string) => readFileSync(join(folder, `paladin${file}`));
  const resources = (kind: string) => edges.filter(e => e.data?.kind === kind);
  const bytesOf = (edge: Edge) => new Uint8Array(readFileSync(join(out, edge.relations?.ref ?? '')));

  beforeAll(async () => {
    await meshoptReady;
    out = mkdtempSync(join(tmpdir(), 'cal3d-room-'));
    const { avatar } = await readCal3d(join(folder, 'paladin.cfg'), { springs: false });
    const white = [1, 1, 1] as const;
    await writeRoom(
      {
        name: 'paladin',
        light: { sky: white, ground: white, sun: { direction: [0, 1, 0], color: white }, background: white },
        spawn: { position: [0, 1, 3], target: [0, 1, 0] },
        furniture: [],
        avatars: [{ avatar, position: [0, 0, 0], animation: 'walk' }],
      },
      out,
      { ktx2: false, levels: 0 },
    );
    edges = Object.values(JSON.parse(readFileSync(join(out, 'room.json'), 'utf8')).denormalized);
  }, 60_000);
  afterAll(() => out && rmSync(out, { recursive: true }));

  it('passes the Khronos validator as GLB', async () => {
    const glbs = ['mesh', 'skeleton', 'animation'].flatMap(resources);
    expect(glbs.length).toBeGreaterThan(8);
    for (const edge of glbs) expect((await validateBytes(bytesOf(edge))).issues).toMatchObject({ numErrors: 0 });
  });

  it('matches reference skinning in doubles to 3 mm while walking', () => {
    const key = 7;
    const source = parseSkeleton(read('.csf'), 'csf', () => {});
    const walk = parseAnimation(read('_walk.caf'), 'caf', () => {});
    const pose = poseAt(source, walk, key);
    const skeleton = new Skeleton(decodeSkeleton(bytesOf(resources('skeleton')[0]), 'skeleton'));
    const clip = compileClip(
      decodeAnimation(bytesOf(resources('animation').find(e => e.data?.name === 'walk')!), 'walk'),
      skeleton,
    );
    const unit = Math.hypot(...skeleton.rest.translations.subarray(0, 3)) / Math.hypot(...source.bones[0].translation);
    const expected: [number, number, number][] = ['body', 'cape', 'loincloth'].flatMap(m =>
      skin(
        source,
        parseMesh(read(`_${m}.cmf`), m, () => {}),
        pose,
      ).flatMap(({ positions: p }) =>
        Array.from({ length: p.length / 3 }, (_, v): [number, number, number] => [
          p[3 * v] * unit,
          p[3 * v + 2] * unit,
          -p[3 * v + 1] * unit,
        ]),
      ),
    );
    const current = new Pose(skeleton.jointCount).copy(skeleton.rest);
    sampleClip(clip, walk.tracks[0].times[key], createCursor(clip), current);
    const world = new Float32Array(16 * skeleton.jointCount);
    worldMatrices(skeleton.parents, current, world, allJoints(skeleton.parents));
    const got = resources('mesh').flatMap(edge => skinAsTheGpuDoes(bytesOf(edge), skeleton, world));
    // Vertices are joined and put in another order: every one of either must have one of the other where it is.
    expect(got.length).toBeGreaterThan(1000);
    expect(farthest(got, expected)).toBeLessThan(0.003);
    expect(farthest(expected, got)).toBeLessThan(0.003);
  });
});

/** What the vertex shader does with the palette. */
function skinAsTheGpuDoes(bytes: Uint8Array, skeleton: Skeleton, world: Float32Array): [number, number, number][] {
  const points: [number, number, number][] = [];
  for (const part of decodeMesh(bytes, 'mesh').parts) {
    const palette = new Float32Array(PALETTE_LENGTH);
    writePalette(world, bindSkin(part.skin!, skeleton, 'mesh'), palette);
    const { POSITION, JOINTS_0, WEIGHTS_0 } = part.levels[0].attributes;
    for (let v = 0; v < POSITION.array.length / POSITION.itemSize; v++) {
      const [x, y, z] = values(POSITION, v);
      const weights = values(WEIGHTS_0!, v);
      const joints = values(JOINTS_0!, v);
      const p = [0, 1, 2].map(row =>
        weights.reduce((sum, weight, k) => {
          const at = 272 * row + 4 * joints[k];
          return sum + weight * (palette[at] * x + palette[at + 1] * y + palette[at + 2] * z + palette[at + 3]);
        }, 0),
      );
      points.push([p[0], p[1], p[2]]);
    }
  }
  return points;
}

function values({ array, itemSize, normalized }: VertexAttribute, v: number): number[] {
  const most = !normalized
    ? 1
    : array instanceof Uint8Array
      ? 255
      : array instanceof Int8Array
        ? 127
        : array instanceof Int16Array
          ? 32767
          : 65535;
  return Array.from(array.subarray(itemSize * v, itemSize * v + itemSize), n => n / most);
}

/** Metres from the point of `a` that is farthest from all of `b`. */
function farthest(a: readonly [number, number, number][], b: readonly [number, number, number][]): number {
  let most = 0;
  for (const p of a) {
    let least = Infinity;
    for (const q of b) least = Math.min(least, (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2);
    most = Math.max(most, Math.sqrt(least));
  }
  return most;
}
