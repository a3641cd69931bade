/** The lounge's seats. Backs are at -z, so a sitter looks to +z; the floor is y = 0. */

import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cushion, cylinder, lathe, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';

/** Seat height for the clip `sit`, metres. */
const SEAT = 0.495;

/** Returns a chair leg of `height` metres. */
const leg = (height: number) =>
  lathe(
    [
      [0, 0],
      [0.014, 0],
      [0.026, height],
      [0, height],
    ],
    8,
  );

export function sofa(cloth: MaterialName, accent: MaterialName, seats: number): ProductBuilder {
  const b = new ProductBuilder(`${seats}-seat sofa`, seats > 2 ? 'sofa' : 'loveseat');
  const inner = seats * 0.66;
  const width = inner + 0.4;
  b.add(cloth, box([inner + 0.1, 0.2, 0.86], { bevel: 0.04, cell: 0.3 }), [0, 0.26, 0]);
  b.add(cloth, box([width - 0.06, 0.52, 0.2], { bevel: 0.08, bevelRows: 2, cell: 0.3 }), [0, 0.6, -0.38], { pitch: -0.12 });
  for (const side of [-1, 1]) {
    b.add(cloth, box([0.2, 0.46, 0.92], { bevel: 0.09, bevelRows: 3, cell: 0.25 }), [side * (width / 2 - 0.1), 0.4, 0]);
    for (const z of [-0.36, 0.36]) b.add('walnut', leg(0.16), [side * (width / 2 - 0.12), 0, z]);
  }
  for (let i = 0; i < seats; i++) {
    const x = (i - (seats - 1) / 2) * 0.66;
    b.seat([x, 0, 0.13]);
    b.add(cloth, cushion([0.65, 0.17, 0.7], 0.025), [x, 0.43, 0.06]);
    b.add(cloth, cushion([0.63, 0.17, 0.44], 0.04), [x, 0.7, -0.24], { pitch: Math.PI / 2 - 0.22 });
  }
  b.add(accent, cushion([0.42, 0.13, 0.42], 0.05), [-inner / 2 + 0.16, 0.72, -0.05], { pitch: 1.2, roll: 0.15, yaw: 0.35 });
  if (seats > 2) {
    b.add('kilimCloth', cushion([0.46, 0.12, 0.34], 0.05), [inner / 2 - 0.2, 0.68, -0.03], { pitch: 1.15, yaw: -0.25 });
    b.add('wool', box([0.5, 0.03, 0.92], { bevel: 0.014, cell: 0.14 }), [inner / 2 - 0.2, 0.545, 0.02]);
    b.add('wool', box([0.5, 0.3, 0.026], { bevel: 0.012, cell: 0.14 }), [inner / 2 - 0.2, 0.4, 0.47]);
  }
  return b;
}

export function armchair(cloth: MaterialName, accent: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Wing armchair', 'armchair');
  b.add(cloth, box([0.62, 0.2, 0.7], { bevel: 0.05, cell: 0.25 }), [0, 0.27, 0]);
  b.add(cloth, cushion([0.56, 0.16, 0.62], 0.03), [0, 0.43, 0.05]);
  b.add(cloth, box([0.66, 0.78, 0.16], { bevel: 0.075, bevelRows: 3, cell: 0.22 }), [0, 0.68, -0.32], { pitch: -0.16 });
  b.add(cloth, cushion([0.52, 0.12, 0.5], 0.03), [0, 0.74, -0.22], { pitch: Math.PI / 2 - 0.2 });
  for (const side of [-1, 1]) {
    b.add(cloth, box([0.14, 0.34, 0.7], { bevel: 0.065, bevelRows: 3, cell: 0.22 }), [side * 0.37, 0.47, 0.02]);
    b.add(cloth, box([0.1, 0.42, 0.3], { bevel: 0.045, bevelRows: 2, cell: 0.22 }), [side * 0.35, 0.84, -0.24], { pitch: -0.12 });
    for (const z of [-0.26, 0.3]) b.add('walnut', leg(0.18), [side * 0.3, 0, z]);
  }
  b.add(accent, cushion([0.36, 0.11, 0.36], 0.045), [0.03, 0.63, -0.06], { pitch: 1.15, roll: 0.2 });
  b.seat([0, 0, 0.09]);
  return b;
}

export function tubChair(cloth: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Tub chair', 'tub chair');
  const turn = Math.PI * 1.36;
  const shell = lathe(
    [
      [0.3, 0.2],
      [0.37, 0.24],
      [0.39, 0.5],
      [0.4, 0.68],
      [0.36, 0.74],
      [0.31, 0.68],
      [0.29, 0.42],
    ],
    20,
    turn,
  );
  b.add(cloth, shell, [0, 0, 0], { yaw: Math.PI - turn / 2 });
  b.add(
    cloth,
    lathe(
      [
        [0, 0.2],
        [0.3, 0.2],
        [0.33, 0.26],
        [0.32, 0.42],
        [0.25, 0.47],
        [0, 0.48],
      ],
      20,
    ),
  );
  for (const a of [0.8, 2.3, 3.9, 5.5]) b.add('brass', leg(0.21), [0.24 * Math.sin(a), 0, 0.24 * Math.cos(a)]);
  b.seat([0, -0.01, 0.06]);
  return b;
}

