/** The lounge's lamps. */

import type { Patch } from '../../geometry/patch.ts';
import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cylinder, lathe, sphere, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';

/** Returns a lamp shade. The positions of bulbs are `roomLamps` in plan.ts. */
function shade(bottom: number, top: number, height: number, segments = 20): Patch {
  const patch = lathe(
    [
      [bottom, 0],
      [(bottom + top) / 2, height / 2],
      [top, height],
    ],
    segments,
  );
  for (let i = 0; i < patch.uvs.length; i += 2) {
    patch.uvs[i] = patch.uvs[i] / (2 * Math.PI * Math.max(bottom, top));
    patch.uvs[i + 1] = 1 - patch.positions[(i / 2) * 3 + 1] / height;
  }
  return patch;
}

export function floorLamp(material: MaterialName = 'shadeWarm'): ProductBuilder {
  const b = new ProductBuilder('Floor lamp', 'floor lamp');
  b.add(
    'brass',
    lathe(
      [
        [0, 0],
        [0.16, 0],
        [0.16, 0.02],
        [0.03, 0.04],
        [0.012, 0.08],
        [0.012, 1.5],
        [0, 1.5],
      ],
      14,
    ),
  );
  b.add(material, shade(0.24, 0.16, 0.32), [0, 1.42, 0]);
  b.add('bulb', sphere(0.04, 8, 6), [0, 1.53, 0]);
  return b;
}

/** Builds a lamp that hangs from a long arc. */
export function arcLamp(): ProductBuilder {
  const b = new ProductBuilder('Arc lamp', 'arc lamp');
  b.add('greenMarble', box([0.3, 0.2, 0.22], { bevel: 0.02 }), [0, 0.1, 0]);
  b.add(
    'brass',
    tube(
      Array.from({ length: 18 }, (_, i) => [
        (1.35 * (1 - Math.cos((i / 17) * 1.9))) / 1.32,
        0.2 + 1.95 * Math.sin((i / 17) * 1.9),
        0,
      ]),
      0.014,
      7,
    ),
  );
  b.add(
    'brass',
    lathe(
      [
        [0.2, 0],
        [0.19, 0.08],
        [0.13, 0.16],
        [0.03, 0.2],
        [0, 0.2],
      ],
      20,
    ),
    [1.352, 1.83, 0],
  );
  b.add('shadeWarm', bowl(), [1.352, 1.86, 0]);
  return b;
}

const bowl = (): Patch => {
  const patch = sphere(0.12, 14, 8);
  for (let i = 0; i < patch.uvs.length; i += 2) {
    patch.uvs[i] = 0.5;
    patch.uvs[i + 1] = 0.5;
  }
  return patch;
};

export function tableLamp(
  b: ProductBuilder,
  base: MaterialName,
  shadeMaterial: MaterialName,
  at: readonly [number, number, number],
  scale = 1,
): void {
  b.at(at, { scale }, () => {
    b.add(
      base,
      lathe(
        [
          [0, 0],
          [0.07, 0],
          [0.075, 0.015],
          [0.05, 0.04],
          [0.09, 0.1],
          [0.085, 0.17],
          [0.03, 0.24],
          [0.014, 0.27],
          [0.014, 0.34],
          [0, 0.34],
        ],
        16,
      ),
    );
    b.add(shadeMaterial, shade(0.19, 0.11, 0.22), [0, 0.32, 0]);
    b.add('bulb', sphere(0.03, 8, 6), [0, 0.4, 0]);
  });
}

export function pendant(material: MaterialName, drop: number): ProductBuilder {
  const b = new ProductBuilder('Pendant lamp', 'pendant lamp');
  b.add(
    'iron',
    tube(
      [
        [0, 0, 0],
        [0, -drop, 0],
      ],
      0.006,
      5,
    ),
  ).add('brass', cylinder(0.05, 0.03, 12), [0, -0.03, 0]);
  b.add(
    'brass',
    lathe(
      [
        [0.17, 0],
        [0.15, 0.1],
        [0.06, 0.17],
        [0.02, 0.22],
        [0, 0.22],
      ],
      18,
    ),
    [0, -drop - 0.2, 0],
  );
  b.add(material, bowl(), [0, -drop - 0.17, 0], { scale: 0.75 });
  return b;
}

export function chandelier(): ProductBuilder {
  const b = new ProductBuilder('Chandelier', 'chandelier');
  b.add(
    'brass',
    tube(
      [
        [0, 0, 0],
        [0, -0.75, 0],
      ],
      0.01,
      6,
    ),
  ).add('brass', cylinder(0.07, 0.03, 14), [0, -0.03, 0]);
  b.add('brass', sphere(0.06, 12, 8), [0, -0.75, 0]);
  for (let i = 0; i < 8; i++) {
    const a = (i * Math.PI) / 4;
    const [s, c] = [Math.sin(a), Math.cos(a)];
    b.add(
      'brass',
      tube(
        [
          [0, -0.75, 0],
          [0.2 * s, -0.84, 0.2 * c],
          [0.4 * s, -0.84, 0.4 * c],
          [0.5 * s, -0.74, 0.5 * c],
        ],
        0.009,
        6,
      ),
    );
    b.add(
      'brass',
      lathe(
        [
          [0, 0],
          [0.03, 0.01],
          [0.04, 0.03],
        ],
        10,
      ),
      [0.5 * s, -0.75, 0.5 * c],
    );
    b.add('shadeWarm', bowl(), [0.5 * s, -0.66, 0.5 * c], { scale: 0.55 });
  }
  return b;
}

export function sconce(): ProductBuilder {
  const b = new ProductBuilder('Wall lamp', 'wall lamp');
  b.add(
    'brass',
    lathe(
      [
        [0, 0],
        [0.06, 0],
        [0.05, 0.02],
        [0, 0.025],
      ],
      14,
    ),
    [0, 0, 0],
    { pitch: Math.PI / 2 },
  );
  b.add(
    'brass',
    tube(
      [
        [0, 0, 0.01],
        [0, -0.05, 0.08],
        [0, 0, 0.13],
        [0, 0.04, 0.13],
      ],
      0.008,
      6,
    ),
  );
  b.add('shadeWarm', shade(0.1, 0.07, 0.16, 14), [0, 0.03, 0.13]);
  return b;
}
