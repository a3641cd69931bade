import { describe, expect, it } from 'vitest';
import { bakeRoom } from '../../../src/import/bake/bake-room.ts';
import { subdivide } from '../../../src/import/bake/subdivide.ts';
import { floorOf } from '../../../src/import/described-room/floor.ts';
import type { SourcePart, SourceProduct, SourceRoom } from '../../../src/import/model/source-model.ts';
import { bentSheet, material } from '../write/fixtures.ts';

const light = {
  sky: [0.6, 0.6, 0.6],
  ground: [0.3, 0.3, 0.3],
  sun: { direction: [1, 1, 0], color: [0.4, 0.4, 0.4] },
  background: [0, 0, 0],
} as const;

/** A closed box, or one seen from inside only. */
function box(width: number, height: number, depth: number, inwards = false): SourceProduct {
  const positions: number[] = [];
  const normals: number[] = [];
  const index: number[] = [];
  for (const axis of [0, 1, 2])
    for (const side of [-1, 1]) {
      const base = positions.length / 3;
      for (const [u, v] of [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ]) {
        const corner = [0, 0, 0];
        corner[axis] = side;
        corner[(axis + 1) % 3] = u;
        corner[(axis + 2) % 3] = v;
        positions.push((corner[0] * width) / 2, ((corner[1] + 1) * height) / 2, (corner[2] * depth) / 2);
        const normal = [0, 0, 0];
        normal[axis] = inwards ? -side : side;
        normals.push(...normal);
      }
      if (side > 0 !== inwards) index.push(base, base + 1, base + 2, base, base + 2, base + 3);
      else index.push(base, base + 2, base + 1, base, base + 3, base + 2);
    }
  return {
    name: 'box',
    parts: [
      {
        material: material('paint'),
        positions: Float32Array.from(positions),
        normals: Float32Array.from(normals),
        index: Uint32Array.from(index),
      },
    ],
    textures: [],
  };
}

const room = (furniture: SourceRoom['furniture']): SourceRoom => ({
  name: 'r',
  light,
  spawn: { position: [0, 1, 3], target: [0, 0, 0] },
  furniture,
  avatars: [],
});

/** Light (linear, before exposure) at the vertex of `part` nearest to a place. */
function lightAt(part: SourcePart, x: number, y: number, z: number): number {
  let [best, at] = [Number.POSITIVE_INFINITY, 0];
  for (let v = 0; v < part.positions.length / 3; v++) {
    const d = Math.hypot(part.positions[v * 3] - x, part.positions[v * 3 + 1] - y, part.positions[v * 3 + 2] - z);
    if (d < best) [best, at] = [d, v];
  }
  return (part.colors?.[at * 4] ?? Number.NaN) * 1.25;
}

describe('bakeRoom', () => {
  it('gives an open floor the light that the renderer computes: sky, and the sun by its angle', async () => {
    const open = room([{ product: floorOf([2, 2], [0.5, 0.5, 0.5]), position: [0, 0, 0] }]);
    const { room: lit } = await bakeRoom({ ...open, light: { ...light, sky: [0.3, 0.3, 0.3] } }, { rays: 16 });
    expect(lightAt(lit.furniture[0].product.parts[0], 0.3, 0, 0.3)).toBeCloseTo(0.3 + 0.4 * Math.SQRT1_2, 2);
    expect(lit.furniture[0].product.parts[0].material.baked).toBe(true);
  });

  it('casts the shadow of a box away from the sun, and darkens the floor beside it', async () => {
    const furniture = [
      { product: floorOf([6, 6], [0.5, 0.5, 0.5]), position: [0, 0, 0] as const },
      { product: box(1, 1, 1), position: [0, 0, 0] as const },
    ];
    const { room: lit, report } = await bakeRoom(room(furniture), { rays: 32 });
    const [floor] = lit.furniture[0].product.parts;
    const [sunny, shadow, corner] = [lightAt(floor, 2.5, 0, 0), lightAt(floor, -1, 0, 0), lightAt(floor, 0.6, 0, 0)];
    expect(sunny).toBeGreaterThan(0.8);
    expect(shadow).toBeLessThan(sunny - 0.2);
    expect(corner).toBeLessThan(sunny - 0.04);
    expect(report.rays).toBeGreaterThan(report.vertices * 32);
    expect(report.vertices).toBeLessThan(10_000);
  });

  it('lets the sun through a ceiling that is visible only from inside, but not through a thick one', async () => {
    const floor = { product: floorOf([2, 2], [0.5, 0.5, 0.5]), position: [0, 0, 0] as const };
    const roof = (thick: boolean) => ({
      product: thick ? box(9, 0.2, 9) : box(9, 3, 9, true),
      position: [0, thick ? 3 : -0.01, 0] as const,
    });
    const at = async (thick: boolean) => {
      const { room: lit } = await bakeRoom(room([floor, roof(thick)]), { rays: 16, edge: 1 });
      return lightAt(lit.furniture[0].product.parts[0], 0, 0, 0);
    };
    expect((await at(false)) - (await at(true))).toBeGreaterThan(0.15);
  });

  it('sends no rays from what shines: lines have many vertices', async () => {
    const { parts, ...rest } = box(1, 1, 1);
    const unlit = { ...rest, parts: parts.map(p => ({ ...p, material: { ...p.material, unlit: true } })) };
    const { report } = await bakeRoom(room([{ product: unlit, position: [0, 0, 0] }]), { rays: 8 });
    expect(report.rays).toBe(0);
  });

  it('keeps dynamic light, and leaves skinned and unlit parts unchanged', async () => {
    const glow = box(1, 1, 1);
    const unlit = { ...glow, parts: glow.parts.map(p => ({ ...p, material: { ...p.material, unlit: true } })) };
    const before = room([
      { product: unlit, position: [0, 0, 0] },
      { product: bentSheet(4, 2), position: [3, 0, 0] },
    ]);
    const { room: lit } = await bakeRoom(before, { rays: 8 });
    expect(lit.furniture.flatMap(f => f.product.parts)).toEqual(before.furniture.flatMap(f => f.product.parts));
    expect(lit.light.sky[0] * (lit.light.exposure ?? 1)).toBeCloseTo(0.6, 6);
  });

  it('gives the same light each time', async () => {
    const furniture = [{ product: box(1, 1, 1), position: [0, 0, 0] as const, scale: 2 }];
    const [a, b] = [await bakeRoom(room(furniture), { rays: 8 }), await bakeRoom(room(furniture), { rays: 8 })];
    expect(a.room).toEqual(b.room);
  });

  it('cuts a floor as finely beside what is not cut', async () => {
    const { parts, ...rest } = floorOf([5000, 5000], [1, 1, 1]);
    const unlit = { ...rest, parts: parts.map(p => ({ ...p, material: { ...p.material, unlit: true } })) };
    const floor = { product: floorOf([20, 20], [1, 1, 1]), position: [0, 0, 0] } as const;
    const triangles = async (furniture: SourceRoom['furniture']) =>
      (await bakeRoom(room(furniture), { rays: 8, pieces: 4000 })).room.furniture[0].product.parts[0].index.length;
    expect(await triangles([floor, { product: unlit, position: [0, -1, 0] }])).toBe(await triangles([floor]));
  });

  it('limits the triangles of a floor of many hectares and of a needle of a thousand kilometres', async () => {
    const wide = room([{ product: floorOf([5000, 5000], [1, 1, 1]), position: [0, 0, 0] }]);
    expect((await bakeRoom(wide, { rays: 8, pieces: 4000 })).report.vertices).toBeLessThan(4000);
    const needle = room([{ product: floorOf([1e4, 0.01], [1, 1, 1]), position: [0, 0, 0], scale: [100, 1, 1] }]);
    expect((await bakeRoom(needle, { rays: 8, pieces: 4000 })).report.vertices).toBeLessThan(8000);
  });
});