export function diningChair(cloth: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Bentwood chair', 'chair');
  for (const [x, z] of [
    [-0.18, 0.18],
    [0.18, 0.18],
  ])
    b.add(
      'mahogany',
      tube(
        [
          [x, 0.44, z],
          [x * 1.12, 0, z * 1.15],
        ],
        t => 0.018 - 0.006 * t,
        7,
      ),
    );
  const hoop = Array.from({ length: 15 }, (_, i): [number, number, number] => {
    const a = Math.PI * (i / 14);
    return [-0.2 * Math.cos(a), 0.44 + 0.45 * Math.sin(a) ** 0.7, -0.19 - 0.08 * Math.sin(a)];
  });
  b.add('mahogany', tube([[-0.22, 0, -0.26], ...hoop, [0.22, 0, -0.26]], 0.016, 7));
  b.add(
    'mahogany',
    tube(
      hoop.map(p => [p[0] * 0.62, 0.44 + (p[1] - 0.44) * 0.72, p[2] + 0.01]),
      0.011,
      6,
    ),
  );
  b.add(
    'mahogany',
    lathe(
      [
        [0, 0.42],
        [0.21, 0.42],
        [0.22, 0.44],
        [0.21, 0.46],
        [0, 0.46],
      ],
      18,
    ),
  );
  b.add(
    cloth,
    lathe(
      [
        [0.19, 0.46],
        [0.19, 0.475],
        [0.15, 0.492],
        [0, 0.497],
      ],
      18,
    ),
  );
  b.seat([0, 0, 0.03]);
  return b;
}

export function barStool(cloth: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Bar stool', 'bar stool');
  b.add(
    'brass',
    lathe(
      [
        [0, 0],
        [0.22, 0],
        [0.22, 0.015],
        [0.05, 0.04],
        [0.028, 0.07],
        [0.028, 0.68],
        [0, 0.68],
      ],
      16,
    ),
  );
  b.add(
    'brass',
    tube(
      Array.from({ length: 21 }, (_, i) => [0.17 * Math.sin((i * Math.PI) / 10), 0.26, 0.17 * Math.cos((i * Math.PI) / 10)]),
      0.012,
      6,
    ),
  );
  b.add('brass', box([0.32, 0.014, 0.016]), [0, 0.26, 0]).add('brass', box([0.016, 0.014, 0.32]), [0, 0.26, 0]);
  b.add(
    cloth,
    lathe(
      [
        [0, 0.68],
        [0.19, 0.68],
        [0.205, 0.72],
        [0.19, 0.77],
        [0.1, 0.79],
        [0, 0.79],
      ],
      18,
    ),
  );
  b.add(
    cloth,
    lathe(
      [
        [0.19, 0.8],
        [0.2, 0.84],
        [0.2, 0.98],
        [0.18, 1.0],
        [0.165, 0.97],
        [0.165, 0.8],
      ],
      12,
      2.2,
    ),
    [0, 0, 0],
    { yaw: Math.PI - 1.1 },
  );
  // In the middle of the back, which is 35 mm thick. With 10 mm more, they would show through its coarser levels.
  for (const x of [-0.116, 0.116])
    b.add(
      'brass',
      tube(
        [
          [x, 0.7, -0.14],
          [x, 0.86, -0.14],
        ],
        0.008,
        6,
      ),
    );
  b.seat([0, 0, 0.06], 'perch');
  return b;
}

export function pouf(cloth: MaterialName): ProductBuilder {
  const b = new ProductBuilder('Pouf', 'pouf');
  return b.add(
    cloth,
    lathe(
      [
        [0, 0],
        [0.24, 0],
        [0.31, 0.08],
        [0.33, 0.19],
        [0.31, 0.3],
        [0.22, 0.37],
        [0, 0.39],
      ],
      20,
    ),
  );
}

export function bench(cloth: MaterialName, width: number, height = 0.46): ProductBuilder {
  const b = new ProductBuilder('Bench', 'bench');
  b.add(cloth, cushion([width, 0.11, 0.38], 0.015), [0, height, 0]);
  b.add('walnut', box([width - 0.04, 0.06, 0.34], { bevel: 0.01 }), [0, height - 0.08, 0]);
  for (const x of [-1, 1])
    for (const z of [-1, 1]) b.add('walnut', cylinder(0.018, height - 0.1, 8, 0.026), [x * (width / 2 - 0.08), 0, z * 0.12]);
  b.seat([0, Math.round(1000 * (height + 0.04 - SEAT)) / 1000, 0.02]);
  return b;
}
