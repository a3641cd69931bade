/** The materials of the lounge, by name. */

import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../assets/meshes/plain-material.ts';
import * as city from '../textures/city.ts';
import * as fabrics from '../textures/fabrics.ts';
import * as minerals from '../textures/minerals.ts';
import { type Picture, rgb } from '../textures/painted-picture.ts';
import * as paintings from '../textures/paintings.ts';
import * as printed from '../textures/printed.ts';
import * as rugs from '../textures/rugs.ts';
import * as woods from '../textures/woods.ts';

export interface ContentMaterial {
  readonly paint?: () => Picture;
  /** Linear RGB factor of the picture. */
  readonly color?: readonly [number, number, number];
  /** Metres of surface that one picture covers; with `fit`, the patch's UVs (0..1) decide. */
  readonly tile?: number | 'fit';
  /** Marks a glowing material: it is unlit, and lights the room with `glow` times its color. */
  readonly glow?: number;
  readonly doubleSided?: boolean;
}

const glass = (r: number, g: number, b: number): ContentMaterial => ({ color: [r, g, b] });

const table = {
  parquet: { paint: () => woods.herringbone(11, woods.oak), tile: 1.45 },
  walnut: { paint: () => woods.plainWood(21, woods.walnut, 1024), tile: 1.2 },
  oak: { paint: () => woods.plainWood(22, woods.oak), tile: 1.2 },
  mahogany: { paint: () => woods.plainWood(23, woods.mahogany), tile: 1.2 },
  panelling: { paint: () => woods.boards(24, woods.walnut, 4, 1024), tile: 1.3 },
  wallpaper: { paint: () => fabrics.fanPaper(31, rgb(0x1f4a48), rgb(0x2f6a62), rgb(0xd0a860)), tile: 1.5 },
  plaster: { paint: () => minerals.plaster(32, rgb(0xe6d3b3)), tile: 2.5 },
  brick: {
    paint: () => minerals.bricks(33, [rgb(0x96523c), rgb(0x84452f), rgb(0xa8634a), rgb(0x6f3a2b)], rgb(0xb5a08a)),
    tile: 1.15,
  },
  soot: { color: [0.02, 0.016, 0.014] },
  marble: { paint: () => minerals.marble(34, rgb(0xece4d8), rgb(0x8c7f78)), tile: 1.2 },
  greenMarble: { paint: () => minerals.marble(35, rgb(0x1f3f36), rgb(0xbfd0ba)), tile: 1.4 },
  terrazzo: {
    paint: () => minerals.terrazzo(36, rgb(0xe2d5c3), [rgb(0xb5573c), rgb(0x3f6a63), rgb(0xd09a45), rgb(0x7a6a5c)]),
    tile: 0.6,
  },
  brass: { paint: () => minerals.brushed(37, rgb(0xb98a3e)), tile: 0.4 },
  iron: { color: [0.028, 0.026, 0.026] },
  chrome: { paint: () => minerals.brushed(38, rgb(0xa9a6a4)), tile: 0.4 },
  lacquer: { paint: () => minerals.lacquer(39, rgb(0x120f10), rgb(0xc08a5a)), tile: 1.6 },
  terracotta: { paint: () => minerals.plaster(40, rgb(0xb56240), 256), tile: 0.5 },
  glaze: { paint: () => minerals.brushed(41, rgb(0x2f6660)), tile: 0.5 },
  cream: { paint: () => minerals.plaster(42, rgb(0xefe3cd), 256), tile: 0.5 },
  soil: { paint: () => minerals.soil(43), tile: 0.3 },
  rustVelvet: { paint: () => fabrics.velvet(51, rgb(0xb4532c)), tile: 0.9 },
  mustardVelvet: { paint: () => fabrics.velvet(52, rgb(0xcf9638)), tile: 0.9 },
  tealVelvet: { paint: () => fabrics.velvet(53, rgb(0x2a6a68)), tile: 0.9 },
  plumVelvet: { paint: () => fabrics.velvet(54, rgb(0x6a2f3f)), tile: 0.9 },
  linen: { paint: () => fabrics.linen(55, rgb(0xe2d3b6)), tile: 0.5 },
  curtain: { paint: () => fabrics.linen(56, rgb(0xa14a2e), 512, 128), tile: 0.8 },
  cognac: { paint: () => fabrics.leather(57, rgb(0x8a4a24)), tile: 0.7 },
  oxblood: { paint: () => fabrics.leather(58, rgb(0x5c221c)), tile: 0.7 },
  wool: { paint: () => fabrics.knit(59, rgb(0xe8dcc2), rgb(0xc0683e)), tile: 0.5 },
  kilimCloth: {
    paint: () => rugs.kilim(60, [rgb(0x5c221c), rgb(0xe3d0a4), rgb(0xb4532c), rgb(0x2a5a5c), rgb(0xd29a3e)], 256, 512),
    tile: 'fit',
  },
  shag: { paint: () => fabrics.shag(61, rgb(0xe6d9be)), tile: 0.8 },
  carpet: { paint: () => rugs.persian(62, rugs.carpetColors.madder), tile: 'fit' },
  carpetBlue: { paint: () => rugs.persian(63, rugs.carpetColors.indigo, 512, 512), tile: 'fit' },
  roundRug: {
    paint: () => rugs.roundRug(64, rgb(0xdcc9a2), [rgb(0x8e3b26), rgb(0x2a5a5c), rgb(0xc98a3d), rgb(0x8e3b26)]),
    tile: 'fit',
  },
  runner: {
    paint: () => rugs.kilim(65, [rgb(0x2c2420), rgb(0xe3d0a4), rgb(0x96402a), rgb(0x2f5a5e), rgb(0xc98a3d)], 256, 512),
    tile: 'fit',
  },
  hillsPainting: {
    paint: () => paintings.hills(71, [rgb(0x3f5a7a), rgb(0xd98a6a), rgb(0xffd79a)], rgb(0x2a2a26), rgb(0xb08a86)),
    tile: 'fit',
  },
  alpsPainting: {
    paint: () => paintings.hills(72, [rgb(0x88b0b8), rgb(0xe8d7b0), rgb(0xf8e6c0)], rgb(0x27403a), rgb(0x9fb4a8)),
    tile: 'fit',
  },
  // 256 pixels are enough for plain shapes, and the room stays below 12 MB.
  shapesPainting: {
    paint: () =>
      paintings.shapes(77, rgb(0xe9d8b4), [rgb(0xb4532c), rgb(0x2a5a5c), rgb(0xd29a3e), rgb(0x5c221c), rgb(0x8fa08a)], 256, 256),
    tile: 'fit',
  },
  shapesPainting2: {
    paint: () => paintings.shapes(83, rgb(0x23383a), [rgb(0xe0b050), rgb(0xd06a40), rgb(0xe9d8b4), rgb(0x6a9a90)], 256, 256),
    tile: 'fit',
  },
  fieldsPainting: {
    paint: () => paintings.fields(74, rgb(0x6a2a1e), [rgb(0xd8702a), rgb(0xe9b04a), rgb(0x9a2f24)]),
    tile: 'fit',
  },
  herbalPainting: { paint: () => paintings.herbal(75, rgb(0xe9dcbc), rgb(0x4a6a3e), rgb(0xb8452f)), tile: 'fit' },
  herbalPainting2: { paint: () => paintings.herbal(78, rgb(0xe6d8b4), rgb(0x3e5e52), rgb(0xc98a3d)), tile: 'fit' },
  moonPainting: { paint: () => paintings.moonSea(76), tile: 'fit' },
  skyline: { paint: () => city.skyline(81), tile: 'fit', glow: 2.2 },
  books: { paint: () => printed.spines(91), tile: 'fit' },
  books2: { paint: () => printed.spines(92), tile: 'fit' },
  pages: { paint: () => printed.pages(93), tile: 0.2 },
  labels: { paint: () => printed.labels(94), tile: 'fit' },
  pianoKeys: { paint: () => printed.pianoKeys(), tile: 'fit' },
  clockFace: { paint: () => printed.clockFace(), tile: 'fit' },
  flames: { paint: () => printed.flames(95), tile: 'fit', glow: 9, doubleSided: true },
  embers: { color: [1, 0.22, 0.03], glow: 3 },
  bulb: { color: [1, 0.86, 0.58], glow: 0 },
  candleFlame: { color: [1, 0.75, 0.3], glow: 4 },
  shadeWarm: { paint: () => printed.glowingShade(96, rgb(0xf0a850)), tile: 'fit', glow: 1.6, doubleSided: true },
  shadeRed: { paint: () => printed.glowingShade(97, rgb(0xd0582c)), tile: 'fit', glow: 1.3, doubleSided: true },
  shadeGreen: { paint: () => printed.glowingShade(98, rgb(0x4f9a72)), tile: 'fit', glow: 0.9, doubleSided: true },
  tileAmber: { paint: () => printed.glassTile(rgb(0xf2a03c)), tile: 'fit', glow: 0.9 },
  tileRose: { paint: () => printed.glassTile(rgb(0xd65a52)), tile: 'fit', glow: 0.8 },
  tileTeal: { paint: () => printed.glassTile(rgb(0x3f9a94)), tile: 'fit', glow: 0.7 },
  tileCream: { paint: () => printed.glassTile(rgb(0xeed6a0)), tile: 'fit', glow: 0.8 },
  jukebox: { paint: () => printed.jukebox(), tile: 'fit', glow: 1.1 },
  speaker: { paint: () => printed.speakerCone(), tile: 'fit' },
  sleeveA: { paint: () => printed.sleeve(1), tile: 'fit' },
  sleeveB: { paint: () => printed.sleeve(2), tile: 'fit' },
  mirrorTiles: { paint: () => minerals.mirrorTiles(99), tile: 'fit' },
  mirror: { paint: () => minerals.lacquer(100, rgb(0x8a7a66), rgb(0xffe2b0)), tile: 'fit' },
  figLeaf: { paint: () => printed.leafSkin(111, rgb(0x254a26), rgb(0x4f8240), 7), tile: 'fit', doubleSided: true },
  palmLeaf: { paint: () => printed.leafSkin(112, rgb(0x2c5a30), rgb(0x6a9a4a), 22), tile: 'fit', doubleSided: true },
  snakeLeaf: { paint: () => printed.leafSkin(113, rgb(0x2a4a34), rgb(0x86a860), 13), tile: 'fit', doubleSided: true },
  monstera: { paint: () => printed.leafSkin(114, rgb(0x1c4030), rgb(0x3f7a52), 5), tile: 'fit', doubleSided: true },
  dried: { color: [0.62, 0.42, 0.2], doubleSided: true },
  amberGlass: glass(0.5, 0.2, 0.03),
  greenGlass: glass(0.05, 0.22, 0.08),
  clearGlass: glass(0.5, 0.6, 0.58),
  wineGlass: glass(0.16, 0.015, 0.03),
  blueGlass: glass(0.05, 0.16, 0.34),
  wax: { color: [0.9, 0.8, 0.6] },
  lemon: { color: [0.85, 0.6, 0.06] },
  orange: { color: [0.85, 0.28, 0.03] },
  rubber: { color: [0.012, 0.011, 0.011] },
} satisfies Record<string, ContentMaterial>;

export type MaterialName = keyof typeof table;
export const materials: Readonly<Record<MaterialName, ContentMaterial>> = table;

/** Describes a material for meshes. The light of all furnishings is baked. */
export function describe(name: MaterialName): MaterialDescription {
  const { color = [1, 1, 1], doubleSided = false } = materials[name];
  return plainMaterial({ name, baseColor: [color[0], color[1], color[2], 1], doubleSided, baked: true });
}
