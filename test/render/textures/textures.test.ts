import {
  CompressedTexture,
  DataTexture,
  FloatType,
  LinearMipmapLinearFilter,
  NearestFilter,
  NearestMipmapNearestFilter,
  RedFormat,
  RGB_S3TC_DXT1_Format,
  Texture,
} from 'three';
import { describe, expect, it } from 'vitest';
import type { TextureAsset, TextureSampling } from '../../../src/assets/textures/texture-asset.ts';
import type { Capabilities, Extensions } from '../../../src/render/gl/context.ts';
import { GlState } from '../../../src/render/gl/gl-state.ts';
import { keptTextureFor } from '../../../src/render/textures/texture-for.ts';
import { Textures } from '../../../src/render/textures/textures.ts';

/** A context that accepts every call. */
const gl = new Proxy(
  {},
  { get: (_, name) => (name === 'isContextLost' ? () => false : name === 'getError' ? () => 0 : () => ({})) },
) as WebGLRenderingContext;

class FakePicture {
  open = true;
  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  close(): void {
    this.open = false;
  }
}

function banded() {
  const image = new FakePicture(8, 8);
  const bands = [new FakePicture(8, 6), new FakePicture(8, 2)];
  const asset = { kind: 'picture', width: 8, height: 8, image, bands } as unknown as TextureAsset;
  /** Bytes of pixels that the page holds. */
  const held = () => [image, ...bands].reduce((sum, { open, width, height }) => sum + (open ? width * height * 4 : 0), 0);
  return { asset, held };
}

function textures(s3tc: WEBGL_compressed_texture_s3tc | null = null) {
  const capabilities = { maxTextureSize: 64 } as Capabilities;
  return new Textures(gl, new GlState(gl), capabilities, { s3tc } as Extensions);
}

describe('a picture that was cut in bands', () => {
  it('is held once during the upload, as the memory budget counts it, and not at all afterwards', () => {
    const { asset, held } = banded();
    const { job } = textures().create(asset, { keepsCopy: false });
    expect(held()).toBe(8 * 8 * 4);
    job.step(1);
    expect([held(), job.done]).toEqual([8 * 8 * 4, false]);
    job.step(1);
    expect([held(), job.done]).toEqual([0, true]);
  });

  it('is released when its texture is disposed', () => {
    const { asset, held } = banded();
    const { texture, job } = textures().create(asset, { keepsCopy: false });
    job.step(1);
    texture.dispose();
    expect(held()).toBe(0);
  });

  it('is held once by a texture of three’s own renderer and released with it', () => {
    const { asset, held } = banded();
    const texture = keptTextureFor(asset);
    expect(held()).toBe(8 * 8 * 4);
    texture.dispose();
    expect(held()).toBe(0);
  });

  it('stays complete if the caller keeps a copy', () => {
    const { asset, held } = banded();
    textures().create(asset);
    expect(held()).toBe(2 * 8 * 8 * 4);
  });
});

it('uses the capabilities of a restored context', () => {
  const picture = { kind: 'picture', width: 128, height: 64, image: new FakePicture(128, 64) } as unknown as TextureAsset;
  const made = textures();
  expect(() => made.create(picture)).toThrow("this GPU's 64");
  made.forget({ maxTextureSize: 128 } as Capabilities);
  expect(() => made.create(picture)).not.toThrow();
});

it('uploads a bitmap without bands whole, however few bytes a step may take', () => {
  const sources: unknown[] = [];
  const recording = new Proxy(gl, {
    get: (target, name) =>
      /^tex(Sub)?Image2D$/.test(String(name)) ? (...args: unknown[]) => sources.push(args.at(-1)) : Reflect.get(target, name),
  });
  const image = new FakePicture(64, 64);
  const asset = { kind: 'picture', width: 64, height: 64, image } as unknown as TextureAsset;
  const made = new Textures(recording, new GlState(recording), { maxTextureSize: 64 } as Capabilities, {} as Extensions);
  const { job } = made.create(asset);
  expect([job.step(1), job.done]).toEqual([64 * 64 * 4, true]);
  expect(sources).toEqual([image]);
});

