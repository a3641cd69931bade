/** Builds the lounge, Foyer's default room. */

import type { SourcePart, SourceProduct, SourceRoom } from '../../import/model/source-model.ts';
import { yawed } from '../geometry/product-builder.ts';
import { albedoOf } from '../textures/library.ts';
import { type BakeSurface, bakeLight, type Opening } from './bake/bake-light.ts';
import { room, windows } from './furniture/shell.ts';
import { loungeGuests } from './guests.ts';
import { type MaterialName, materials } from './materials.ts';
import { loungePlan, type Placement, roomLamps } from './plan.ts';

export interface LoungeOptions {
  /** Rays a vertex for gathered light: 64 for final quality, 8 for a preview. */
  readonly gatherRays?: number;
}

type Furniture = SourceRoom['furniture'][number];

const openings: readonly Opening[] = windows.centers.map(x => ({
  center: [x, windows.sill + windows.height / 2, -room.depth / 2 - 0.02],
  width: windows.width,
  height: windows.height,
  normal: [0, 0, 1],
  radiance: [2.3, 1.35, 0.95],
}));
const sun = { direction: [0.34, 0.36, -1], color: [1.5, 0.74, 0.3] } as const;

/** Exposure of the room. Baked light is stored divided by it, so that light a little above 1 fits into 8 bits. */
export const exposure = 1.3;

/** Levels of detail of everything in the room: two besides the finest, with an error of at most 1 % of the product's extent. */
export const loungeLevels = { levels: 2, levelError: 0.01 } as const;

/** Returns the furniture of the lounge with its baked light. */
export function bakedFurniture({ gatherRays = 64 }: LoungeOptions = {}, plan: readonly Placement[] = loungePlan()): Furniture[] {
  const products = plan.map(p => p.builder.product());
  const surface = collect(plan, products);
  const light = bakeLight(surface, { seed: 7, lamps: roomLamps, openings, sun, gatherRays, bounces: 3 });
  let offset = 0;
  return plan.map((placement, i) => {
    const parts = products[i].parts.map((part): SourcePart => {
      const count = part.positions.length / 3;
      const colors = new Float32Array(count * 4).fill(1);
      if (!glows(part)) {
        for (let v = 0; v < count; v++)
          for (let c = 0; c < 3; c++) colors[v * 4 + c] = developed(light[(offset + v) * 3 + c]) / exposure;
      } else {
        for (let v = 0; v < count; v++) for (let c = 0; c < 3; c++) colors[v * 4 + c] = 1 / exposure;
      }
      offset += count;
      return { ...part, colors };
    });
    return {
      product: { ...products[i], parts },
      position: placement.position,
      rotation: yawed(placement.yaw),
      name: products[i].name,
      ...(placement.spin && { spin: placement.spin }),
    };
  });
}

const glows = (part: SourcePart): boolean => materials[part.material.name as MaterialName].glow !== undefined;

/** Maps light like film: linear in the shadows, with a shoulder above 0.6. */
function developed(light: number): number {
  const x = light * 1.0;
  return x < 0.6 ? x : 0.6 + 0.7 * (1 - Math.exp(-(x - 0.6) / 0.7));
}

function collect(plan: readonly Placement[], products: readonly SourceProduct[]): BakeSurface {
  const vertices = products.reduce((sum, p) => sum + p.parts.reduce((s, part) => s + part.positions.length / 3, 0), 0);
  const triangles = products.reduce((sum, p) => sum + p.parts.reduce((s, part) => s + part.index.length / 3, 0), 0);
  const surface: BakeSurface = {
    positions: new Float32Array(vertices * 3),
    normals: new Float32Array(vertices * 3),
    index: new Uint32Array(triangles * 3),
    albedo: new Float32Array(vertices * 3),
    opaque: new Uint8Array(triangles),
    thin: new Uint8Array(vertices),
  };
  let [v, t] = [0, 0];
  products.forEach((product, i) => {
    const { position, yaw } = plan[i];
    const [s, c] = [Math.sin(yaw), Math.cos(yaw)];
    for (const part of product.parts) {
      const name = part.material.name as MaterialName;
      const albedo = albedoOf(name);
      const count = part.positions.length / 3;
      for (let k = 0; k < count; k++) {
        for (const [from, to, shift] of [
          [part.positions, surface.positions, position],
          [part.normals, surface.normals, [0, 0, 0]],
        ] as const) {
          const [x, y, z] = [from[k * 3], from[k * 3 + 1], from[k * 3 + 2]];
          to.set([x * c + z * s + shift[0], y + shift[1], z * c - x * s + shift[2]], (v + k) * 3);
        }
        surface.albedo.set(albedo, (v + k) * 3);
        surface.thin[v + k] = materials[name].doubleSided && !glows(part) ? 1 : 0;
      }
      for (let k = 0; k < part.index.length; k++) surface.index[t * 3 + k] = part.index[k] + v;
      surface.opaque.fill(glows(part) ? 0 : 1, t, t + part.index.length / 3);
      v += count;
      t += part.index.length / 3;
    }
  });
  return surface;
}

/** Builds Foyer's default room. The same code gives the same room, because every random number is seeded. */
export async function lounge(options: LoungeOptions = {}): Promise<SourceRoom> {
  return {
    name: 'The lounge',
    light: {
      sky: [0.62, 0.5, 0.4],
      ground: [0.3, 0.22, 0.17],
      sun: { direction: [0.35, 0.55, 0.75], color: [0.75, 0.58, 0.42] },
      background: [0.05, 0.04, 0.05],
      exposure,
    },
    spawn: { position: [3.3, 1.8, 4.45], target: [-1.5, 1.0, -1] },
    furniture: bakedFurniture(options),
    avatars: await loungeGuests(),
  };
}
