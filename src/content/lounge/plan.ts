/** The plan of the lounge: placements of furniture and lamps. */

import type { Vec3 } from '../geometry/patch.ts';
import { ProductBuilder } from '../geometry/product-builder.ts';
import * as bar from './furniture/bar.ts';
import * as lamps from './furniture/lamps.ts';
import * as music from './furniture/music.ts';
import * as plants from './furniture/plants.ts';
import * as seating from './furniture/seating.ts';
import * as shell from './furniture/shell.ts';
import * as storage from './furniture/storage.ts';
import * as tables from './furniture/tables.ts';
import { vase } from './furniture/tableware.ts';
import * as walls from './furniture/walls.ts';

export interface Placement {
  readonly builder: ProductBuilder;
  readonly position: Vec3;
  /** Rotation about y, radians; 0 faces +z. */
  readonly yaw: number;
  /** Degrees a second that it turns. */
  readonly spin?: number;
}

export interface Lamp {
  readonly position: Vec3;
  /** Linear RGB radiant intensity: the light at a distance of 1 m, at normal incidence. */
  readonly color: Vec3;
}

const quarter = Math.PI / 2;
const [left, right, back, front] = [-6.95, 6.95, -4.95, 4.95];
const top = shell.room.height;

const built = (name: string, category: string, draw: (b: ProductBuilder) => void): ProductBuilder => {
  const b = new ProductBuilder(name, category);
  draw(b);
  return b;
};

const standing = (base: 'glaze' | 'terracotta' | 'brass', shade: 'shadeWarm' | 'shadeRed' | 'shadeGreen', scale = 1) =>
  built('Table lamp', 'table lamp', b => lamps.tableLamp(b, base, shade, [0, 0, 0], scale));

/**
 * Places all furniture. The seats are around the fire (left), the dance floor is in front of the windows, the bar on the right.
 */
