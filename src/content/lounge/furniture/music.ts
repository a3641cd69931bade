/** The lounge's music: piano, jukebox, dance floor and microphone. */

import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, cylinder, lathe, panel, plate, sphere, tube } from '../../geometry/solids.ts';
import type { MaterialName } from '../materials.ts';

/** Builds a grand piano. The player sits at +z; the tail points to -z. */
export function grandPiano(): ProductBuilder {
  const b = new ProductBuilder('Grand piano', 'piano');
  const rim: [number, number][] = [
    [-0.74, 0.42],
    [0.74, 0.42],
    [0.74, -0.2],
  ];
  for (let i = 0; i <= 10; i++) {
    const t = i / 10;
    rim.push([0.74 - 0.78 * t + 0.14 * Math.sin(t * Math.PI * 2), -0.2 - 1.12 * t ** 0.9]);
  }
  for (let i = 1; i <= 6; i++)
    rim.push([-0.04 - 0.35 * (1 - Math.cos((i / 6) * Math.PI)), -1.32 - 0.12 * Math.sin((i / 6) * Math.PI)]);
  const inner = rim.filter((_, i) => i > 1 || i < 2).map(([x, z]): [number, number] => [x * 0.94, Math.min(z, 0.02) * 0.95]);
  b.add(
    'lacquer',
    plate(
      rim.map(([x, z]): [number, number] => [x, Math.min(z, 0.12)]),
      0.3,
      false,
    ),
    [0, 0.66, 0],
  );
  b.add('brass', plate(inner, 0.004), [0, 0.962, 0]);
  b.add('lacquer', box([1.48, 0.12, 0.36], { bevel: 0.01 }), [0, 0.7, 0.28]);
  for (const x of [-0.7, 0.7]) b.add('lacquer', box([0.09, 0.22, 0.34], { bevel: 0.02 }), [x, 0.82, 0.28]);
  b.add('pianoKeys', panel(1.3, 0.16, { fitted: true }), [0, 0.771, 0.33], { pitch: -Math.PI / 2 });
  b.add('lacquer', box([1.3, 0.16, 0.02]), [0, 0.85, 0.2], { pitch: -0.2 });
  b.add('lacquer', box([0.7, 0.3, 0.02], { bevel: 0.008 }), [0, 1.12, 0.0], { pitch: -0.25 });
  b.add('pages', box([0.42, 0.26, 0.006]), [0, 1.14, 0.02], { pitch: -0.25 });
  // The lid stands open on the bass side.
  b.at([-0.74, 0.97, 0], { roll: 0.72 }, () =>
    b.add(
      'lacquer',
      plate(
        rim.map(([x, z]): [number, number] => [x + 0.74, Math.min(z, 0.0)]),
        0.022,
      ),
    ),
  );
  b.add(
    'lacquer',
    tube(
      [
        [0.6, 0.96, -0.2],
        [0.32, 1.82, -0.25],
      ],
      0.012,
      6,
    ),
  );
  for (const [x, z] of [
    [-0.62, 0.2],
    [0.62, 0.2],
    [-0.3, -1.15],
  ]) {
    b.add(
      'lacquer',
      lathe(
        [
          [0, 0],
          [0.03, 0.02],
          [0.03, 0.06],
          [0.05, 0.14],
          [0.065, 0.66],
          [0, 0.66],
        ],
        10,
      ),
      [x, 0, z],
    );
  }
  b.add('lacquer', box([0.3, 0.5, 0.04]), [0, 0.38, 0.1]).add('brass', box([0.18, 0.02, 0.14]), [0, 0.09, 0.18]);
  return b;
}

export function jukeboxCabinet(): ProductBuilder {
  const b = new ProductBuilder('Jukebox', 'jukebox');
  const outline: [number, number][] = [
    [-0.42, 0],
    [0.42, 0],
  ];
  for (let i = 0; i <= 14; i++) outline.push([0.42 * Math.cos((Math.PI * i) / 14), 1.05 + 0.42 * Math.sin((Math.PI * i) / 14)]);
  const body = plate(outline, 0.5, true);
  const fronts = plate(
    outline.map(([x, y]): [number, number] => [x * 0.96, 0.02 + y * 0.97]),
    0.012,
  );
  for (const patch of [body, fronts]) {
    for (let i = 0; i < patch.positions.length; i += 3) {
      const [x, y, z] = patch.positions.slice(i, i + 3);
      [patch.positions[i], patch.positions[i + 1], patch.positions[i + 2]] = [x, z, -y];
      const [nx, ny, nz] = patch.normals.slice(i, i + 3);
      [patch.normals[i], patch.normals[i + 1], patch.normals[i + 2]] = [nx, nz, -ny];
    }
  }
  b.add('mahogany', body, [0, 0.04, 0.25]);
  for (let i = 0; i < fronts.uvs.length; i += 2) {
    fronts.uvs[i] = fronts.positions[(i / 2) * 3] / 0.84 + 0.5;
    fronts.uvs[i + 1] = 1 - fronts.positions[(i / 2) * 3 + 1] / 1.47;
  }
  b.add('jukebox', fronts, [0, 0.04, 0.262], {});
  b.add('chrome', box([0.9, 0.05, 0.56], { bevel: 0.015 }), [0, 0.025, 0]);
  return b;
}

