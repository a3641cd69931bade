/** The furniture of the bar: counter, shelves and bottles. */

import { seededRandom } from '../../../core/random.ts';
import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cylinder, lathe, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';
import { glassOf } from './tableware.ts';

const glasses: readonly MaterialName[] = ['amberGlass', 'greenGlass', 'clearGlass', 'wineGlass', 'blueGlass', 'amberGlass'];

export function bottle(b: ProductBuilder, kind: number, at: readonly [number, number, number]): void {
  const shapes: readonly (readonly (readonly [number, number])[])[] = [
    [
      [0, 0],
      [0.037, 0],
      [0.038, 0.19],
      [0.014, 0.25],
      [0.013, 0.31],
      [0, 0.31],
    ],
    [
      [0, 0],
      [0.045, 0],
      [0.046, 0.16],
      [0.015, 0.2],
      [0.014, 0.26],
      [0, 0.26],
    ],
    [
      [0, 0],
      [0.033, 0],
      [0.036, 0.2],
      [0.012, 0.27],
      [0.013, 0.34],
      [0, 0.34],
    ],
    [
      [0, 0],
      [0.05, 0],
      [0.052, 0.1],
      [0.02, 0.17],
      [0.016, 0.22],
      [0, 0.22],
    ],
  ];
  const profile = shapes[kind % 4];
  b.add(glasses[kind % glasses.length], lathe(profile, 9), at, { yaw: kind });
  const r = profile[1][0] + 0.0022;
  const label = lathe(
    [
      [r, 0.05],
      [r, kind % 4 === 3 ? 0.09 : 0.13],
    ],
    6,
    2,
  );
  const low = Math.max(...label.uvs.filter((_, i) => i % 2 === 1));
  const high = Math.min(...label.uvs.filter((_, i) => i % 2 === 1));
  for (let i = 0; i < label.uvs.length; i += 2) {
    label.uvs[i] = ((kind % 8) + 0.04 + 0.92 * (label.uvs[i] / (2 * r))) / 8;
    label.uvs[i + 1] = (label.uvs[i + 1] - high) / (low - high);
  }
  b.add('labels', label, at, { yaw: -1 });
  b.add(kind % 3 ? 'brass' : 'iron', cylinder(0.0155, 0.025, 8), [at[0], at[1] + profile[profile.length - 1][1] - 0.01, at[2]]);
}

/** Builds the counter, `length` metres long. Guests are at +z. */
export function barCounter(length = 3.8): ProductBuilder {
  const b = new ProductBuilder('Bar counter', 'bar');
  b.add('panelling', box([length, 1.02, 0.5], { cell: 0.25, grain: 1 }), [0, 0.54, 0]);
  b.add('iron', box([length - 0.1, 0.1, 0.4]), [0, 0.05, 0]);
  b.add('greenMarble', box([length + 0.16, 0.055, 0.74], { bevel: 0.02, cell: 0.2 }), [0, 1.08, 0.04]);
  const count = 6;
  for (let i = 0; i < count; i++) {
    const x = (i - (count - 1) / 2) * (length / count);
    b.add('walnut', box([length / count - 0.1, 0.66, 0.03], { bevel: 0.012, cell: 0.2 }), [x, 0.56, 0.26]);
    b.add('tealVelvet', box([length / count - 0.24, 0.5, 0.03], { bevel: 0.014, cell: 0.15 }), [x, 0.56, 0.272]);
  }
  b.add(
    'brass',
    tube(
      [
        [-length / 2, 0.2, 0.4],
        [length / 2, 0.2, 0.4],
      ],
      0.022,
      8,
    ),
  );
  for (const x of [-1.6, -0.55, 0.55, 1.6])
    b.add(
      'brass',
      tube(
        [
          [x, 0.2, 0.4],
          [x, 0.2, 0.25],
        ],
        0.014,
        6,
      ),
    );
  b.add('brass', box([length + 0.16, 0.02, 0.016]), [0, 1.045, 0.415]);
  return b;
}

