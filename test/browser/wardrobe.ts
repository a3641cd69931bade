import { seededRandom } from '../../src/core/random.ts';
import type { SourcePart, SourceRoom } from '../../src/import/model/source-model.ts';
import { block, checker, figure, sleeve, testRoom } from './test-room.ts';

/** Ten people in body and shirt, in two rows. */
export function dressingRoom(): SourceRoom {
  const random = seededRandom(7);
  const person = figure('Somebody', checker('skin', 64, random));
  const [{ product: body }] = person.outfit;
  const shirt = { ...sleeve('shirt', checker('linen', 128, random), { from: 0.45, to: 0.8, looser: 0.03 }), category: 'top' };
  const dressed = { ...person, outfit: [{ product: { ...body, category: 'body' } }, { product: shirt }] };
  return {
    ...testRoom(),
    name: 'OutfitChangeQueue room',
    furniture: [],
    avatars: Array.from({ length: 10 }, (_, i) => ({
      avatar: dressed,
      position: [-2 + (i % 5), 0, i < 5 ? 1 : 2.2] as const,
      animation: 'sway',
      phase: i * 0.2,
      name: `Guest ${i}`,
    })),
  };
}

/** What they can put on: a coat that covers the whole body, of the shirt's category, a box for the head, and a net that nothing else is drawn like. */
export function wardrobe(): SourceRoom {
  const random = seededRandom(8);
  const person = figure('Dummy', checker('skin', 64, random));
  const coat = sleeve('coat', checker('wool', 128, random), { from: 0.1, to: 0.97, looser: 0.06 });
  const net = sleeve('net', checker('mesh', 64, random), { from: 0.4, to: 0.9, looser: 0.08 });
  const hat = block('hat', [0.3, 0.25, 0.3], checker('felt', 128, random));
  return {
    ...testRoom(),
    name: 'Wardrobe',
    furniture: [],
    avatars: [
      {
        avatar: {
          ...person,
          outfit: [
            { product: { ...coat, category: 'top', covers: ['body'] } },
            { product: { ...hat, category: 'hat' }, joint: 'head' },
            { product: { ...net, parts: net.parts.map(masked), category: 'net' } },
          ],
        },
        position: [0, 0, 0],
      },
    ],
  };
}

/** A gown of the shirt's category with a texture of 4 MB, which no frame could take whole. */
export function gowns(): SourceRoom {
  const gown = sleeve('gown', checker('brocade', 1024, seededRandom(9)), { from: 0.05, to: 0.85, looser: 0.05 });
  const person = figure('Dummy', checker('skin', 64, seededRandom(8)));
  const outfit = [{ product: { ...gown, category: 'top' } }];
  return { ...testRoom(), name: 'Gowns', furniture: [], avatars: [{ avatar: { ...person, outfit }, position: [0, 0, 0] }] };
}

const masked = (part: SourcePart): SourcePart => ({
  ...part,
  material: { ...part.material, alphaMode: 'mask', doubleSided: true },
});
