/** The lounge's bookcases, fireplace, coat stand and log basket. */

import { seededRandom } from '../../../core/random.ts';
import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cylinder, lathe, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';
import { candle, vase } from './tableware.ts';

/** Adds a book: one box, whose front shows one of the picture's 24 spines. */
function book(
  b: ProductBuilder,
  picture: MaterialName,
  spine: number,
  size: readonly [number, number, number],
  at: readonly [number, number, number],
  roll = 0,
): void {
  const patch = box([size[0], size[1], size[2]], { cell: 1, without: ['-z', '-y'] });
  for (let i = 0; i < patch.uvs.length / 2; i++) {
    const front = patch.normals[i * 3 + 2] > 0.5;
    const x = patch.positions[i * 3] / size[0] + 0.5;
    patch.uvs[i * 2] = (spine + (front ? 0.02 + 0.96 * x : 0.5)) / 24;
    patch.uvs[i * 2 + 1] = front ? 0.5 - patch.positions[i * 3 + 1] / size[1] : 0.5;
  }
  b.add(picture, patch, at, { roll });
}

/** Builds a tall case with rows of books, gaps and small objects. */
export function bookcase(seed: number, width: number, height: number, shelves: number): ProductBuilder {
  const b = new ProductBuilder('Bookcase', 'bookcase');
  const random = seededRandom(seed);
  const depth = 0.32;
  for (const x of [-1, 1])
    b.add('walnut', box([0.04, height, depth], { bevel: 0.004, cell: 0.4 }), [x * (width / 2 - 0.02), height / 2, 0]);
  b.add('walnut', box([width, height, 0.02], { cell: 0.3 }), [0, height / 2, -depth / 2 + 0.01]);
  b.add('walnut', box([width + 0.06, 0.06, depth + 0.04], { bevel: 0.012 }), [0, height + 0.02, 0.01]);
  b.add('walnut', box([width - 0.06, 0.1, depth - 0.02]), [0, 0.05, -0.01]);
  const rise = (height - 0.1) / shelves;
  for (let s = 0; s < shelves; s++) {
    const floor = 0.1 + s * rise;
    b.add('walnut', box([width - 0.06, 0.03, depth - 0.03], { cell: 0.25 }), [0, floor + 0.015, 0.005]);
    shelfOf(b, random, width - 0.1, floor + 0.03, rise - 0.05, s);
  }
  return b;
}

function shelfOf(b: ProductBuilder, random: () => number, width: number, y: number, room: number, shelf: number): void {
  let x = -width / 2;
  const pause = -width / 2 + width * (0.25 + 0.5 * random());
  let paused = false;
  while (x < width / 2 - 0.03) {
    if (!paused && x > pause) {
      paused = true;
      if (shelf % 3 === 1) vase('glaze', [x + 0.12, y, 0.02], b, 0);
      else if (shelf % 3 === 2)
        b.add(
          'terracotta',
          lathe(
            [
              [0, 0],
              [0.05, 0],
              [0.085, 0.08],
              [0.04, 0.17],
              [0.05, 0.2],
              [0.03, 0.19],
            ],
            14,
          ),
          [x + 0.11, y, 0.02],
        );
      else
        for (let i = 0; i < 4; i++)
          b.add(i % 2 ? 'oxblood' : 'cognac', box([0.2, 0.03, 0.15], { cell: 1 }), [x + 0.12, y + 0.016 + i * 0.031, 0.02], {
            yaw: 0.1 * i,
          });
      x += 0.25;
      continue;
    }
    const thick = 0.026 + random() * 0.03;
    if (x + thick > width / 2) break;
    const tall = Math.min(room, 0.2 + random() * 0.11);
    book(
      b,
      shelf % 2 ? 'books' : 'books2',
      Math.floor(random() * 24),
      [thick, tall, 0.17 + random() * 0.05],
      [x + thick / 2, y + tall / 2, 0.02],
    );
    x += thick + 0.0015;
  }
}

