import { expect, it } from 'vitest';
import { scrolled } from '../../../src/import/described-room/scrolled.ts';
import type { ImportedModel } from '../../../src/import/model/imported-model.ts';
import type { SourceTexture } from '../../../src/import/model/source-model.ts';

const texture = (slot: string, sampling?: SourceTexture['sampling']): SourceTexture => ({
  slot,
  width: 1,
  height: 1,
  rgba: new Uint8Array(4),
  ...(sampling && { sampling }),
});
const mirrored = { wrapS: 'mirror', wrapT: 'repeat', nearest: true } as const;
const stream: ImportedModel = {
  name: 'stream',
  bytes: 0,
  warnings: [],
  product: { name: 'stream', parts: [], textures: [texture('water'), texture('foam', mirrored), texture('stones')] },
};
const where = { url: 'ROOM.json', at: 'scroll.stream' };

it('makes the textures of a material move, and keeps the rest', () => {
  const { product } = scrolled(stream, { water: [0, 0.2], foam: { rate: [0.1, 0], swing: 4 } }, where);
  expect(product?.textures.map(({ slot, sampling }) => [slot, sampling])).toEqual([
    ['water', { wrapS: 'repeat', wrapT: 'repeat', nearest: false, scroll: [0, 0.2] }],
    ['foam', { ...mirrored, scroll: [0.1, 0], swing: 4 }],
    ['stones', undefined],
  ]);
});

it('moves what an avatar wears', () => {
  const skeleton = {} as never;
  const { product } = stream as { product: NonNullable<typeof stream.product> };
  const model: ImportedModel = {
    ...{ name: 'ghost', bytes: 0, warnings: [] },
    avatar: { name: 'ghost', skeleton, clips: [], outfit: [{ product, joint: 'head' }] },
  };
  const [{ product: worn, joint }] = scrolled(model, { water: [1, 0] }, where).avatar?.outfit ?? [];
  expect([joint, worn.textures[0].sampling?.scroll]).toEqual(['head', [1, 0]]);
});

it('names the materials that have textures where none is called that', () => {
  expect(() => scrolled(stream, { watr: [0, 1] }, where)).toThrow(
    /no material of that name has a texture, did you mean "water"\? \(there are: water, foam, stones\)/,
  );
});
