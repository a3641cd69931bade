import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ImportedModel } from '../../../src/import/model/imported-model.ts';
import { encodingCache } from '../../../src/import/write/cache/encoding-cache.ts';
import { EarlyTextures } from '../../../src/import/write/early-textures.ts';
import { encodeTexture } from '../../../src/import/write/texture-encoder.ts';
import { bakeAndWrite, RoomWriter, writeRoom } from '../../../src/import/write/write-room.ts';
import { smallRoom } from './fixtures.ts';

const options = { ktx2: false, maxSize: 2048 };

function out(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-textures-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function model(side: number, ...colours: number[]): ImportedModel {
  const textures = colours.map((colour, i) => ({
    slot: `slot ${i}`,
    width: side,
    height: side,
    rgba: new Uint8Array(side * side * 4).fill(colour),
  }));
  return { name: 'm', bytes: 1, warnings: [], product: { name: 'm', parts: [], textures } };
}

it('encodes as the writer does, and keeps no pixels', async () => {
  const plain = model(128, 40);
  const [before] = plain.product?.textures ?? [];
  const [texture] = new EarlyTextures(options, encodingCache()).take(plain).product?.textures ?? [];
  expect(texture).toMatchObject({ slot: 'slot 0', width: 128, rgba: new Uint8Array() });
  expect(texture.encoding?.mean.alpha).toBeCloseTo(40 / 255);
  expect(texture.encoding?.colours.rgb[0]).toBe(40);
  expect(await texture.encoding?.result).toEqual(await encodeTexture(before, options, encodingCache()));
});

it('lets the next model be read when few pixels wait', async () => {
  let open = (): void => {};
  const held = new Promise<void>(resolve => {
    open = resolve;
  });
  const asked: string[] = [];
  const cache = {
    get: async (key: string) => {
      asked.push(key);
      await held;
      return Uint8Array.of(1);
    },
  };
  const early = new EarlyTextures(options, cache);
  await early.ready();
  early.take(model(2048, 1, 2, 3, 4, 5));
  let isReady = false;
  const ready = early.ready().then(() => {
    isReady = true;
  });
  await new Promise(setImmediate);
  expect(isReady).toBe(false);
  open();
  await ready;
  // Two sizes of each picture.
  expect(new Set(asked).size).toBeGreaterThanOrEqual(2);
});

it('encodes a picture once that comes before its textures', async () => {
  const plain = model(512, 40, 40);
  const [first] = plain.product?.textures ?? [];
  let asked = 0;
  const get = async (): Promise<Uint8Array> => Uint8Array.of(++asked);
  const early = new EarlyTextures(options, { get });
  early.begin({ width: 512, height: 512, rgba: first.rgba });
  const nearest = { wrapS: 'clamp', wrapT: 'clamp', nearest: true } as const;
  const textures = [first, { ...first, sampling: nearest }];
  const taken = early.takeProduct({ name: 'm', parts: [], textures }).textures;
  expect(taken[1].encoding).toBe(taken[0].encoding);
  await taken[0].encoding?.result;
  // A low and a high file.
  expect(asked).toBe(2);
});

it('lets nobody wait for what is dropped', async () => {
  const early = new EarlyTextures(options, { get: () => new Promise(() => {}) });
  const taken = early.take(model(2048, 1, 2)).product?.textures ?? [];
  early.close();
  await expect(taken[1].encoding?.result).rejects.toThrow('the import has ended');
});

it('begins no KTX2 of a picture whose WebP is ready after the end', async () => {
  let open = (): void => {};
  const held = new Promise<Uint8Array>(resolve => {
    open = () => resolve(Uint8Array.of(1));
  });
  const get = (key: string, make: () => Promise<Uint8Array>) => (key.endsWith('.ktx2') ? make() : held);
  const early = new EarlyTextures({ ...options, ktx2: true }, { get });
  const [texture] = early.take(model(128, 40)).product?.textures ?? [];
  early.close();
  open();
  await expect(texture.encoding?.result).rejects.toThrow('the import has ended');
});

it('begins no KTX2 of a room that is aborted', async () => {
  let open = (): void => {};
  const held = new Promise<Uint8Array>(resolve => {
    open = () => resolve(Uint8Array.of(1));
  });
  const stop = new AbortController();
  let made: Promise<Uint8Array> | undefined;
  const get = (key: string, make: () => Promise<Uint8Array>) => {
    if (key.endsWith('.ktx2')) made = make();
    if (!key.endsWith('.webp')) return made ?? make();
    stop.abort(new Error('stopped'));
    return held;
  };
  const room = smallRoom();
  const [{ product }] = room.furniture;
  const textures = [{ slot: 'cloth', width: 128, height: 128, rgba: new Uint8Array(128 * 128 * 4).fill(40) }];
  const furniture = [{ ...room.furniture[0], product: { ...product, textures } }];
  const writing = writeRoom({ ...room, furniture, avatars: [] }, out(), { encodings: { get }, levels: 0, signal: stop.signal });
  await expect(writing).rejects.toThrow('stopped');
  open();
  await vi.waitFor(() => expect(made).toBeDefined());
  await expect(made).rejects.toThrow('the import has ended');
});

it('drops what waits where the light cannot be baked', async () => {
  const writer = new RoomWriter('unused', { encodings: { get: () => new Promise(() => {}) } });
  const taken = writer.encodeTextures(model(2048, 1, 2)).product?.textures ?? [];
  const onProgress = (): never => {
    throw new Error('no light');
  };
  await expect(bakeAndWrite(smallRoom(), writer, { bake: { rays: 8 }, onProgress })).rejects.toThrow('no light');
  await expect(taken[1].encoding?.result).rejects.toThrow('the import has ended');
});

it('leaves a texture of wrong size to the writer, which tells the error', () => {
  const rgba = new Uint8Array(4);
  const textures = [{ slot: 'slot', width: 3, height: 1, rgba }];
  const odd: ImportedModel = { name: 'm', bytes: 1, warnings: [], product: { name: 'm', parts: [], textures } };
  expect(new EarlyTextures(options, encodingCache()).take(odd)).toEqual(odd);
});