export function fireplace(): ProductBuilder {
  const b = new ProductBuilder('Fireplace', 'fireplace');
  // Chimney breast 2.1 m wide and 0.5 m deep, with an opening of 1.0 x 0.78 m.
  const cell = 0.24;
  for (const x of [-0.775, 0.775]) b.add('brick', box([0.55, 0.8, 0.5], { cell, grain: 0 }), [x, 0.4, 0.25]);
  b.add('brick', box([2.1, 2.6, 0.5], { cell, grain: 0 }), [0, 2.1, 0.25]);
  b.add('soot', box([1.0, 0.8, 0.02], { cell: 0.2 }), [0, 0.4, 0.03]);
  b.add('greenMarble', box([1.7, 0.05, 0.86], { bevel: 0.01, cell: 0.2 }), [0, 0.025, 0.43]);
  for (const x of [-0.58, 0.58]) b.add('cream', box([0.16, 0.82, 0.1], { bevel: 0.015 }), [x, 0.46, 0.54]);
  b.add('cream', box([1.36, 0.18, 0.1], { bevel: 0.015 }), [0, 0.93, 0.54]);
  b.add('walnut', box([2.3, 0.08, 0.4], { bevel: 0.015, cell: 0.2 }), [0, 1.2, 0.5]);
  for (const [x, z, yaw] of [
    [-0.1, 0.22, 0.2],
    [0.12, 0.28, -0.25],
    [0, 0.2, 0.05],
  ] as const) {
    const y = yaw === 0.05 ? 0.22 : 0.11;
    b.add(
      'walnut',
      tube(
        [
          [-0.28, 0, 0],
          [0.28, 0, 0],
        ],
        0.055,
        8,
      ),
      [x, y, z],
      { yaw },
    );
  }
  b.add('embers', box([0.6, 0.03, 0.25]), [0, 0.065, 0.24]);
  for (const [x, z, w, h] of [
    [0, 0.2, 0.66, 0.52],
    [-0.12, 0.27, 0.42, 0.36],
    [0.14, 0.29, 0.36, 0.3],
  ]) {
    // A flame is a tapering fan, which leaves out the picture's dark corners.
    const fan = {
      positions: [0, 0, 0] as number[],
      normals: [0, 0, 1] as number[],
      uvs: [0.5, 1] as number[],
      index: [] as number[],
    };
    for (let i = 0; i <= 12; i++) {
      const t = i / 12;
      const peak = 0.45 + 0.55 * Math.abs(Math.sin(t * 9.4 + x * 20)) * Math.sin(Math.PI * (0.12 + 0.76 * t));
      fan.positions.push((t - 0.5) * w * (1 - 0.25 * peak), h * peak * Math.sin(Math.PI * (0.05 + 0.9 * t)) ** 0.5, 0);
      fan.normals.push(0, 0, 1);
      fan.uvs.push(t, 1 - 0.62 * peak);
      if (i > 0) fan.index.push(0, i + 1, i);
    }
    b.add('flames', fan, [x, 0.08, z]);
  }
  return b;
}

/** Builds the objects on the mantel: candles, a clock, a vase. */
export function mantelpiece(): ProductBuilder {
  const b = new ProductBuilder('Candles on the mantel', 'candles');
  for (const [x, h] of [
    [-0.85, 0.24],
    [-0.74, 0.16],
    [-0.64, 0.1],
    [0.62, 0.18],
  ])
    candle(b, [x, 0, 0.02], h);
  vase('glaze', [0.86, 0, 0], b, 7);
  return b;
}

export function coatStand(): ProductBuilder {
  const b = new ProductBuilder('Coat stand', 'coat stand');
  b.add('mahogany', cylinder(0.022, 1.75, 8, 0.016));
  for (let i = 0; i < 4; i++) {
    const a = (i * Math.PI) / 2 + 0.4;
    const [s, c] = [Math.sin(a), Math.cos(a)];
    b.add(
      'mahogany',
      tube(
        [
          [0, 0.3, 0],
          [0.2 * s, 0.12, 0.2 * c],
          [0.27 * s, 0, 0.27 * c],
        ],
        0.014,
        6,
      ),
    );
    b.add(
      'mahogany',
      tube(
        [
          [0, 1.6, 0],
          [0.14 * s, 1.6, 0.14 * c],
          [0.18 * s, 1.72, 0.18 * c],
        ],
        0.012,
        6,
      ),
    );
  }
  const coat = lathe(
    [
      [0.16, 0],
      [0.13, 0.4],
      [0.09, 0.75],
      [0.02, 0.85],
    ],
    12,
  );
  b.add('tealVelvet', coat, [0.12, 0.85, 0.06], { scale: [1, 1, 0.7] });
  b.add(
    'oxblood',
    lathe(
      [
        [0.14, 0],
        [0.12, 0.5],
        [0.02, 0.72],
      ],
      12,
    ),
    [-0.13, 0.95, -0.05],
    { scale: [0.8, 1, 0.8] },
  );
  return b;
}

export function logBasket(): ProductBuilder {
  const b = new ProductBuilder('Log basket', 'log basket');
  b.add(
    'wool',
    lathe(
      [
        [0, 0],
        [0.2, 0],
        [0.25, 0.3],
        [0.23, 0.3],
        [0.2, 0.1],
        [0, 0.1],
      ],
      16,
    ),
  );
  for (let i = 0; i < 6; i++)
    b.add('oak', cylinder(0.05, 0.42, 8), [0.1 * Math.sin(i * 1.1), 0.1, 0.1 * Math.cos(i * 1.1)], {
      pitch: 0.15 * Math.sin(i * 2),
      roll: 0.2 * Math.cos(i * 3),
    });
  return b;
}