describe('Textures', () => {
  const picture = (width: number, height: number) =>
    ({ kind: 'picture', width, height, image: new FakePicture(width, height) }) as unknown as TextureAsset;
  const compressed = (width: number, height: number): TextureAsset => ({
    kind: 'compressed',
    format: 'dxt1',
    width,
    height,
    levels: [new Uint8Array((width * height) / 2)],
  });

  it.each([
    ['a picture that is too large', picture(8, 128), null, "8 x 128 is larger than this GPU's 64"],
    ['S3TC without the extension', compressed(8, 8), null, 'dxt1, which this GPU cannot read'],
    ['S3TC that is no power of two', compressed(12, 8), {}, '12 x 8 is no power of two'],
  ])('throws a RangeError for %s and leaves nothing behind', (_, asset, s3tc, words) => {
    const made = textures(s3tc as WEBGL_compressed_texture_s3tc | null);
    expect(() => made.create(asset)).toThrow(RangeError);
    expect(() => made.create(asset)).toThrow(words);
    expect(made.count).toBe(0);
  });

  it.each([
    ['a picture that is too large', new Texture(new FakePicture(128, 8)), RangeError, "128 x 8 is larger than this GPU's 64"],
    [
      'one byte a pixel',
      new DataTexture(new Uint8Array(16), 4, 4, RedFormat),
      TypeError,
      'texture "" must be a Uint8Array of four bytes a pixel',
    ],
    ['floats', new DataTexture(new Float32Array(64), 4, 4, undefined, FloatType), TypeError, 'must be a Uint8Array'],
    ['S3TC', new CompressedTexture([], 8, 8, RGB_S3TC_DXT1_Format), RangeError, 'dxt1, which this GPU cannot read'],
  ])('throws at the draw of a texture of three’s users: %s', (_, texture, type, words) => {
    const made = textures();
    expect(() => made.handleOf(texture)).toThrow(type);
    expect(() => made.handleOf(texture)).toThrow(words);
    texture.dispose();
    expect([made.count, made.bytes]).toEqual([0, 0]);
  });

  it('a texture without a picture waits for it', () => {
    expect(textures().handleOf(new Texture())).toBeNull();
    expect(textures().handleOf(new DataTexture(null, 4, 4))).toBeNull();
  });
});

describe('a texture seen smaller than it is', () => {
  const REPEAT = { wrapS: 'repeat', wrapT: 'repeat', nearest: false } as const;

  /** The name of the filter that is set for it, and whether it gets mip levels. */
  function filterOf(sampling: TextureSampling | undefined, compressed = false): [string, boolean] {
    let filter = '';
    let levels = false;
    const recording = new Proxy(gl, {
      get(target, name) {
        if (name === 'texParameteri')
          return (_: unknown, parameter: string, value: string) => {
            if (parameter === 'TEXTURE_MIN_FILTER') filter = value;
          };
        if (name === 'generateMipmap') return () => (levels = true);
        return /^[A-Z_]+$/.test(String(name)) ? name : target[name as keyof typeof target];
      },
    });
    const s3tc = {} as WEBGL_compressed_texture_s3tc;
    const made = new Textures(recording, new GlState(recording), { maxTextureSize: 64 } as Capabilities, { s3tc } as Extensions);
    const data = new Uint8Array(4 * 4 * 4);
    const asset: TextureAsset = compressed
      ? { kind: 'compressed', format: 'dxt1', width: 4, height: 4, levels: [data, data, data] }
      : { kind: 'picture', width: 4, height: 4, image: { data, width: 4, height: 4 } };
    made.create(sampling ? { ...asset, sampling } : asset).job.step(1000);
    return [filter, levels];
  }

  it('reads one mip level, two where it repeats often, and none where each pixel counts', () => {
    expect(filterOf(undefined)).toEqual(['LINEAR_MIPMAP_NEAREST', true]);
    expect(filterOf({ ...REPEAT, nearest: true })).toEqual(['LINEAR_MIPMAP_NEAREST', true]);
    expect(filterOf({ ...REPEAT, minify: 'blend' })).toEqual(['LINEAR_MIPMAP_LINEAR', true]);
    expect(filterOf({ ...REPEAT, nearest: true, minify: 'level' })).toEqual(['NEAREST_MIPMAP_NEAREST', true]);
    expect(filterOf({ ...REPEAT, nearest: true, minify: 'nearest' })).toEqual(['NEAREST', false]);
    expect(filterOf({ ...REPEAT, minify: 'nearest' })).toEqual(['NEAREST', false]);
    expect(filterOf({ ...REPEAT, minify: 'blend' }, true)[0]).toBe('LINEAR_MIPMAP_LINEAR');
    expect(filterOf({ ...REPEAT, nearest: true, minify: 'nearest' }, true)[0]).toBe('NEAREST');
  });

  it('has the same filter in three’s own renderer', () => {
    const image = { data: new Uint8Array(4 * 4 * 4), width: 4, height: 4 };
    const filterIn3 = (minify: TextureSampling['minify']) =>
      keptTextureFor({ kind: 'picture', width: 4, height: 4, image, sampling: { ...REPEAT, ...(minify && { minify }) } })
        .minFilter;
    expect([undefined, 'blend', 'level', 'nearest'].map(minify => filterIn3(minify as TextureSampling['minify']))).toEqual([
      LinearMipmapLinearFilter,
      LinearMipmapLinearFilter,
      NearestMipmapNearestFilter,
      NearestFilter,
    ]);
  });
});
