/** Products that hang on walls and lie on floors. Wall products face +z, with their back at z = 0. */

import { surface } from '../../geometry/patch.ts';
import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cylinder, lathe, panel, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';

/** Builds a framed picture. It faces +z, with its back at z = 0. */
export function picture(
  painting: MaterialName,
  width: number,
  height: number,
  frame: MaterialName = 'walnut',
  mat = 0.05,
): ProductBuilder {
  const b = new ProductBuilder('Framed picture', 'picture');
  const f = 0.045;
  for (const y of [-1, 1])
    b.add(frame, box([width + 2 * f, f, 0.04], { bevel: 0.01, cell: 0.4 }), [0, y * (height / 2 + f / 2), 0.02]);
  for (const x of [-1, 1]) b.add(frame, box([f, height, 0.04], { bevel: 0.01, cell: 0.4 }), [x * (width / 2 + f / 2), 0, 0.02]);
  b.add('cream', panel(width, height, { cell: 0.3 }), [0, 0, 0.018]);
  b.add(painting, panel(width - 2 * mat, height - 2 * mat, { fitted: true, cell: 0.3 }), [0, 0, 0.022]);
  return b;
}

export function mirrorRound(radius: number): ProductBuilder {
  const b = new ProductBuilder('Round mirror', 'mirror');
  const rim = lathe(
    [
      [radius, 0],
      [radius + 0.04, 0.01],
      [radius + 0.03, 0.035],
      [radius - 0.005, 0.025],
    ],
    30,
  );
  const glass = lathe(
    [
      [radius, 0.018],
      [radius * 0.6, 0.018],
      [0, 0.018],
    ],
    30,
  );
  glass.uvs = glass.uvs.map((_, i) => 0.5 + (glass.positions[(i >> 1) * 3 + (i % 2 ? 2 : 0)] / radius) * 0.3);
  return b.add('brass', rim, [0, 0, 0], { pitch: Math.PI / 2 }).add('mirror', glass, [0, 0, 0], { pitch: Math.PI / 2 });
}

export function wallClock(): ProductBuilder {
  const b = new ProductBuilder('Wall clock', 'clock');
  b.add(
    'walnut',
    lathe(
      [
        [0, 0],
        [0.26, 0],
        [0.27, 0.03],
        [0.24, 0.05],
        [0.225, 0.035],
      ],
      26,
    ),
    [0, 0, 0],
    { pitch: Math.PI / 2 },
  );
  b.add('clockFace', panel(0.5, 0.5, { fitted: true }), [0, 0, 0.034], { scale: 0.92 });
  return b;
}

/** Builds a window of frame, bars and sill. The hole is in the wall (see shell.ts). */
export function windowFrame(width: number, height: number): ProductBuilder {
  const b = new ProductBuilder('Window', 'window');
  const t = 0.09;
  for (const y of [0, height]) b.add('cream', box([width + t, t, 0.14], { bevel: 0.012, cell: 0.4 }), [0, y, 0]);
  for (const x of [-1, 1]) b.add('cream', box([t, height, 0.14], { bevel: 0.012, cell: 0.4 }), [(x * width) / 2, height / 2, 0]);
  for (const x of [-1 / 6, 1 / 6])
    b.add('cream', box([0.045, height, 0.06], { bevel: 0.008, cell: 0.4 }), [x * width, height / 2, 0]);
  b.add('cream', box([width, 0.045, 0.06], { bevel: 0.008, cell: 0.4 }), [0, height * 0.7, 0]);
  b.add('cream', box([width + 0.3, 0.05, 0.34], { bevel: 0.012, cell: 0.3 }), [0, -0.06, 0.1]);
  return b;
}

