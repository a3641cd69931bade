import { DataTexture, Texture } from 'three';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UploadCheck, UploadRefusedError } from '../../../src/render/textures/upload-check.ts';
import { uploadChecked } from '../../../src/render/three/checked-upload.ts';

class Bitmap {
  readonly width = 1;
  readonly height = 1;
  close(): void {}
}
const canvas = { width: 1, height: 1 };
const copyOf = () => canvas;

/** A driver that refuses what `refuses` says of the texture's picture. */
function driver(texture: Texture, refuses: (image: unknown) => boolean) {
  let error = 0;
  const sent: unknown[] = [];
  const gl = {
    OUT_OF_MEMORY: 1285,
    getError: () => {
      const now = error;
      error = 0;
      return now;
    },
    isContextLost: () => false,
  } as unknown as WebGLRenderingContext;
  const upload = () => {
    sent.push(texture.image);
    if (refuses(texture.image)) error = 1281;
  };
  return { check: new UploadCheck(gl), upload, sent };
}

beforeEach(() => vi.stubGlobal('ImageBitmap', Bitmap));
afterEach(() => vi.unstubAllGlobals());

it('sends a bitmap that the driver takes once', () => {
  const texture = new Texture(new Bitmap());
  const { check, upload, sent } = driver(texture, () => false);
  uploadChecked(texture, check, upload, copyOf);
  expect(sent).toHaveLength(1);
  expect(texture.image).toBeInstanceOf(Bitmap);
});

it('sends a canvas where the driver refuses bitmaps, and from then on at once', () => {
  const texture = new Texture(new Bitmap());
  const { check, upload, sent } = driver(texture, image => image instanceof Bitmap);
  uploadChecked(texture, check, upload, copyOf);
  expect(sent[1]).toBe(canvas);
  texture.image = new Bitmap();
  uploadChecked(texture, check, upload, copyOf);
  expect([sent.length, sent[2]]).toEqual([3, canvas]);
});

it('does not count as shown what the driver takes in no way', () => {
  const picture = new Texture(new Bitmap());
  const refusing = driver(picture, () => true);
  expect(() => uploadChecked(picture, refusing.check, refusing.upload, copyOf)).toThrow(UploadRefusedError);
  const pixels = new DataTexture(new Uint8Array(4), 1, 1);
  const { check, upload } = driver(pixels, () => true);
  expect(() => uploadChecked(pixels, check, upload, copyOf)).toThrow('the GPU refuses this texture (data, ');
});
