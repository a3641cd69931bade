/** The lounge's tables. */

import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cylinder, lathe, sphere, tube } from '../../geometry/solids.ts';
import { candle, glassOf, stackOfBooks } from './tableware.ts';

export function coffeeTable(): ProductBuilder {
  const b = new ProductBuilder('Coffee table', 'coffee table');
  b.add('walnut', box([1.3, 0.05, 0.72], { bevel: 0.02, cell: 0.17 }), [0, 0.4, 0]);
  b.add('walnut', box([1.1, 0.03, 0.54], { bevel: 0.01, cell: 0.2 }), [0, 0.16, 0]);
  for (const x of [-1, 1])
    for (const z of [-1, 1])
      b.add(
        'walnut',
        tube(
          [
            [x * 0.6, 0, z * 0.32],
            [x * 0.54, 0.38, z * 0.27],
          ],
          t => 0.018 + 0.012 * t,
          8,
        ),
      );
  stackOfBooks(b, [-0.38, 0.425, 0.1], 0.3);
  b.add(
    'brass',
    lathe(
      [
        [0, 0],
        [0.2, 0],
        [0.215, 0.025],
        [0.205, 0.025],
        [0.19, 0.01],
        [0, 0.01],
      ],
      20,
    ),
    [0.25, 0.426, 0],
  );
  candle(b, [0.2, 0.436, -0.05], 0.11);
  candle(b, [0.31, 0.436, -0.02], 0.07);
  glassOf(b, 'amberGlass', [0.24, 0.436, 0.1]);
  b.add(
    'glaze',
    lathe(
      [
        [0, 0],
        [0.06, 0],
        [0.11, 0.05],
        [0.125, 0.085],
        [0.115, 0.08],
        [0.06, 0.02],
        [0, 0.015],
      ],
      16,
    ),
    [-0.06, 0.426, -0.16],
  );
  for (let i = 0; i < 5; i++)
    b.add(i % 2 ? 'orange' : 'lemon', sphere(0.037, 9, 6), [
      -0.06 + 0.045 * Math.cos(i * 1.6),
      0.485 + (i === 4 ? 0.035 : 0),
      -0.16 + 0.045 * Math.sin(i * 1.6),
    ]);
  stackOfBooks(b, [0.2, 0.176, 0], -0.2);
  return b;
}

export function sideTable(): ProductBuilder {
  const b = new ProductBuilder('Side table', 'side table');
  b.add(
    'mahogany',
    lathe(
      [
        [0, 0],
        [0.17, 0],
        [0.18, 0.02],
        [0.06, 0.05],
        [0.03, 0.1],
        [0.042, 0.26],
        [0.025, 0.42],
        [0.05, 0.52],
        [0, 0.52],
      ],
      16,
    ),
  );
  b.add(
    'mahogany',
    lathe(
      [
        [0, 0.52],
        [0.25, 0.52],
        [0.262, 0.535],
        [0.25, 0.55],
        [0.12, 0.55],
        [0, 0.55],
      ],
      22,
    ),
  );
  return b;
}

export function cafeTable(): ProductBuilder {
  const b = new ProductBuilder('Café table', 'café table');
  b.add(
    'iron',
    lathe(
      [
        [0, 0],
        [0.26, 0],
        [0.26, 0.012],
        [0.06, 0.05],
        [0.032, 0.1],
        [0.032, 0.66],
        [0.1, 0.72],
        [0, 0.72],
      ],
      18,
    ),
  );
  b.add(
    'marble',
    lathe(
      [
        [0, 0.72],
        [0.35, 0.72],
        [0.36, 0.735],
        [0.35, 0.75],
        [0.26, 0.75],
        [0.12, 0.75],
        [0, 0.75],
      ],
      26,
    ),
  );
  candle(b, [0.02, 0.75, 0.03], 0.09);
  b.add(
    'wineGlass',
    lathe(
      [
        [0, 0],
        [0.033, 0],
        [0.033, 0.003],
        [0.004, 0.008],
        [0.004, 0.08],
        [0.03, 0.11],
        [0.037, 0.15],
        [0, 0.15],
      ],
      10,
    ),
    [0.17, 0.75, 0.05],
  );
  glassOf(b, 'amberGlass', [-0.14, 0.75, -0.08]);
  b.add(
    'cream',
    lathe(
      [
        [0, 0],
        [0.05, 0],
        [0.085, 0.012],
        [0.05, 0.006],
        [0, 0.006],
      ],
      14,
    ),
    [-0.06, 0.751, 0.17],
  );
  return b;
}

export function consoleTable(): ProductBuilder {
  const b = new ProductBuilder('Console', 'console');
  b.add('walnut', box([1.5, 0.04, 0.38], { bevel: 0.008, cell: 0.2 }), [0, 0.82, 0]);
  b.add('walnut', box([1.42, 0.14, 0.34], { bevel: 0.006 }), [0, 0.73, 0]);
  for (const x of [-0.35, 0.35]) {
    b.add('walnut', box([0.62, 0.1, 0.02], { bevel: 0.006 }), [x, 0.73, 0.172]);
    b.add('brass', sphere(0.014, 8, 6), [x, 0.73, 0.192]);
  }
  for (const x of [-0.68, 0.68]) for (const z of [-0.14, 0.14]) b.add('walnut', cylinder(0.016, 0.67, 8, 0.026), [x, 0, z]);
  return b;
}

/** Builds a low cabinet with sliding fronts, a record player and records. */
export function sideboard(): ProductBuilder {
  const b = new ProductBuilder('Sideboard with record player', 'sideboard');
  b.add('walnut', box([1.9, 0.54, 0.46], { bevel: 0.012, cell: 0.3 }), [0, 0.46, 0]);
  for (let i = 0; i < 4; i++) {
    b.add('oak', box([0.44, 0.44, 0.02], { bevel: 0.006 }), [-0.69 + i * 0.46, 0.46, 0.232]);
    b.add('brass', box([0.012, 0.09, 0.018]), [-0.69 + i * 0.46 + (i % 2 ? -0.18 : 0.18), 0.5, 0.25]);
  }
  for (const x of [-0.8, 0.8]) for (const z of [-0.16, 0.16]) b.add('brass', cylinder(0.012, 0.2, 8, 0.02), [x, 0, z]);
  b.add('mahogany', box([0.46, 0.1, 0.36], { bevel: 0.01 }), [-0.45, 0.79, 0.01]);
  b.add('rubber', cylinder(0.15, 0.012, 22), [-0.5, 0.84, 0.01]);
  b.add(
    'sleeveA',
    lathe(
      [
        [0.05, 0.853],
        [0, 0.853],
      ],
      14,
    ),
    [-0.5, 0.001, 0.01],
  );
  b.add(
    'chrome',
    tube(
      [
        [-0.28, 0.87, -0.1],
        [-0.29, 0.88, 0.05],
        [-0.38, 0.865, 0.09],
      ],
      0.006,
      6,
    ),
  );
  b.add('sleeveA', box([0.31, 0.31, 0.012], { cell: 1 }), [0.12, 0.885, -0.1], { pitch: -0.2 });
  b.add('sleeveB', box([0.31, 0.31, 0.012], { cell: 1 }), [0.3, 0.885, -0.06], { pitch: -0.26, yaw: -0.15 });
  return b;
}
