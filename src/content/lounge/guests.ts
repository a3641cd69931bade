/** The guests of the lounge: their looks, places and clips. */

import { MeshoptSimplifier } from 'meshoptimizer';
import { seededRandom } from '../../core/random.ts';
import type { SourceRoom } from '../../import/model/source-model.ts';
import { yawed } from '../geometry/product-builder.ts';
import { denim, tailored } from '../textures/clothes.ts';
import { knit, leather, linen, plaid, printed, velvet } from '../textures/fabrics.ts';
import { rgb } from '../textures/painted-picture.ts';
import { readHumanoid } from './avatar/captured-humanoid.ts';
import { guestClips } from './avatar/clips.ts';
import { type Guest, makeGuest } from './avatar/guest.ts';

const woman = { shoulders: 0.9, waist: 0.88, hips: 1.02, bust: 1.0, limbs: 0.9 } as const;
const man = { shoulders: 1.08, waist: 1.08, hips: 0.97, bust: 0.62, limbs: 1.05 } as const;
const ink = rgb(0x2b2530);

/** The guests of the lounge. */
export const guests: readonly Guest[] = [
  {
    name: 'Mira',
    build: woman,
    look: { skin: rgb(0xe8b08c), lips: rgb(0xb8383c), brows: rgb(0x4a2618), iris: rgb(0x4f8a5e), smile: 1.2, lashes: true },
    hair: { style: 'bob', color: rgb(0x7a2f1c) },
    top: {
      style: 'dress',
      cloth: tailored(printed(401, rgb(0x1f5a5c), rgb(0xf0d9a8), 'flowers', 512, 14), { belt: rgb(0x6a2f22) }),
    },
    bottom: { style: 'none' },
    shoes: { boots: false, upper: rgb(0xa83a2c), sole: rgb(0xe6d6b8) },
  },
  {
    name: 'Theo',
    build: man,
    look: {
      skin: rgb(0x8a5638),
      lips: rgb(0x9a5244),
      brows: rgb(0x1c120e),
      iris: rgb(0x5a3820),
      smile: 0.9,
      lashes: false,
      beard: rgb(0x1f1510),
    },
    hair: { style: 'short', color: rgb(0x251a16) },
    top: { style: 'jacket', cloth: tailored(velvet(402, rgb(0x7a2c30)), { shirt: rgb(0xf1e8d8), buttons: rgb(0xd8b060) }) },
    bottom: { style: 'trousers', cloth: linen(403, ink, 256) },
    shoes: { boots: false, upper: rgb(0x4a2a1a), sole: rgb(0x1c1512) },
  },
  {
    name: 'Ana',
    build: { ...woman, hips: 1.06 },
    look: { skin: rgb(0xc98a62), lips: rgb(0xc0504a), brows: rgb(0x2a1a12), iris: rgb(0x6a4424), smile: 1.4, lashes: true },
    hair: { style: 'curly', color: rgb(0x3a2218) },
    top: {
      style: 'sweater',
      cloth: tailored(knit(404, rgb(0xe0a236), rgb(0xe0a236), 256, 22), { stripes: [rgb(0xf2e6cc), rgb(0xb4482c)] }),
    },
    bottom: {
      style: 'skirt',
      cloth: plaid(
        405,
        rgb(0x6a3a2a),
        [
          { at: 0.3, width: 0.2, color: rgb(0x2f4a44) },
          { at: 0.75, width: 0.06, color: rgb(0xe0b860) },
        ],
        256,
      ),
    },
    shoes: { boots: true, upper: rgb(0x5a2a1c), sole: rgb(0x241814) },
  },
  {
    name: 'Jonas',
    build: { ...man, shoulders: 1.03, waist: 0.98 },
    look: {
      skin: rgb(0xefc2a2),
      lips: rgb(0xb06a5c),
      brows: rgb(0x8a5a2c),
      iris: rgb(0x4a7a9a),
      smile: 1.0,
      lashes: false,
      glasses: rgb(0x2a1c16),
    },
    hair: { style: 'quiff', color: rgb(0xb8803c) },
    top: {
      style: 'shirt',
      cloth: tailored(
        plaid(
          406,
          rgb(0xa83c2a),
          [
            { at: 0.25, width: 0.3, color: rgb(0x28303c) },
            { at: 0.7, width: 0.06, color: rgb(0xf0e0c0) },
          ],
          256,
        ),
        { buttons: rgb(0xf0e6d2) },
      ),
    },
    bottom: { style: 'trousers', cloth: denim(407, rgb(0x2f4a70)) },
    shoes: { boots: false, upper: rgb(0xe8e0d0), sole: rgb(0xf6f2ea) },
  },
  {
    name: 'Suki',
    build: { ...woman, limbs: 0.86, bust: 0.85 },
    look: { skin: rgb(0xf0c8a4), lips: rgb(0xc8424c), brows: rgb(0x1a1416), iris: rgb(0x3a2a20), smile: 1.0, lashes: true },
    hair: { style: 'long', color: rgb(0x1e181c) },
    top: { style: 'tee', cloth: tailored(linen(408, rgb(0xf0e8d8), 256), { motif: rgb(0xd0603a), trim: rgb(0xd0603a) }) },
    bottom: { style: 'trousers', cloth: velvet(409, rgb(0x7a5a86), 256) },
    shoes: { boots: true, upper: rgb(0x2a2226), sole: rgb(0x141012) },
  },
  {
    name: 'Omar',
    build: { ...man, waist: 1.14, shoulders: 1.05 },
    look: {
      skin: rgb(0xb87a50),
      lips: rgb(0x9a5848),
      brows: rgb(0x1e1512),
      iris: rgb(0x4a3018),
      smile: 1.3,
      lashes: false,
      beard: rgb(0x2a1c16),
    },
    hair: { style: 'quiff', color: rgb(0x2a1f1c) },
    top: {
      style: 'vest',
      cloth: tailored(linen(410, rgb(0x3a5a50), 256), { buttons: rgb(0xd8b060) }),
    },
    bottom: { style: 'trousers', cloth: linen(411, rgb(0x54483e), 256) },
    shoes: { boots: false, upper: rgb(0x241a16), sole: rgb(0x120e0c) },
  },
  {
    name: 'Lena',
    build: woman,
    look: {
      skin: rgb(0xf2c4a6),
      lips: rgb(0xc4555a),
      brows: rgb(0x9a6a34),
      iris: rgb(0x5a8aa8),
      smile: 1.1,
      lashes: true,
      glasses: rgb(0x9a3a30),
    },
    hair: { style: 'ponytail', color: rgb(0xe0b25c) },
    top: { style: 'jacket', cloth: tailored(leather(412, rgb(0x6a3a24), 256), { shirt: rgb(0x2a5a5e), buttons: rgb(0xc8a050) }) },
    bottom: { style: 'trousers', cloth: denim(413, rgb(0x24344e)) },
    shoes: { boots: true, upper: rgb(0x8a5a34), sole: rgb(0x2a1e18) },
  },
  {
    name: 'Zuri',
    build: { ...woman, hips: 1.0, limbs: 0.92 },
    look: { skin: rgb(0x6a4029), lips: rgb(0xa8404a), brows: rgb(0x140e0c), iris: rgb(0x3a2416), smile: 1.3, lashes: true },
    hair: { style: 'bun', color: rgb(0x1a1412) },
    top: {
      style: 'dress',
      cloth: tailored(printed(414, rgb(0xd8562e), rgb(0xf6d48a), 'dots', 512, 18), { trim: rgb(0xf6d48a), belt: rgb(0x3a1f1a) }),
    },
    bottom: { style: 'none' },
    shoes: { boots: false, upper: rgb(0xd8a440), sole: rgb(0xf0e2c4) },
  },
  {
    name: 'Piet',
    build: { ...man, shoulders: 1.0, waist: 0.94, limbs: 0.95 },
    look: {
      skin: rgb(0xe6b592),
      lips: rgb(0xa8645a),
      brows: rgb(0xa8502a),
      iris: rgb(0x5a8a6a),
      smile: 0.8,
      lashes: false,
      beard: rgb(0xb45a2c),
    },
    hair: { style: 'short', color: rgb(0xb8582a) },
    top: { style: 'sweater', cloth: tailored(knit(415, rgb(0x2f5a64), rgb(0xe8dcc2), 256, 22), { trim: rgb(0xe8dcc2) }) },
    bottom: { style: 'trousers', cloth: linen(416, rgb(0xb09468), 256) },
    shoes: { boots: true, upper: rgb(0x6a4426), sole: rgb(0x2a1e16) },
  },
  {
    name: 'Rosa',
    build: { ...woman, shoulders: 0.94, waist: 0.96, hips: 1.08, bust: 1.08 },
    look: { skin: rgb(0xdfa27a), lips: rgb(0xb02f3c), brows: rgb(0x3a2016), iris: rgb(0x6a4a2a), smile: 1.2, lashes: true },
    hair: { style: 'long', color: rgb(0x5a2e1c) },
    top: { style: 'shirt', cloth: tailored(velvet(417, rgb(0x2a6a50), 256), { buttons: rgb(0xf0d890) }) },
    bottom: { style: 'skirt', cloth: velvet(418, rgb(0x3a2430), 256) },
    shoes: { boots: true, upper: rgb(0x2a1a1c), sole: rgb(0x120c0c) },
  },
];