export function loungePlan(): Placement[] {
  const plan: Placement[] = [];
  const put = (builder: ProductBuilder, x: number, y: number, z: number, yaw = 0) =>
    plan.push({ builder, position: [x, y, z], yaw });

  put(shell.floor(), 0, 0, 0);
  put(shell.walls(), 0, 0, 0);
  put(shell.ceiling(), 0, 0, 0);
  put(shell.outside(), 0, 0, 0);
  for (const x of shell.windows.centers) {
    put(walls.windowFrame(shell.windows.width, shell.windows.height), x, shell.windows.sill, -5.06);
    put(walls.curtains(shell.windows.width, 3.02), x, 0, -4.98);
  }

  // The seats around the fire.
  put(storage.fireplace(), -7, 0, 0.4, quarter);
  put(storage.mantelpiece(), -6.48, 1.24, 0.4, quarter);
  put(walls.picture('hillsPainting', 1.25, 0.9, 'brass', 0.04), -6.49, 1.98, 0.4, quarter);
  put(storage.bookcase(301, 1.6, 2.5, 6), -6.83, 0, -1.75, quarter);
  put(storage.bookcase(302, 1.6, 2.5, 6), -6.83, 0, 2.55, quarter);
  put(storage.logBasket(), -6.25, 0, 1.85, 0.3);
  put(walls.rug('carpet', 3.9, 2.9), -3.7, 0, 0.45);
  put(seating.sofa('rustVelvet', 'mustardVelvet', 3), -3.75, 0, -1.15);
  put(seating.sofa('tealVelvet', 'linen', 2), -3.95, 0, 2.15, Math.PI - 0.06);
  put(seating.armchair('mustardVelvet', 'tealVelvet'), -1.6, 0, -0.35, -quarter + 0.32);
  put(seating.armchair('mustardVelvet', 'kilimCloth'), -1.55, 0, 1.0, -quarter - 0.18);
  put(tables.coffeeTable(), -3.75, 0.014, 0.42);
  put(seating.pouf('cognac'), -5.35, 0.014, 1.25);
  put(seating.pouf('wool'), -5.3, 0.014, -0.35);
  put(tables.sideTable(), -5.42, 0, -1.3);
  put(tables.sideTable(), -2.05, 0, -1.45);
  put(standing('glaze', 'shadeWarm', 1.1), -5.42, 0.55, -1.3);
  put(standing('terracotta', 'shadeWarm', 1.1), -2.05, 0.55, -1.45);
  put(lamps.floorLamp(), -5.75, 0, 2.95);
  put(lamps.arcLamp(), -1.1, 0, -1.15, Math.PI + 0.42);
  put(lamps.chandelier(), -3.7, top, 0.45);

  // Music.
  put(music.grandPiano(), -5.15, 0, -3.35, 0.55);
  put(seating.bench('oxblood', 0.8, 0.44), -4.68, 0, -2.42, 0.55);
  put(music.danceFloor(7, 6), 1.85, 0, -2.55);
  plan.push({ builder: music.mirrorBall(0.55), position: [1.85, top, -2.55], yaw: 0, spin: 24 });
  put(music.jukeboxCabinet(), 2.1, 0, -4.6);
  put(music.speaker(), 0.5, 0, -4.6, 0.15);
  put(music.speaker(), 3.7, 0, -4.6, -0.15);
  put(music.microphone(), -1.0, 0, -3.9);
  put(seating.tubChair('plumVelvet'), 5.5, 0, -4.0, -0.35);
  put(seating.tubChair('plumVelvet'), 6.2, 0, -2.75, -1.25);
  put(tables.cafeTable(), 5.35, 0, -3.05);

  // The bar.
  put(bar.backBar(303), 6.97, 0, 0.4, -quarter);
  put(bar.barCounter(), 5.3, 0, 0.4, -quarter);
  put(bar.barThings(), 5.3, 1.108, 0.4, -quarter);
  for (const z of [-1.1, -0.15, 0.8, 1.75]) put(seating.barStool('oxblood'), 4.5, 0, z, quarter + (z - 0.4) * 0.14);
  for (const z of [-0.85, 0.4, 1.65]) put(lamps.pendant('shadeWarm', 1.05), 5.25, top, z);

  // The café corner and the entrance.
  put(walls.rugRound('roundRug', 1.35), 4.3, 0, 3.55);
  put(tables.cafeTable(), 4.3, 0.015, 3.55);
  for (const a of [0.6, 2.7, 4.75])
    put(seating.diningChair('rustVelvet'), 4.3 + 0.72 * Math.sin(a), 0.015, 3.55 + 0.72 * Math.cos(a), a + Math.PI);
  put(walls.rug('runner', 1.1, 2.2), 0.2, 0, 3.75);
  put(walls.door(), 0.2, 0, 4.99, Math.PI);
  put(storage.coatStand(), 2.2, 0, 4.5);
  put(tables.sideboard(), -3.6, 0, 4.68, Math.PI);
  put(standing('brass', 'shadeGreen', 1), -4.3, 0.73, 4.68);
  put(tables.consoleTable(), 4.3, 0, 4.74, Math.PI);
  put(standing('glaze', 'shadeRed', 1), 4.8, 0.84, 4.74);
  put(
    built('Vase with pampas', 'vase', b => vase('terracotta', [0, 0, 0], b, 13)),
    3.85,
    0.84,
    4.74,
  );

  // On the walls.
  put(walls.picture('herbalPainting', 0.62, 0.8), -2.1, 1.85, back);
  put(walls.picture('herbalPainting2', 0.62, 0.8), 2.1, 2.15, back);
  put(walls.picture('fieldsPainting', 1.0, 1.3, 'oak'), right, 1.95, -3.4, -quarter);
  put(walls.picture('shapesPainting', 0.9, 1.1, 'oak'), right, 1.95, 3.6, -quarter);
  put(walls.picture('alpsPainting', 0.8, 0.62, 'brass'), left, 1.9, -3.6, quarter);
  put(walls.picture('moonPainting', 0.85, 0.85), left, 1.9, 4.1, quarter);
  put(walls.picture('shapesPainting2', 1.5, 0.95), -3.6, 1.95, front, Math.PI);
  put(walls.mirrorRound(0.42), 4.3, 1.85, front, Math.PI);
  put(walls.wallClock(), 2.2, 2.35, front, Math.PI);
  for (const z of [-4.35, -2.5, 2.75, 4.45]) put(lamps.sconce(), right, 1.95, z, -quarter);
  for (const x of [-2.72, -1.48]) put(lamps.sconce(), x, 1.9, back);
  for (const z of [-2.85, -4.35]) put(lamps.sconce(), left, 1.9, z, quarter);

  // Plants.
  put(plants.figTree(311, 2.15, 'terracotta'), -2.15, 0, -4.35);
  put(plants.palm(312, 1.9, 'cream'), 6.45, 0, -4.4);
  put(plants.figTree(313, 1.9, 'cream'), -6.35, 0, 4.25);
  put(plants.snakePlant(314, 'glaze'), 6.5, 0, 2.75);
  put(plants.monstera(315, 'cream', 1.0), -0.72, 0, -2.45);
  put(plants.monstera(316, 'terracotta', 0.9), 6.4, 0, 4.4);
  put(plants.snakePlant(317, 'terracotta'), -6.55, 0, -4.55);
  put(plants.palm(318, 1.7, 'terracotta'), -1.75, 0, 4.4);
  put(plants.hangingPlant(319, 0.9), -4.3, top, 4.2);
  put(plants.hangingPlant(320, 0.75), -6.2, top, -4.2);
  return plan;
}

