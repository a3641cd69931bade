import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ClampToEdgeWrapping,
  LinearFilter,
  LinearMipmapLinearFilter,
  MirroredRepeatWrapping,
  NearestFilter,
  RepeatWrapping,
} from 'three';
import { describe, expect, it } from 'vitest';
import type { TextureSampling } from '../../../src/assets/textures/texture-asset.ts';
import { importModels } from '../../../src/import/import-models.ts';
import { textureFor } from '../../../src/render/textures/texture-for.ts';
import { Gltf, png } from './build.ts';

function painted(...samplers: (Record<string, number> | undefined)[]): Gltf {
  const gltf = new Gltf();
  for (const sampler of samplers) {
    const material = gltf.painted(png(64, 64), 'image/png', {}, sampler);
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { TEXCOORD_0: gltf.floats('VEC2', 0, 0, 2, 0, 0, 2) }, material }) });
  }
  return gltf;
}

const sampling = async (sampler?: Record<string, number>) => (await painted(sampler).product()).textures[0].sampling;

describe('samplers', () => {
  it('are read unless they are repeating and smooth', async () => {
    expect(await sampling()).toBeUndefined();
    expect(await sampling({ wrapS: 10497, wrapT: 10497, magFilter: 9729 })).toBeUndefined();
    expect(await sampling({ wrapS: 33071, wrapT: 33648 })).toEqual({ wrapS: 'clamp', wrapT: 'mirror', nearest: false });
    expect(await sampling({ magFilter: 9728 })).toEqual({ wrapS: 'repeat', wrapT: 'repeat', nearest: true });
    const pixelArt = { wrapS: 'repeat', wrapT: 'repeat', nearest: true, minify: 'nearest' };
    expect(await sampling({ magFilter: 9728, minFilter: 9728 })).toEqual(pixelArt);
    // Blender's Closest, and what reads two levels.
    for (const minFilter of [9984, 9986])
      expect(await sampling({ magFilter: 9728, minFilter })).toEqual({ ...pixelArt, minify: 'level' });
    // Without mip levels a smooth texture glitters.
    expect(await sampling({ magFilter: 9729, minFilter: 9728 })).toBeUndefined();
    expect(await sampling({ minFilter: 9729 })).toBeUndefined();
    // WebGL knows no other: what is nonsense repeats.
    expect(await sampling({ wrapS: 1234, wrapT: 33071 })).toEqual({ wrapS: 'repeat', wrapT: 'clamp', nearest: false });
  });

  it('are stored in the document of the room; one picture with two samplers is two textures of one file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-sampling-'));
    try {
      writeFileSync(
        join(folder, 'a.gltf'),
        painted({ wrapS: 33071, wrapT: 33648 }, { magFilter: 9728, minFilter: 9728 }, undefined).bytes(),
      );
      await importModels([join(folder, 'a.gltf')], join(folder, 'room'), { ktx2: false });
      const { denormalized } = JSON.parse(readFileSync(join(folder, 'room/room.json'), 'utf8'));
      const edges = (Object.values(denormalized) as { data?: Record<string, unknown> }[]).flatMap(({ data }) =>
        data?.kind === 'texture' ? [data] : [],
      );
      expect(edges.map(({ wrap, filter, minify }) => ({ wrap, filter, minify }))).toEqual([
        { wrap: ['clamp', 'mirror'], filter: undefined, minify: undefined },
        { wrap: undefined, filter: 'nearest', minify: 'nearest' },
        { wrap: undefined, filter: undefined, minify: undefined },
      ]);
      expect(new Set(edges.map(e => e.hash)).size).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const texture = (given?: TextureSampling, side = 8) =>
    textureFor({
      kind: 'picture',
      width: side,
      height: side,
      image: { data: new Uint8Array(side * side * 4), width: side, height: side },
      ...(given ? { sampling: given } : {}),
    });

  it('are applied to the texture of the GPU', () => {
    expect(texture()).toMatchObject({ wrapS: RepeatWrapping, wrapT: RepeatWrapping, magFilter: LinearFilter });
    expect(texture({ wrapS: 'mirror', wrapT: 'clamp', nearest: true })).toMatchObject({
      wrapS: MirroredRepeatWrapping,
      wrapT: ClampToEdgeWrapping,
      magFilter: NearestFilter,
    });
  });

  it('without mip levels make none', () => {
    const plain = { wrapS: 'repeat', wrapT: 'repeat', nearest: true } as const;
    expect(texture(plain)).toMatchObject({ minFilter: LinearMipmapLinearFilter, generateMipmaps: true });
    expect(texture({ ...plain, minify: 'nearest' })).toMatchObject({ minFilter: NearestFilter, generateMipmaps: false });
  });

  it('do not repeat where WebGL 1 cannot: sides that are not powers of two', () => {
    expect(texture({ wrapS: 'mirror', wrapT: 'repeat', nearest: false }, 6)).toMatchObject({
      wrapS: ClampToEdgeWrapping,
      wrapT: ClampToEdgeWrapping,
    });
  });
});
