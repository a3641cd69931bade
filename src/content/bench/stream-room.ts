/** The room of the streaming bench. */

import { seededRandom } from '../../core/random.ts';
import type { SourceAvatar, SourceProduct, SourceRoom } from '../../import/model/source-model.ts';
import { yawed } from '../geometry/product-builder.ts';
import { grainTexture } from './grain.ts';
import { lump } from './lump.ts';
import { puppetClip, puppetGarment, puppetSkeleton } from './puppet.ts';
import { logNormalSizes } from './sizes.ts';

export interface StreamRoomOptions {
  readonly seed?: number;
  /** Size of the room: 1 for the bench, 0.05 for a preview with as many, smaller files. */
  readonly scale?: number;
}

const KINDS = ['torso', 'arms', 'legs'] as const;
const PRODUCTS = 90;
const GARMENTS = 6;
/** How many products that are not worn have two materials. */
const TWO_TONED = 20;
const CLIPS = 20;
/** Total bytes of each kind of resource. The files sum to 38.0 MB, 6.1 MB of them without the high textures. */
const BYTES = { clips: 900_000, meshes: 5_000_000, high: 29_650_000 };
/** Side of the hall, metres. */
const HALL = 24;

/**
 * Builds the room of the streaming bench. It has 330 resources (1 skeleton, 20 clips, 90 meshes, 110 low textures, 109 high
 * ones), 38 MB, 6 MB of it critical. They make 84 stones in a hall and 20 puppets, each with its own clip. The puppets share six
 * garments. The same seed gives the same room.
 */
export function streamRoom({ seed = 1, scale = 1 }: StreamRoomOptions = {}): SourceRoom {
  const random = seededRandom(seed);
  const meshBytes = logNormalSizes(random, PRODUCTS, BYTES.meshes * scale, 0.8);
  const highBytes = logNormalSizes(random, PRODUCTS + TWO_TONED - 1, BYTES.high * scale, 0.6);
  let next = 0;
  /** The last texture's picture is so small that it has no high version. */
  const texture = (slot: string) =>
    next < highBytes.length ? grainTexture(slot, Math.max(3000, highBytes[next++]), random) : grainTexture(slot, 0, random);

  const wardrobe = Array.from({ length: GARMENTS }, (_, i) => {
    const kind = KINDS[i % KINDS.length];
    return puppetGarment(kind, `${kind} ${i}`, texture(`garment-${i}`), meshBytes[i], random);
  });
  const stones = Array.from({ length: PRODUCTS - GARMENTS }, (_, i): SourceProduct => {
    const slots = i < TWO_TONED ? [`stone-${i}-foot`, `stone-${i}-top`] : [`stone-${i}`];
    const size = [0.3 + random() * 1.2, 0.3 + random() * 1.6, 0.3 + random() * 1.2] as const;
    // The first stone is the floor.
    const parts = lump(slots, meshBytes[GARMENTS + i], i === 0 ? [2 * HALL, 0.1, 2 * HALL] : size, random);
    return { name: `stone ${i}`, parts, textures: slots.map(texture) };
  });
  const skeleton = puppetSkeleton();
  const clips = logNormalSizes(random, CLIPS, BYTES.clips * scale, 0.5).map((bytes, i) => puppetClip(`clip ${i}`, bytes, random));
  const anywhere = (): [number, number, number] => [(random() - 0.5) * HALL, 0, (random() - 0.5) * HALL];
  return {
    name: 'The hall of the streaming bench',
    light: {
      sky: [0.7, 0.72, 0.78],
      ground: [0.36, 0.32, 0.28],
      sun: { direction: [0.4, 0.8, 0.5], color: [0.5, 0.46, 0.4] },
      background: [0.55, 0.6, 0.68],
    },
    spawn: { position: [0, 1.9, HALL / 4], target: [0, 0.9, 0] },
    furniture: stones.map((product, i) => ({
      product,
      position: i === 0 ? [0, -0.1, 0] : anywhere(),
      rotation: yawed(i === 0 ? 0 : random() * 6),
      name: product.name,
    })),
    avatars: clips.map((clip, i) => ({
      avatar: puppet(i),
      position: anywhere(),
      rotation: yawed(random() * 6),
      animation: clip.name,
    })),
  };

  function puppet(i: number): SourceAvatar {
    const outfit = KINDS.map((_, kind) => ({ product: wardrobe[kind + KINDS.length * ((i >> kind) & 1)] }));
    return { name: `puppet ${i}`, skeleton, clips, outfit, height: 1.8 };
  }
}
