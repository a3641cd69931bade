import { expect, it } from 'vitest';
import { packTexture } from '../../../src/assets/textures/packed-texture.ts';
import type { CompressedTexture, TextureAsset } from '../../../src/assets/textures/texture-asset.ts';
import type { ResourceInfo } from '../../../src/room/documents/room-info.ts';
import { KeptTextures } from '../../../src/room/textures/kept-textures.ts';
import { settle } from '../../virtual-clock.ts';
import { FakeWorld } from '../fakes.ts';

const dxt: CompressedTexture = {
  kind: 'compressed',
  format: 'dxt1',
  width: 4,
  height: 4,
  levels: [8, 8, 8].map(n => new Uint8Array(n)),
};
const picture: TextureAsset = { kind: 'picture', width: 1, height: 1, image: { data: new Uint8Array(4), width: 1, height: 1 } };
const file = Uint8Array.of(1, 2, 3);
const { signal } = new AbortController();

const info = (type: string): ResourceInfo => ({
  kind: 'texture',
  tier: 'high',
  slot: 'floor',
  name: '',
  type,
  bytes: 3,
  hash: 'aa',
  url: 'https://a.example/floor',
  mirrors: [],
  width: 4,
  height: 4,
});

/** Kept textures over a decoder that gives `asset`. */
function setup(asset: TextureAsset, { canKeep = true, isCached = true, maxTextureSize = 2048 } = {}) {
  const world = new FakeWorld();
  const { queue, decoder, gpu } = world.ports;
  const kept: { form: string; bytes: Uint8Array }[] = [];
  const decoded: Uint8Array[] = [];
  const keep = async ({ form }: { form: string }, bytes: Uint8Array) => void kept.push({ form, bytes });
  let enter = () => {};
  const entered = new Promise<void>(resolve => {
    enter = resolve;
  });
  const textures = new KeptTextures(
    {
      queue: { ...queue, mayHaveCached: () => isCached, ...(canKeep ? { keep } : {}) },
      decoder: {
        ...decoder,
        texture: async bytes => {
          decoded.push(bytes);
          return asset;
        },
      },
      gpu: { ...gpu, maxTextureSize },
    },
    entered,
  );
  return { textures, kept, decoded, enter };
}

const never = () => Promise.reject(new Error('the file is not needed'));

it('a transcoded texture is kept once the visitor is in the room', async () => {
  const { textures, kept, enter } = setup(dxt);
  expect(await textures.decode(info('image/ktx2'), file, undefined, never, signal)).toBe(dxt);
  await settle();
  expect(kept).toEqual([]);
  enter();
  await settle();
  expect(kept).toEqual([{ form: 's3tc2048', bytes: packTexture(dxt) }]);
});

it('a kept form needs no decoder, and is not kept again', async () => {
  const { textures, kept, decoded, enter } = setup(dxt);
  enter();
  expect(await textures.decode(info('image/ktx2'), packTexture(dxt), 's3tc2048', never, signal)).toEqual(dxt);
  await settle();
  expect([decoded, kept]).toEqual([[], []]);
});

it('a kept form that cannot be read is replaced: the file is loaded and decoded', async () => {
  const { textures, kept, decoded, enter } = setup(dxt);
  enter();
  const asset = await textures.decode(info('image/ktx2'), Uint8Array.of(9), 's3tc2048', async () => file, signal);
  await settle();
  expect([asset, decoded, kept.length]).toEqual([dxt, [file], 1]);
});

it('pictures are not kept: they are smaller as files', async () => {
  const { textures, kept, enter } = setup(picture);
  enter();
  await textures.decode(info('image/webp'), file, undefined, never, signal);
  await settle();
  expect([textures.formOf(info('image/webp')), kept]).toEqual([undefined, []]);
});

it('nothing is kept in place of a file that the cache does not have', async () => {
  const { textures, kept, enter } = setup(dxt, { isCached: false });
  enter();
  await textures.decode(info('image/ktx2'), file, undefined, never, signal);
  await settle();
  expect(kept).toEqual([]);
});

it('works with a queue that keeps nothing', async () => {
  const { textures, enter } = setup(dxt, { canKeep: false });
  enter();
  expect(await textures.decode(info('image/ktx2'), file, undefined, never, signal)).toBe(dxt);
});

it('a GPU that takes smaller textures has its own form', () => {
  expect(setup(dxt, { maxTextureSize: 1024 }).textures.formOf(info('image/ktx2'))).toBe('s3tc1024');
});
