/** Small objects on tables, shelves and the bar. Each is added to the product that it stands on. */

import type { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cylinder, lathe, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';

export function stackOfBooks(b: ProductBuilder, at: readonly [number, number, number], yaw: number): void {
  const covers: MaterialName[] = ['oxblood', 'glaze', 'cognac'];
  covers.forEach((cover, i) => {
    b.at([at[0], at[1] + 0.019 + i * 0.036, at[2]], { yaw: yaw + i * 0.22 }, () => {
      b.add(cover, box([0.27 - i * 0.025, 0.034, 0.2 - i * 0.02], { bevel: 0.004, cell: 1 }));
      b.add('pages', box([0.265 - i * 0.025, 0.026, 0.195 - i * 0.02], { cell: 1 }), [0.005, 0, 0.004]);
    });
  });
}

export function candle(b: ProductBuilder, at: readonly [number, number, number], height: number): void {
  b.add('wax', cylinder(0.024, height, 10), at);
  b.add(
    'candleFlame',
    lathe(
      [
        [0, 0],
        [0.009, 0.012],
        [0.006, 0.028],
        [0, 0.045],
      ],
      8,
    ),
    [at[0], at[1] + height + 0.006, at[2]],
  );
}

export function glassOf(b: ProductBuilder, drink: MaterialName, at: readonly [number, number, number]): void {
  b.add(
    'clearGlass',
    lathe(
      [
        [0, 0],
        [0.03, 0],
        [0.036, 0.05],
      ],
      10,
    ),
    at,
  );
  b.add(
    drink,
    lathe(
      [
        [0.036, 0.012],
        [0.0385, 0.062],
        [0, 0.062],
      ],
      10,
    ),
    at,
  );
}

export function vase(material: MaterialName, at: readonly [number, number, number], b: ProductBuilder, stems = 9): void {
  b.add(
    material,
    lathe(
      [
        [0, 0],
        [0.06, 0],
        [0.1, 0.06],
        [0.11, 0.13],
        [0.06, 0.22],
        [0.035, 0.27],
        [0.045, 0.3],
        [0.03, 0.28],
      ],
      16,
    ),
    at,
  );
  for (let i = 0; i < stems; i++) {
    const a = i * 2.4;
    const r = 0.06 + 0.012 * i;
    const top: [number, number, number] = [
      at[0] + r * Math.cos(a) * 1.4,
      at[1] + 0.52 + 0.1 * Math.sin(i * 1.9),
      at[2] + r * Math.sin(a) * 1.4,
    ];
    b.add(
      'dried',
      tube(
        [[at[0], at[1] + 0.26, at[2]], [at[0] + r * 0.5 * Math.cos(a), at[1] + 0.42, at[2] + r * 0.5 * Math.sin(a)], top],
        0.003,
        4,
      ),
    );
    b.add(
      'dried',
      lathe(
        [
          [0, 0],
          [0.014, 0.02],
          [0.012, 0.07],
          [0, 0.1],
        ],
        6,
      ),
      [top[0], top[1] - 0.01, top[2]],
      { roll: -0.5 * Math.cos(a), pitch: 0.5 * Math.sin(a) },
    );
  }
}
