/** The room itself: floor, walls, ceiling and the view outside. */

import { surface } from '../../geometry/patch.ts';
import { ProductBuilder } from '../../geometry/product-builder.ts';
import { box, panel } from '../../geometry/solids.ts';

/** Size of the room in metres. The windows are in the back wall (z = -depth / 2). */
export const room = { width: 14, depth: 10, height: 3.5, wainscot: 0.8 } as const;
export const windows = { centers: [-4.2, 0, 4.2], width: 2.5, sill: 0.8, height: 2.1 } as const;

const cell = 0.26;
const [hw, hd] = [room.width / 2, room.depth / 2];

export function floor(): ProductBuilder {
  const b = new ProductBuilder('Parquet floor', 'floor');
  const [columns, rows] = [Math.round(room.width / 0.2), Math.round(room.depth / 0.2)];
  return b.add(
    'parquet',
    surface(columns, rows, (u, v) => [(u - 0.5) * room.width, 0, (v - 0.5) * room.depth], {
      uv: [room.width, room.depth],
      flip: true,
    }),
  );
}

/** Adds a rectangle of wall in the plane z = 0, from (x0, y0) to (x1, y1). */
function rect(b: ProductBuilder, x0: number, x1: number, y0: number, y1: number): void {
  const patch = panel(x1 - x0, y1 - y0, { cell });
  for (let i = 0; i < patch.uvs.length / 2; i++) {
    patch.uvs[i * 2] = patch.positions[i * 3] + (x0 + x1) / 2;
    patch.uvs[i * 2 + 1] = -patch.positions[i * 3 + 1] - (y0 + y1) / 2;
  }
  b.add('wallpaper', patch, [(x0 + x1) / 2, (y0 + y1) / 2, 0]);
}

/** Adds panels, rail and skirting along a wall of `length`, in front of z = 0. */
function wainscot(b: ProductBuilder, length: number): void {
  const h = room.wainscot;
  b.add('walnut', box([length, h, 0.03], { cell: 0.3, grain: 0, without: ['-z', '-y'] }), [0, h / 2, 0.015]);
  b.add('walnut', box([length, 0.05, 0.07], { bevel: 0.014, cell: 0.35, without: ['-z'] }), [0, h, 0.035]);
  b.add('walnut', box([length, 0.13, 0.055], { bevel: 0.014, cell: 0.35, without: ['-z', '-y'] }), [0, 0.065, 0.0275]);
  const count = Math.round(length / 0.78);
  const step = length / count;
  for (let i = 0; i < count; i++)
    b.add('walnut', box([step - 0.16, h - 0.34, 0.024], { bevel: 0.012, cell: 0.5, grain: 1, without: ['-z'] }), [
      (i + 0.5) * step - length / 2,
      h / 2 + 0.06,
      0.038,
    ]);
}

export function walls(): ProductBuilder {
  const b = new ProductBuilder('Walls', 'walls');
  const { height } = room;
  const top = windows.sill + windows.height;
  b.at([0, 0, -hd], {}, () => {
    let x = -hw;
    for (const center of windows.centers) {
      rect(b, x, center - windows.width / 2, 0, height);
      rect(b, center - windows.width / 2, center + windows.width / 2, 0, windows.sill);
      rect(b, center - windows.width / 2, center + windows.width / 2, top, height);
      x = center + windows.width / 2;
      // The reveal: the wall is 0.25 m thick.
      for (const side of [-1, 1])
        b.add('cream', box([0.02, windows.height, 0.26], { cell: 0.3 }), [
          center + side * (windows.width / 2 + 0.01),
          windows.sill + windows.height / 2,
          -0.13,
        ]);
      for (const y of [windows.sill - 0.01, top + 0.01])
        b.add('cream', box([windows.width, 0.02, 0.26], { cell: 0.3 }), [center, y, -0.13]);
    }
    rect(b, x, hw, 0, height);
    wainscot(b, room.width);
  });
  b.at([0, 0, hd], { yaw: Math.PI }, () => {
    rect(b, -hw, hw, 0, height);
    wainscot(b, room.width);
  });
  for (const side of [-1, 1]) {
    b.at([side * hw, 0, 0], { yaw: (-side * Math.PI) / 2 }, () => {
      rect(b, -hd, hd, 0, height);
      wainscot(b, room.depth);
    });
  }
  return b;
}

export function ceiling(): ProductBuilder {
  const b = new ProductBuilder('Ceiling and beams', 'ceiling');
  const { height } = room;
  const [columns, rows] = [Math.round(room.width / 0.35), Math.round(room.depth / 0.35)];
  b.add(
    'plaster',
    surface(columns, rows, (u, v) => [(u - 0.5) * room.width, height, (v - 0.5) * room.depth], { uv: [room.width, room.depth] }),
  );
  for (let i = -3; i <= 3; i++)
    b.add('walnut', box([0.2, 0.2, room.depth], { bevel: 0.02, cell: 0.4, without: ['+y'] }), [i * 2, height - 0.1, 0]);
  for (const z of [-1, 1])
    b.add('walnut', box([room.width, 0.16, 0.14], { bevel: 0.03, cell: 0.4 }), [0, height - 0.08, z * (hd - 0.07)]);
  for (const x of [-1, 1])
    b.add('walnut', box([0.14, 0.16, room.depth], { bevel: 0.03, cell: 0.4 }), [x * (hw - 0.07), height - 0.08, 0]);
  return b;
}

/** Builds the view outside the windows. Its horizon is about as high as a guest's eyes. */
export function outside(): ProductBuilder {
  const b = new ProductBuilder('City at dusk', 'view');
  return b.add('skyline', panel(34, 8.5, { fitted: true }), [0, 3.55, -hd - 6]);
}
