/** The lounge's plants. */

import { type Random, seededRandom } from '../../../core/random.ts';
import { type Patch, surface } from '../../geometry/patch.ts';
import { ProductBuilder } from '../../geometry/product-builder.ts';
import { lathe, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';

/** Returns a leaf from the origin along +z. It bends down by `droop` (radians at the tip) and is folded along its rib. */
function leaf(length: number, width: number, droop: number, rows = 4): Patch {
  return surface(
    rows,
    2,
    (u, v) => {
      const half = (width / 2) * Math.sin(Math.PI * Math.min(0.98, 0.06 + 0.94 * u ** 0.85));
      const side = (v - 0.5) * 2;
      const bend = droop * u;
      return [side * half, -Math.sin(bend) * u * length * 0.6 + Math.abs(side) * half * 0.3, Math.cos(bend * 0.7) * u * length];
    },
    { flip: true },
  );
}

function pot(b: ProductBuilder, material: MaterialName, r: number, h: number): void {
  b.add(
    material,
    lathe(
      [
        [0, 0],
        [r * 0.72, 0],
        [r * 0.95, h * 0.88],
        [r * 1.04, h * 0.9],
        [r * 1.04, h],
        [r * 0.93, h],
        [r * 0.9, h * 0.9],
      ],
      18,
    ),
  );
  b.add(
    'soil',
    lathe(
      [
        [r * 0.92, h * 0.92],
        [0, h * 0.94],
      ],
      14,
    ),
  );
}

export function figTree(seed: number, height: number, potMaterial: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Fiddle-leaf fig', 'fig tree');
  const random = seededRandom(seed);
  pot(b, potMaterial, 0.22, 0.38);
  for (let trunk = 0; trunk < 3; trunk++) {
    const a = trunk * 2.1 + 0.4;
    const lean = 0.1 + 0.05 * trunk;
    const top = height * (1 - 0.16 * trunk);
    const at = (t: number): [number, number, number] => [
      Math.sin(a) * lean * t * (1 + t),
      0.33 + (top - 0.33) * t,
      Math.cos(a) * lean * t * (1 + t),
    ];
    b.add(
      'walnut',
      tube([0, 0.25, 0.5, 0.75, 1].map(at), t => 0.016 - 0.009 * t, 6),
    );
    for (let i = 0; i < 15; i++)
      b.add('figLeaf', leaf(0.26 + random() * 0.1, 0.17, 0.7 + random() * 0.5), at(0.34 + (0.66 * i) / 14), {
        yaw: i * 2.4 + random(),
        pitch: -0.75 + 0.5 * random(),
      });
  }
  return b;
}

export function palm(seed: number, height: number, potMaterial: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Kentia palm', 'palm');
  const random = seededRandom(seed);
  pot(b, potMaterial, 0.24, 0.36);
  for (let i = 0; i < 11; i++) frond(b, random, i * 2.4, height * (0.62 + 0.4 * random()));
  return b;
}

function frond(b: ProductBuilder, random: Random, yaw: number, length: number): void {
  b.at([0, 0.34, 0], { yaw }, () => {
    const reach = 0.35 + 0.5 * random();
    const at = (t: number): [number, number, number] => [
      0,
      length * (t - 0.36 * t * t * reach * 1.4),
      reach * t * t * length * 0.62,
    ];
    b.add(
      'palmLeaf',
      tube([0, 0.3, 0.6, 0.85, 1].map(at), t => 0.011 - 0.008 * t, 5),
    );
    for (let i = 0; i < 11; i++) {
      const t = 0.42 + (0.58 * i) / 10;
      for (const side of [-1, 1])
        b.add('palmLeaf', leaf(0.34 * (1.1 - 0.55 * Math.abs(t - 0.62) * 2), 0.045, 0.9, 3), at(t), {
          yaw: side * (1.15 - 0.5 * (t - 0.4)),
          pitch: -0.15 + 0.3 * t,
        });
    }
  });
}

export function snakePlant(seed: number, potMaterial: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Snake plant', 'snake plant');
  const random = seededRandom(seed);
  pot(b, potMaterial, 0.15, 0.26);
  for (let i = 0; i < 14; i++) {
    const a = i * 2.4;
    const r = 0.015 * Math.sqrt(i) * 2;
    b.add('snakeLeaf', leaf(0.4 + random() * 0.3, 0.075, 0.08), [r * Math.sin(a), 0.22, r * Math.cos(a)], {
      yaw: a,
      pitch: -1.42 + 0.05 * i * random(),
    });
  }
  return b;
}

export function monstera(seed: number, potMaterial: MaterialName, scale = 1): ProductBuilder {
  const b = new ProductBuilder('Philodendron', 'philodendron');
  const random = seededRandom(seed);
  b.at([0, 0, 0], { scale }, () => {
    pot(b, potMaterial, 0.19, 0.28);
    for (let i = 0; i < 17; i++) {
      const yaw = i * 2.4;
      const rise = 0.25 + 0.55 * random();
      const out = 0.14 + 0.26 * random();
      const tip: [number, number, number] = [out * Math.sin(yaw), 0.26 + rise, out * Math.cos(yaw)];
      b.add('palmLeaf', tube([[0, 0.25, 0], [tip[0] * 0.4, 0.26 + rise * 0.7, tip[2] * 0.4], tip], 0.006, 4));
      b.add('monstera', leaf(0.24 + 0.1 * random(), 0.22, 1.0), tip, { yaw, pitch: 0.1 + 0.4 * random() });
    }
  });
  return b;
}

/** Builds a pot with vines on a cord from the ceiling. */
export function hangingPlant(seed: number, drop: number): ProductBuilder {
  const b = new ProductBuilder('Hanging ivy', 'hanging plant');
  const random = seededRandom(seed);
  for (let i = 0; i < 3; i++)
    b.add(
      'dried',
      tube(
        [
          [0, 0, 0],
          [0.13 * Math.sin(i * 2.1), -drop + 0.16, 0.13 * Math.cos(i * 2.1)],
        ],
        0.004,
        4,
      ),
    );
  b.add(
    'terracotta',
    lathe(
      [
        [0, 0],
        [0.09, 0],
        [0.15, 0.16],
        [0.13, 0.16],
        [0, 0.14],
      ],
      14,
    ),
    [0, -drop, 0],
  );
  for (let i = 0; i < 12; i++) {
    const yaw = i * 2.4;
    const fall = 0.2 + 0.55 * random();
    for (let k = 0; k < 7; k++) {
      const t = k / 6;
      const r = 0.12 + 0.1 * Math.min(1, t * 3);
      b.add('figLeaf', leaf(0.1, 0.075, 0.8, 3), [r * Math.sin(yaw), -drop + 0.17 - fall * t, r * Math.cos(yaw)], {
        yaw: yaw + (k % 2 ? 0.8 : -0.8),
        pitch: 0.5,
      });
    }
  }
  return b;
}