type Place = Omit<SourceRoom['avatars'][number], 'avatar' | 'rotation'> & { readonly yaw?: number };

/** Where each guest is, and which clip it plays. */
const places: readonly Place[] = [
  { name: 'Mira', position: [1.35, 0.028, -2.1], yaw: 0.35, animation: 'dance' },
  { name: 'Theo', position: [2.55, 0.028, -2.75], yaw: -0.5, animation: 'twist', phase: 0.6 },
  { name: 'Ana', position: [0.75, 0.028, -3.25], yaw: 0.2, animation: 'dance', phase: 1.7 },
  { name: 'Jonas', position: [-3.75, 0, -1.02], yaw: 0.05, animation: 'sit' },
  { name: 'Suki', position: [-1.68, 0, -0.33], yaw: -Math.PI / 2 + 0.32, animation: 'sit', phase: 3.1 },
  { name: 'Omar', position: [4.56, 0, 0.8], yaw: Math.PI / 2 - 0.2, animation: 'perch', phase: 2 },
  { name: 'Lena', position: [4.25, 0, -0.62], yaw: 0.4, animation: 'idle', phase: 2.5 },
  { name: 'Zuri', position: [0.6, 0, -0.5], yaw: 0.5, animation: 'wave', phase: 0.9 },
  {
    name: 'Piet',
    position: [3.5, 0, 0.9],
    animation: 'walk',
    path: [
      [3.5, 0, 0.9],
      [2.5, 0, 1.0],
      [1.7, 0, 0.6],
      [1.6, 0, -0.1],
      [2.4, 0, -0.55],
      [3.4, 0, -0.45],
      [3.8, 0, 0.3],
    ],
  },
  { name: 'Rosa', position: [5.98, 0, 0.15], yaw: -Math.PI / 2, animation: 'idle', phase: 5 },
];