describe('lamps', () => {
  const dark = { ...light, sky: [0, 0, 0], ground: [0, 0, 0], sun: { ...light.sun, color: [0, 0, 0] } } as const;
  const floor = floorOf([6, 6], [0.5, 0.5, 0.5]);
  const lamp = { position: [0, 2, 0], color: [2, 2, 2] } as const;
  const lit = async (lamps: SourceProduct['lamps'], more: SourceRoom['furniture'] = [], scale = 1) => {
    const furniture = [{ product: { ...floor, lamps: lamps ?? [] }, position: [0, 0, 0] as const, scale }, ...more];
    const { room: baked } = await bakeRoom({ ...room(furniture), light: dark }, { rays: 8, bounces: 0 });
    return baked.furniture[0].product.parts[0];
  };

  it('light the floor by the square of the distance and by the angle', async () => {
    const part = await lit([lamp]);
    expect(lightAt(part, 0, 0, 0)).toBeCloseTo(2 / 4, 1);
    expect(lightAt(part, 2, 0, 0)).toBeCloseTo((2 / 8) * Math.SQRT1_2, 1);
  });

  it('end at their range, and outside their cone', async () => {
    expect(lightAt(await lit([{ ...lamp, range: 1.9 }]), 0, 0, 0)).toBe(0);
    const spot = await lit([{ ...lamp, cone: { direction: [0, -1, 0], inner: 0.2, outer: 0.4 } }]);
    expect(lightAt(spot, 0, 0, 0)).toBeCloseTo(0.5, 1);
    expect(lightAt(spot, 2, 0, 0)).toBeCloseTo(0, 4);
  });

  it('cast shadows, and grow with their furnishing', async () => {
    const shaded = await lit([lamp], [{ product: box(1, 0.2, 1), position: [0, 1, 0] }]);
    expect(lightAt(shaded, 0, 0, 0)).toBeLessThan(0.01);
    expect(lightAt(shaded, 2.5, 0, 0)).toBeGreaterThan(0.05);
    expect(lightAt(await lit([lamp], [], 2), 0, 0, 0)).toBeCloseTo(0.5, 1);
  });
});

describe('subdivide', () => {
  it('leaves no edge longer than requested, no gap, and the same area', () => {
    const [part] = box(2, 1, 3).parts;
    const cut = subdivide(part, 0.4, [1, 1, 1]);
    const sides = new Map<string, number>();
    let area = 0;
    const at = (v: number) => [...cut.positions.subarray(v * 3, v * 3 + 3)];
    for (let i = 0; i < cut.index.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map(k => at(cut.index[i + k]));
      for (const [p, q] of [
        [a, b],
        [b, c],
        [c, a],
      ]) {
        expect(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])).toBeLessThanOrEqual(0.4 + 1e-6);
        const key = [p.join(), q.join()].sort().join('|');
        sides.set(key, (sides.get(key) ?? 0) + 1);
      }
      const [u, v] = [b.map((x, k) => x - a[k]), c.map((x, k) => x - a[k])];
      area += Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
    }
    // A closed box: each edge has two triangles, also where two faces meet.
    expect(new Set(sides.values())).toEqual(new Set([2]));
    expect(area).toBeCloseTo(2 * (2 * 1 + 1 * 3 + 2 * 3), 4);
  });
});