/** Builds the objects on the counter. */
export function barThings(): ProductBuilder {
  const b = new ProductBuilder('Drinks on the bar', 'drinks');
  b.add('brass', cylinder(0.035, 0.3, 10, 0.03), [-1.2, 0, -0.12]).add(
    'brass',
    tube(
      [
        [-1.2, 0.27, -0.12],
        [-1.2, 0.3, -0.2],
        [-1.2, 0.25, -0.23],
      ],
      0.012,
      6,
    ),
  );
  b.add(
    'iron',
    tube(
      [
        [-1.2, 0.3, -0.12],
        [-1.2, 0.44, -0.06],
      ],
      t => 0.01 + 0.008 * t,
      6,
    ),
  );
  glassOf(b, 'amberGlass', [-0.62, 0, 0.16]);
  glassOf(b, 'wineGlass', [0.32, 0, 0.13]);
  glassOf(b, 'amberGlass', [0.95, 0, 0.2]);
  b.add(
    'chrome',
    lathe(
      [
        [0, 0],
        [0.035, 0],
        [0.045, 0.13],
        [0.03, 0.17],
        [0.02, 0.22],
        [0, 0.23],
      ],
      12,
    ),
    [0.1, 0, -0.14],
  );
  bottle(b, 0, [0.6, 0, -0.12]);
  bottle(b, 3, [0.72, 0, -0.16]);
  b.add(
    'glaze',
    lathe(
      [
        [0, 0],
        [0.06, 0],
        [0.12, 0.06],
        [0.11, 0.055],
        [0.05, 0.015],
        [0, 0.015],
      ],
      14,
    ),
    [1.45, 0, 0.02],
  );
  for (let i = 0; i < 5; i++)
    b.add(
      i % 2 ? 'lemon' : 'orange',
      lathe(
        [
          [0, 0],
          [0.028, 0.012],
          [0.035, 0.035],
          [0.028, 0.058],
          [0, 0.07],
        ],
        9,
      ),
      [1.45 + 0.045 * Math.cos(i * 1.5), 0.025 + (i === 4 ? 0.04 : 0), 0.02 + 0.045 * Math.sin(i * 1.5)],
    );
  return b;
}

/** Builds shelves of bottles in front of a mirror, facing +z. */
export function backBar(seed: number, width = 3.8): ProductBuilder {
  const b = new ProductBuilder('Back bar', 'bottle shelf');
  const random = seededRandom(seed);
  b.add('walnut', box([width, 0.9, 0.5], { bevel: 0.01, cell: 0.3 }), [0, 0.45, 0.25]);
  b.add('greenMarble', box([width + 0.06, 0.04, 0.54], { bevel: 0.01, cell: 0.2 }), [0, 0.92, 0.26]);
  for (let i = 0; i < 6; i++)
    b.add('oak', box([width / 6 - 0.06, 0.72, 0.02], { bevel: 0.008 }), [(i - 2.5) * (width / 6), 0.47, 0.505]);
  b.add('walnut', box([width, 1.7, 0.03], { cell: 0.25 }), [0, 1.78, 0.015]);
  b.add('mirror', box([width - 0.4, 1.36, 0.02], { cell: 0.25 }), [0, 1.74, 0.035]);
  b.add('walnut', box([width + 0.1, 0.12, 0.36], { bevel: 0.02 }), [0, 2.62, 0.17]);
  for (const x of [-1, 1])
    b.add('walnut', box([0.12, 1.66, 0.3], { bevel: 0.015, cell: 0.3 }), [x * (width / 2 - 0.06), 1.77, 0.15]);
  for (const y of [1.3, 1.72, 2.12]) {
    b.add('walnut', box([width - 0.24, 0.035, 0.26], { bevel: 0.006, cell: 0.2 }), [0, y, 0.15]);
    b.add('bulb', box([width - 0.3, 0.012, 0.016]), [0, y - 0.022, 0.27]);
    for (let i = 0; i < 25; i++)
      if (random() > 0.1)
        bottle(b, Math.floor(random() * 48), [-width / 2 + 0.24 + (i * (width - 0.48)) / 24, y + 0.018, 0.14 + 0.04 * random()]);
  }
  for (let i = 0; i < 12; i++)
    bottle(b, Math.floor(random() * 48), [-1.55 + i * 0.11 + (i > 5 ? 1.9 : 0), 0.94, 0.2 + 0.1 * random()]);
  return b;
}