type Seat = SourceRoom['avatars'][number];

export async function loungeGuests(): Promise<Seat[]> {
  await MeshoptSimplifier.ready;
  const humanoid = await readHumanoid();
  const clips = await guestClips(humanoid);
  const walk = clips.find(c => c.name === 'walk');
  return places.map(({ yaw, ...place }) => {
    const guest = guests.find(g => g.name === place.name);
    if (!guest) throw new RangeError(`nobody here is called ${place.name}`);
    const avatar = makeGuest(humanoid, clips, guest);
    return {
      ...place,
      avatar,
      ...(yaw === undefined ? {} : { rotation: yawed(yaw) }),
      ...(place.path && walk ? { speed: walk.speed } : {}),
    };
  });
}

/**
 * Places `count` guests all over the floor, for measurements. It repeats the same bodies, each with its own clip and start time.
 */
export function crowdOf(present: readonly Seat[], count: number, seed: number): Seat[] {
  const random = seededRandom(seed);
  const clips = ['idle', 'dance', 'twist', 'wave', 'walk'];
  const columns = Math.ceil(Math.sqrt(count * 1.3));
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, i): Seat => {
    const x = (((i % columns) + 0.5) / columns - 0.5) * 9 - 0.4;
    const z = ((Math.floor(i / columns) + 0.5) / rows - 0.5) * 8;
    const { avatar } = present[i % present.length];
    return {
      avatar,
      position: [x, 0, z],
      rotation: yawed((random() - 0.5) * 2),
      animation: clips[i % clips.length],
      phase: random() * 4,
    };
  });
}