/** Builds a pair of curtains on a brass pole over a window. */
export function curtains(width: number, top: number): ProductBuilder {
  const b = new ProductBuilder('Curtains', 'curtain');
  b.add(
    'brass',
    tube(
      Array.from({ length: 9 }, (_, i) => [(width / 2 + 0.5) * (i / 4 - 1), top + 0.05, 0.16]),
      0.018,
      8,
    ),
  );
  for (const side of [-1, 1]) {
    b.add(
      'brass',
      lathe(
        [
          [0, -0.04],
          [0.035, -0.02],
          [0.035, 0.02],
          [0, 0.04],
        ],
        10,
      ),
      [side * (width / 2 + 0.52), top + 0.05, 0.16],
      { roll: Math.PI / 2 },
    );
    const fold = surface(
      26,
      8,
      (u, v) => {
        const gather = 1 - 0.3 * Math.exp(-(((v - 0.62) / 0.16) ** 2));
        const x = side * (width / 2 + 0.42 - 0.62 * u * gather);
        const deep = 0.055 * (0.7 + 0.3 * v) * Math.sin(u * 38) + 0.012 * Math.sin(u * 11 + v * 3);
        return [x, top * (1 - v) + 0.03, 0.16 + deep];
      },
      { uv: [1.3, top], flip: side < 0 },
    );
    b.add('curtain', fold);
    b.add(
      'brass',
      tube(
        [
          [side * (width / 2 + 0.42), top * 0.4, 0.06],
          [side * (width / 2 + 0.16), top * 0.37, 0.24],
        ],
        0.012,
        6,
      ),
    );
  }
  return b;
}

export function rug(material: MaterialName, width: number, depth: number): ProductBuilder {
  const b = new ProductBuilder('Carpet', 'carpet');
  const patch = surface(Math.ceil(width / 0.2), Math.ceil(depth / 0.2), (u, v) => [(u - 0.5) * width, 0.014, (v - 0.5) * depth], {
    flip: true,
  });
  b.add(material, patch);
  b.add('linen', box([width, 0.012, depth], { without: ['+y', '-y'], cell: 0.4 }), [0, 0.007, 0]);
  return b;
}

export function rugRound(material: MaterialName, radius: number): ProductBuilder {
  const b = new ProductBuilder('Round carpet', 'round carpet');
  const disc = surface(36, 6, (u, v) => [v * radius * Math.sin(u * Math.PI * 2), 0.016, v * radius * Math.cos(u * Math.PI * 2)], {
    flip: true,
  });
  for (let i = 0; i < disc.uvs.length / 2; i++) {
    disc.uvs[i * 2] = 0.5 + (disc.positions[i * 3] / radius) * 0.495;
    disc.uvs[i * 2 + 1] = 0.5 + (disc.positions[i * 3 + 2] / radius) * 0.495;
  }
  if (disc.normals[1] < 0) disc.index.reverse();
  disc.normals = disc.normals.map((_, i) => (i % 3 === 1 ? 1 : 0));
  return b.add(material, disc);
}

export function door(): ProductBuilder {
  const b = new ProductBuilder('Double door', 'door');
  for (const x of [-0.56, 0.56]) b.add('walnut', box([0.12, 2.3, 0.14], { bevel: 0.015, cell: 0.4 }), [x * 1.95, 1.15, 0.04]);
  b.add('walnut', box([2.5, 0.16, 0.16], { bevel: 0.02, cell: 0.4 }), [0, 2.36, 0.05]);
  for (const x of [-0.515, 0.515]) {
    b.add('mahogany', box([1.02, 2.26, 0.05], { bevel: 0.006, cell: 0.35 }), [x, 1.15, 0.02]);
    for (const [y, h] of [
      [0.6, 0.8],
      [1.62, 0.96],
    ])
      b.add('mahogany', box([0.7, h, 0.03], { bevel: 0.014, cell: 0.3 }), [x, y, 0.045]);
    b.add('brass', cylinder(0.02, 0.2, 8), [x < 0 ? -0.08 : 0.08, 1.0, 0.08]);
  }
  return b;
}
