import { describe, expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { bakeMaterial } from '../../../src/import/material/bake-material.ts';
import { splitGlow } from '../../../src/import/material/glow.ts';
import { occlusionAt } from '../../../src/import/material/occlusion.ts';
import type { MaterialMap, PhysicalMaterial } from '../../../src/import/material/physical-material.ts';
import { textureTransform, UNMOVED } from '../../../src/import/material/uv-transform.ts';
import { resized } from '../../../src/import/picture/resized.ts';

type Rgba = readonly [number, number, number, number];

/** `size` x `size` pixels as `color` says. */
function map(name: string, size: number, color: (x: number, y: number) => Rgba, more: Partial<MaterialMap> = {}): MaterialMap {
  const rgba = Uint8Array.from({ length: size * size * 4 }, (_, i) => {
    const pixel = i >> 2;
    return color(pixel % size, Math.floor(pixel / size))[i & 3];
  });
  return { name, picture: { width: size, height: size, rgba }, texCoord: 0, transform: UNMOVED, ...more };
}

const plain: PhysicalMaterial = {
  baseColor: [1, 1, 1, 1],
  opaque: true,
  unlit: false,
  metallic: 0,
  roughness: 1,
  normalScale: 1,
  occlusionStrength: 1,
  emissive: [0, 0, 0],
};
const wood = map('wood.png', 8, (x, y) => [100 + x * 10, 80 + y * 10, 60, 255]);
const linear = (byte: number): number => (byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const pixel = (m: MaterialMap | undefined, x: number, y: number): number[] => {
  const at = (y * (m?.picture.width ?? 0) + x) * 4;
  return [...(m?.picture.rgba.subarray(at, at + 4) ?? [])];
};

describe('bakeMaterial', () => {
  it('leaves a plain texture unchanged, so that models still share it', async () => {
    const baked = await bakeMaterial({ ...plain, baseColor: [0.5, 1, 1, 1], baseColorMap: wood });
    expect(baked.map?.picture).toBe(wood.picture);
    expect(baked.baseColor).toEqual([0.5, 1, 1, 1]);
    expect(baked.losses).toEqual([]);
  });

  it('multiplies by occlusion: the share of ambient light, by its strength', async () => {
    const occlusionMap = map('ao.png', 8, x => [x < 4 ? 0 : 255, 0, 0, 255]);
    const baked = await bakeMaterial({ ...plain, baseColorMap: wood, occlusionMap, occlusionStrength: 0.5 });
    expect(pixel(baked.map, 6, 3)).toEqual(pixel(wood, 6, 3));
    const dark = pixel(baked.map, 1, 3);
    pixel(wood, 1, 3).forEach((byte, c) => {
      if (c < 3) expect(linear(dark[c])).toBeCloseTo(linear(byte) * (1 - 0.8 * 0.5), 2);
    });
    expect(baked.losses).toEqual(["occlusion map 'ao.png' was multiplied into the colour"]);
    const { losses } = await bakeMaterial({ ...plain, baseColorMap: wood, occlusionMap: { ...occlusionMap, name: '' } });
    expect(losses).toEqual(['its occlusion map was multiplied into the colour']);
  });

  it('moves occlusion on another UV set to the vertices', async () => {
    const occlusionMap = map('ao.png', 8, x => [x < 4 ? 0 : 255, 0, 0, 255], { texCoord: 1 });
    const { vertexOcclusion, map: texture, losses } = await bakeMaterial({ ...plain, baseColorMap: wood, occlusionMap });
    expect(texture?.picture).toBe(wood.picture);
    expect(vertexOcclusion && occlusionAt(vertexOcclusion, 0.25, 0.5)).toBeCloseTo(0.2, 5);
    expect(vertexOcclusion && occlusionAt(vertexOcclusion, 1.75, 0.5)).toBeCloseTo(1, 5);
    expect(losses[0]).toMatch(/'ao.png' was sampled at the vertices/);
  });

  it('folds a map that repeats ten times within the texture; drops one with another rotation', async () => {
    const grain = (rotation: number, scale: number) =>
      map('grain.png', 8, x => [x < 4 ? 0 : 255, 0, 0, 255], { transform: textureTransform([0, 0], rotation, [scale, scale]) });
    const baseColorMap = map('white.png', 32, (x, y) => [255, 255, (x + y) % 3, 255]);
    const twice = await bakeMaterial({ ...plain, baseColorMap, occlusionMap: grain(0, 2) });
    // Dark, bright, dark, bright: away from the borders, which are smooth.
    expect([4, 12, 20, 28].map(x => pixel(twice.map, x, 5)[0] > 200)).toEqual([false, true, false, true]);
    const turned = await bakeMaterial({ ...plain, baseColorMap, occlusionMap: grain(0.4, 2) });
    expect(turned.vertexOcclusion).toBeDefined();
  });

  it('lets a metal reflect an even room; keeps the colour of a dielectric', async () => {
    const metallicRoughnessMap = map('mr.png', 8, x => [0, 128, x < 4 ? 255 : 0, 255]);
    const baked = await bakeMaterial({ ...plain, metallic: 1, baseColorMap: wood, metallicRoughnessMap });
    expect(pixel(baked.map, 6, 2)).toEqual(pixel(wood, 6, 2));
    const [red] = pixel(baked.map, 1, 2);
    expect(linear(red)).toBeCloseTo(0.8 * linear(110), 2);
    expect(baked.losses[0]).toMatch(/'mr.png'.*metal.*roughness is lost/);
  });

  it('keeps the texture of an all-metal material', async () => {
    const baked = await bakeMaterial({ ...plain, metallic: 1, roughness: 0.4, baseColorMap: wood });
    expect(baked.map?.picture).toBe(wood.picture);
    expect(baked.baseColor).toEqual([0.8, 0.8, 0.8, 1].map(x => expect.closeTo(x, 6)));
  });

  it('shades the slopes of a normal map but not level ground, and reports it', async () => {
    const normalMap = map('bumps.png', 8, x => (x < 4 ? [128, 128, 255, 255] : [218, 128, 218, 255]));
    const baked = await bakeMaterial({ ...plain, baseColorMap: wood, normalMap });
    expect(pixel(baked.map, 1, 1)[0]).toBeCloseTo(pixel(wood, 1, 1)[0], -0.5);
    expect(linear(pixel(baked.map, 6, 1)[0]) / linear(pixel(wood, 6, 1)[0])).toBeCloseTo(1 - 0.5 * (1 - Math.SQRT1_2), 1);
    expect(baked.losses).toEqual(["normal map 'bumps.png' was folded into the colour as the shade of its relief"]);
  });

  it('adds emission; makes a material unlit that emits more light than it receives', async () => {
    const emissiveMap = map('lamp.png', 8, x => [x < 1 ? 255 : 0, 0, 0, 255]);
    const spot = await bakeMaterial({ ...plain, baseColorMap: wood, emissive: [1, 1, 1], emissiveMap });
    expect(spot.unlit).toBe(false);
    // Colour and emission together exceed what a pixel stores: the material's colour is above 1 in their place.
    const drawn = (x: number) => linear(pixel(spot.map, x, 2)[0]) * spot.baseColor[0];
    expect(spot.baseColor[0]).toBeCloseTo(linear(pixel(wood, 0, 2)[0]) + 1 / 0.75, 2);
    expect(drawn(0)).toBeCloseTo(linear(pixel(wood, 0, 2)[0]) * 0.75 + 1, 2);
    expect(drawn(3)).toBeCloseTo(linear(pixel(wood, 3, 2)[0]), 2);
    expect(linear(pixel(spot.glow && { ...emissiveMap, picture: spot.glow.lit }, 0, 2)[0])).toBeCloseTo(1, 2);
    const black = map('black.png', 2, () => [0, 0, 0, 255]);
    const lamp = await bakeMaterial({ ...plain, baseColorMap: black, emissive: [1, 1, 1], emissiveMap });
    expect([lamp.unlit, lamp.glow?.glows.filter(g => g === 1).length]).toEqual([false, 8]);
    const all = map('all.png', 8, x => [x < 1 ? 255 : 250, 0, 0, 255]);
    expect((await bakeMaterial({ ...plain, baseColorMap: black, emissive: [1, 1, 1], emissiveMap: all })).unlit).toBe(true);
    const glow = await bakeMaterial({ ...plain, baseColor: [0, 0, 0, 1], emissive: [4, 1, 0] });
    expect(glow).toMatchObject({ unlit: true, baseColor: [0, 0, 0, 1], emissive: [1, 1, 0] });
  });

  it('keeps a texture whose opacity varies by the least there is: a cutoff may lie there', async () => {
    const baseColorMap = map('edge.png', 2, x => [255, 255, 255, x < 1 ? 254 : 255]);
    expect((await bakeMaterial({ ...plain, opaque: false, baseColorMap })).map).toBeDefined();
    const alike = map('white.png', 2, x => [x < 1 ? 254 : 255, 255, 255, 254]);
    expect((await bakeMaterial({ ...plain, opaque: false, baseColorMap: alike })).map).toBeUndefined();
  });

  it('says which share of a picture is no emission, so that colours at vertices leave that alone', async () => {
    const white = map('white.png', 2, x => [x < 1 ? 255 : 0, 255, 255, 255]);
    const baked = await bakeMaterial({ ...plain, baseColorMap: white, emissive: [0.375, 0, 0.075] });
    // t = 1 and 0, e = 0.5: (1 + 0.5) 1 / ((1 + 0.5)² + 0.5²).
    expect(baked.tint).toEqual([1.5 / 2.5, 1, 1 / 1.1].map(x => expect.closeTo(x, 3)));
    expect((await bakeMaterial({ ...plain, baseColorMap: white })).tint).toBeUndefined();
  });

  it('shows a colour that tiles below an emission as often as it repeats', async () => {
    const baseColorMap = { ...wood, transform: textureTransform([0, 0], 0, [2, 2]) };
    const emissiveMap = map('spot.png', 8, (x, y) => (x < 2 && y < 2 ? [0, 0, 60, 255] : [0, 0, 0, 255]));
    const { map: texture, losses } = await bakeMaterial({ ...plain, baseColorMap, emissive: [1, 1, 1], emissiveMap });
    expect(losses.join()).toMatch(/'spot.png' was added to the colour/);
    expect([texture?.picture.width, texture?.transform]).toEqual([16, UNMOVED]);
    expect(pixel(texture, 9, 10)).toEqual(pixel(texture, 1, 2).map((x, c) => (c === 2 ? 60 : x)));
    expect(pixel(texture, 1, 2)[2]).toBeGreaterThan(80);
  });

  it('drops an emission where the repeats of the colour have no room in a texture', async () => {
    const baseColorMap = { ...wood, transform: textureTransform([0, 0], 0, [300, 300]) };
    const emissiveMap = map('spot.png', 8, x => [0, 0, x < 2 ? 60 : 0, 255]);
    const { map: texture, losses } = await bakeMaterial({ ...plain, baseColorMap, emissive: [1, 1, 1], emissiveMap });
    expect(losses.join()).toMatch(/'spot.png' was dropped/);
    expect(texture?.picture.width).toBe(8);
  });

  it('brightens weak emission by what the mean light of a room takes away', async () => {
    const faint = await bakeMaterial({ ...plain, baseColor: [0.5, 0.5, 0.5, 1], emissive: [0.15, 0, 0] });
    expect(faint).toMatchObject({ unlit: false, emissive: [expect.closeTo(0.2, 6), 0, 0] });
  });

  it('draws triangles unlit whose pixels glow, and no others', () => {
    const mask = { width: 4, height: 1, glows: Uint8Array.of(0, 0, 1, 1) };
    const quad = (u: number) => [u, 0.1, u + 0.4, 0.1, u, 0.9];
    const part = {
      material: plainMaterial({ name: 'screen' }),
      positions: new Float32Array(18),
      normals: new Float32Array(18),
      uvs: Float32Array.from([...quad(0.05), ...quad(0.52)]),
      index: Uint32Array.of(0, 1, 2, 3, 4, 5),
    };
    const { lit, glowing } = splitGlow(part, mask);
    expect([[...lit], [...glowing]]).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it('turns maps of one colour into factors', async () => {
    const one = (r: number, g: number, b: number, a = 255) => map('one', 4, () => [r, g, b, a]);
    const baked = await bakeMaterial({ ...plain, opaque: false, baseColor: [1, 0.5, 1, 1], baseColorMap: one(255, 255, 0, 51) });
    expect(baked.map).toBeUndefined();
    expect(baked.baseColor.map(x => +x.toFixed(3))).toEqual([1, 0.5, 0, 0.2]);
    const flat = await bakeMaterial({
      ...plain,
      baseColorMap: wood,
      normalMap: one(128, 128, 255),
      occlusionMap: one(255, 0, 0),
    });
    expect(flat.map?.picture).toBe(wood.picture);
    expect(flat.losses).toEqual([]);
  });

  it('keeps a matt diffuse colour of specular-glossiness; gives a mirror its specular colour', async () => {
    const glossy = (s: number) => ({ specular: [s, s, s] as const });
    const matt = await bakeMaterial({ ...plain, baseColor: [0.5, 0.4, 0.3, 1], glossy: glossy(0.04) });
    expect(matt.baseColor.slice(0, 3).map(x => +x.toFixed(4))).toEqual([0.5, 0.4, 0.3]);
    const gold = await bakeMaterial({ ...plain, baseColor: [0, 0, 0, 1], glossy: glossy(0.9) });
    expect(gold.baseColor[0]).toBeGreaterThan(0.5);
  });

  it('resizes specular colours without regard to the glossiness in their alpha', async () => {
    const stripes = map('gloss', 16, x => (x % 2 ? [255, 255, 255, 0] : [0, 0, 0, 255]));
    const glossy = { specular: [1, 1, 1] as const, map: stripes };
    const baked = await bakeMaterial({ ...plain, baseColor: [0, 0, 0, 1], baseColorMap: wood, glossy });
    expect(linear(pixel(baked.map, 4, 4)[0])).toBeCloseTo(0.8 * 0.48, 1);
  });

  it('reduces an unlit material to its base colour', async () => {
    const baked = await bakeMaterial({ ...plain, unlit: true, baseColorMap: wood, metallic: 1, emissive: [1, 0, 0] });
    expect(baked).toMatchObject({ unlit: true, baseColor: [1, 1, 1, 1], emissive: [0, 0, 0], losses: [] });
  });

  it('averages data directly, whatever the alpha of the picture', async () => {
    const normals = map('n', 8, x => [x % 2 ? 100 : 200, 128, 255, x % 2 ? 0 : 255]);
    const small = await resized(normals.picture, 4, 4, 'data');
    expect(Math.abs(small.rgba[20] - 150)).toBeLessThan(6);
    expect(small.rgba[23]).toBe(255);
  });

  it('gives the same bytes each time', async () => {
    const normalMap = map('bumps.png', 16, x => [128 + x, 128, 250, 255]);
    const once = await bakeMaterial({ ...plain, baseColorMap: wood, normalMap, metallic: 0.5 });
    const again = await bakeMaterial({ ...plain, baseColorMap: wood, normalMap, metallic: 0.5 });
    expect(again.map?.picture.rgba).toEqual(once.map?.picture.rgba);
  });
});