const warm = (k: number): Vec3 => [1.0 * k, 0.62 * k, 0.3 * k];

/** All lamps. Windows are separate. */
export const roomLamps: readonly Lamp[] = [
  ...[0, 1, 2, 3].map(
    (i): Lamp => ({
      position: [-3.7 + 0.5 * Math.sin((i * Math.PI) / 2), 2.78, 0.45 + 0.5 * Math.cos((i * Math.PI) / 2)],
      color: warm(0.85),
    }),
  ),
  { position: [-5.42, 1.02, -1.3], color: warm(0.75) },
  { position: [-2.05, 1.02, -1.45], color: warm(0.75) },
  { position: [-5.75, 1.56, 2.95], color: warm(1.0) },
  { position: [-2.33, 1.74, -0.6], color: warm(1.3) },
  { position: [-6.35, 0.42, 0.4], color: [1.6, 0.56, 0.12] },
  { position: [-6.1, 0.3, 0.4], color: [0.9, 0.3, 0.06] },
  ...[-0.85, 0.4, 1.65].map((z): Lamp => ({ position: [5.25, 2.27, z], color: warm(1.5) })),
  ...[1.24, 1.66, 2.06].flatMap(y => [-1.1, -0.1, 0.9, 1.9].map((z): Lamp => ({ position: [6.66, y, z], color: warm(0.14) }))),
  ...[-4.35, -2.5, 2.75, 4.45].map((z): Lamp => ({ position: [6.78, 2.08, z], color: warm(0.36) })),
  ...[-2.72, -1.48].map((x): Lamp => ({ position: [x, 2.03, -4.78], color: warm(0.36) })),
  ...[-2.85, -4.35].map((z): Lamp => ({ position: [-6.78, 2.03, z], color: warm(0.36) })),
  { position: [-4.3, 1.18, 4.68], color: [0.3, 0.42, 0.22] },
  { position: [4.8, 1.28, 4.74], color: [0.7, 0.28, 0.12] },
  { position: [4.3, 0.92, 3.55], color: warm(0.16) },
  { position: [5.35, 0.9, -3.05], color: warm(0.16) },
  { position: [2.1, 1.0, -4.15], color: [0.7, 0.34, 0.14] },
  ...[-1.1, 0, 1.1].flatMap(dx =>
    [-0.9, 0.9].map(
      (dz): Lamp => ({
        position: [1.85 + dx, 0.3, -2.55 + dz],
        color: dx === 0 ? [0.32, 0.2, 0.1] : dx * dz > 0 ? [0.3, 0.12, 0.08] : [0.1, 0.22, 0.19],
      }),
    ),
  ),
  { position: [0.2, 2.9, 3.4], color: warm(0.9) },
  { position: [4.3, 2.9, 3.4], color: warm(0.8) },
  { position: [1.85, 2.2, -2.55], color: [0.75, 0.42, 0.26] },
];