export function speaker(): ProductBuilder {
  const b = new ProductBuilder('Loudspeaker', 'loudspeaker');
  b.add('walnut', box([0.44, 1.1, 0.4], { bevel: 0.015, cell: 0.4 }), [0, 0.58, 0]);
  b.add('iron', box([0.4, 1.04, 0.012]), [0, 0.58, 0.201]);
  for (const [y, r] of [
    [0.3, 0.17],
    [0.68, 0.13],
    [0.93, 0.07],
  ]) {
    b.add(
      'chrome',
      lathe(
        [
          [r, 0],
          [r, 0.012],
          [r - 0.014, 0.012],
        ],
        20,
      ),
      [0, y, 0.205],
      { pitch: Math.PI / 2 },
    );
    b.add('speaker', panel(r * 1.8, r * 1.8, { fitted: true }), [0, y, 0.212]);
  }
  for (const x of [-0.17, 0.17]) for (const z of [-0.14, 0.14]) b.add('iron', cylinder(0.02, 0.03, 8), [x, 0, z]);
  return b;
}

/** Builds the dance floor: lit tiles of 0.5 m in a brass frame, 25 mm above the parquet. */
export function danceFloor(columns: number, rows: number): ProductBuilder {
  const b = new ProductBuilder('Dance floor', 'dance floor');
  const tiles: readonly MaterialName[] = ['tileAmber', 'tileCream', 'tileRose', 'tileTeal'];
  const [w, d] = [columns * 0.5, rows * 0.5];
  for (const [x, z, sx, sz] of [
    [0, -d / 2 - 0.03, w + 0.12, 0.06],
    [0, d / 2 + 0.03, w + 0.12, 0.06],
    [-w / 2 - 0.03, 0, 0.06, d],
    [w / 2 + 0.03, 0, 0.06, d],
  ]) {
    b.add('brass', box([sx, 0.035, sz], { bevel: 0.006, cell: 0.5, without: ['-y'] }), [x, 0.0175, z]);
  }
  for (let i = 0; i < columns; i++) {
    for (let k = 0; k < rows; k++) {
      const tile = panel(0.5, 0.5, { fitted: true, cell: 0.25 });
      tile.uvs = tile.uvs.map((_, n) =>
        n % 2 ? 0.5 - tile.positions[((n - 1) / 2) * 3 + 1] / 0.5 : 0.5 + tile.positions[(n / 2) * 3] / 0.5,
      );
      b.add(
        tiles[(i * 3 + k * 5 + ((i * k) % 3)) % 4],
        tile,
        [(i - (columns - 1) / 2) * 0.5, 0.028, (k - (rows - 1) / 2) * 0.5],
        { pitch: -Math.PI / 2 },
      );
    }
  }
  return b;
}

export function mirrorBall(drop: number): ProductBuilder {
  const b = new ProductBuilder('Mirror ball', 'mirror ball');
  b.add(
    'chrome',
    tube(
      [
        [0, 0, 0],
        [0, -drop, 0],
      ],
      0.006,
      5,
    ),
  ).add('chrome', cylinder(0.05, 0.08, 10), [0, -drop - 0.02, 0]);
  const ball = sphere(0.27, 24, 14);
  for (let i = 0; i < ball.uvs.length; i += 2) {
    ball.uvs[i] = Math.round((i / 2) % 25) / 24;
    ball.uvs[i + 1] = Math.floor(i / 2 / 25) / 14;
  }
  b.add('mirrorTiles', ball, [0, -drop - 0.27, 0]);
  return b;
}

/** Builds a microphone on its stand. */
export function microphone(): ProductBuilder {
  const b = new ProductBuilder('Microphone', 'microphone');
  b.add(
    'iron',
    lathe(
      [
        [0, 0],
        [0.14, 0],
        [0.14, 0.02],
        [0.012, 0.04],
        [0.01, 1.42],
        [0, 1.42],
      ],
      14,
    ),
  );
  b.add(
    'chrome',
    lathe(
      [
        [0, 0],
        [0.018, 0],
        [0.016, 0.1],
        [0.032, 0.14],
        [0.034, 0.19],
        [0, 0.22],
      ],
      12,
    ),
    [0, 1.4, 0],
    { pitch: 0.5 },
  );
  return b;
}
