import type { MaterialDescription } from '../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../src/assets/meshes/plain-material.ts';
import type { AnimationAsset } from '../../src/assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../src/assets/motion/skeleton-asset.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import type { SourceAvatar, SourcePart, SourceProduct, SourceRoom, SourceTexture } from '../../src/import/model/source-model.ts';

/** A small room, the same every time: a floor, nine blocks of three kinds with large textures, two people who sway and one who walks. */
export function testRoom(): SourceRoom {
  const random = seededRandom(2026);
  const floor = block('floor', [10, 0.1, 10], checker('floor', 256, random));
  const kinds = [
    block('crate', [0.8, 0.8, 0.8], checker('crate', 256, random)),
    block('column', [0.4, 2.2, 0.4], checker('column', 128, random)),
    block('table', [1.6, 0.7, 0.8], checker('table', 256, random)),
  ];
  const person = figure('Ada', checker('skin', 128, random));
  return {
    name: 'Test room',
    light: {
      sky: [0.62, 0.64, 0.7],
      ground: [0.3, 0.26, 0.22],
      sun: { direction: [0.4, 0.8, 0.45], color: [0.5, 0.46, 0.4] },
      background: [0.72, 0.62, 0.5],
    },
    spawn: { position: [0, 1.7, 5.5], target: [0, 0.9, 0] },
    furniture: [
      { product: floor, position: [0, -0.1, 0] },
      ...Array.from({ length: 9 }, (_, i) => ({
        product: kinds[i % 3],
        position: [-4 + (i % 5) * 2, 0, -1.5 - Math.floor(i / 5) * 1.7] as const,
        rotation: [0, Math.sin(i * 0.2), 0, Math.cos(i * 0.2)] as const,
      })),
    ],
    avatars: [
      { avatar: person, position: [-1.2, 0, 1], animation: 'sway', name: 'Ada' },
      { avatar: person, position: [1.2, 0, 1], animation: 'sway', phase: 0.5, name: 'Grace' },
      {
        avatar: person,
        position: [-2, 0, 2.5],
        animation: 'sway',
        path: [
          [-2, 0, 2.5],
          [2, 0, 2.5],
          [2, 0, 3],
          [-2, 0, 3],
        ],
        speed: 1,
        name: 'Joan',
      },
    ],
  };
}

const material = (name: string): MaterialDescription => plainMaterial({ name });

export function block(
  name: string,
  [width, height, depth]: readonly [number, number, number],
  texture: SourceTexture,
): SourceProduct {
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const index: number[] = [];
  const half = [width / 2, height / 2, depth / 2];
  for (let side = 0; side < 6; side++) {
    const axis = side >> 1;
    const sign = side & 1 ? 1 : -1;
    const across = (axis + 1) % 3;
    const up = (axis + 2) % 3;
    const first = positions.length / 3;
    for (const [u, v] of [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ]) {
      const p = [0, 0, 0];
      p[axis] = sign * half[axis];
      p[across] = u * half[across];
      p[up] = v * half[up];
      positions.push(p[0], p[1] + height / 2, p[2]);
      normals.push(...[0, 1, 2].map(a => (a === axis ? sign : 0)));
      uvs.push((u + 1) / 2, (v + 1) / 2);
    }
    const corners = sign > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2];
    index.push(...corners.map(c => first + c));
  }
  const part: SourcePart = {
    material: material(texture.slot),
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    uvs: Float32Array.from(uvs),
    index: Uint32Array.from(index),
  };
  return { name, parts: [part], textures: [texture] };
}

export function checker(slot: string, size: number, random: Random): SourceTexture {
  const rgba = new Uint8Array(size * size * 4);
  const colors = [0, 1].map(() => [0, 1, 2].map(() => 80 + random() * 170));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [r, g, b] = colors[(Math.floor((x * 8) / size) + Math.floor((y * 8) / size)) & 1];
      rgba.set([r + random() * 10 - 5, g + random() * 10 - 5, b + random() * 10 - 5, 255], (y * size + x) * 4);
    }
  }
  return { slot, width: size, height: size, rgba };
}

const joints = ['hips', 'spine', 'head'];
const jointHeights = [0.9, 1.2, 1.55];

/** Somebody with a slender body that sways at the spine. */
export function figure(name: string, texture: SourceTexture): SourceAvatar {
  const body = sleeve(`${name} body`, texture);
  return { name, skeleton: skeleton(), clips: [sway()], outfit: [{ product: body }], height: 1.75 };
}

/**
 * Rings around three joints, smoothly weighted: a body, or what is worn over it.
 * @param from, to - of the body's height, 0..1.
 * @param looser - metres farther out.
 */
export function sleeve(name: string, texture: SourceTexture, { from = 0, to = 1, looser = 0 } = {}): SourceProduct {
  const around = 12;
  const rings = 14;
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const boundTo: number[] = [];
  const weights: number[] = [];
  const index: number[] = [];
  for (let ring = 0; ring <= rings; ring++) {
    const up = from + (to - from) * (ring / rings);
    const y = up * 1.75;
    const radius = 0.05 + looser + 0.17 * Math.sin(Math.PI * (0.12 + 0.85 * up));
    const share = Math.min(1.999, Math.max(0, (y - jointHeights[0]) / 0.33));
    for (let i = 0; i <= around; i++) {
      const angle = (i / around) * 2 * Math.PI;
      positions.push(Math.sin(angle) * radius, y, Math.cos(angle) * radius);
      normals.push(Math.sin(angle), 0, Math.cos(angle));
      uvs.push(i / around, ring / rings);
      boundTo.push(Math.floor(share), Math.min(2, Math.floor(share) + 1), 0, 0);
      weights.push(1 - (share % 1), share % 1, 0, 0);
    }
  }
  for (let ring = 0; ring < rings; ring++) {
    for (let i = 0; i < around; i++) {
      const a = ring * (around + 1) + i;
      const b = a + around + 1;
      index.push(a, a + 1, b, a + 1, b + 1, b);
    }
  }
  const inverseBind = new Float32Array(16 * joints.length);
  for (const [i, height] of jointHeights.entries())
    inverseBind.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, -height, 0, 1], i * 16);
  return {
    name,
    parts: [
      {
        material: material(texture.slot),
        positions: Float32Array.from(positions),
        normals: Float32Array.from(normals),
        uvs: Float32Array.from(uvs),
        joints: Uint16Array.from(boundTo),
        weights: Float32Array.from(weights),
        index: Uint32Array.from(index),
      },
    ],
    skin: { joints, inverseBind },
    textures: [texture],
  };
}

function skeleton(): SkeletonAsset {
  return {
    names: joints,
    parents: Int16Array.of(-1, 0, 1),
    translations: Float32Array.of(0, 0.9, 0, 0, 0.3, 0, 0, 0.35, 0),
    rotations: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
    scales: new Float32Array(9).fill(1),
    humanoid: { hips: 'hips', spine: 'spine', head: 'head' },
  };
}

function sway(): AnimationAsset {
  const times = Float32Array.of(0, 0.5, 1, 1.5, 2);
  const angles = [0, 0.35, 0, -0.35, 0];
  const values = Float32Array.from(angles.flatMap(angle => [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)]));
  const tracks = [{ target: 'spine', path: 'rotation', interpolation: 'linear', times, values }] as const;
  return { name: 'sway', duration: 2, loop: true, speed: 0, tracks };
}
