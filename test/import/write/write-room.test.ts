import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateBytes } from 'gltf-validator';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRoom } from '../../../src/import/write/write-room.ts';
import { sha256 } from '../../../src/node/sha256.ts';
import { smallRoom } from './fixtures.ts';

type Documents = Record<string, { data?: Record<string, unknown>; relations?: Record<string, string>; edges?: string[] }>;

describe('writeRoom', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'foyer-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const documents = (name = 'room.json'): Documents => JSON.parse(readFileSync(join(folder, 'out', name), 'utf8')).denormalized;
  const write = (more = {}) => writeRoom(smallRoom(), join(folder, 'out'), { ktx2: false, ...more });
  const files = () => readdirSync(join(folder, 'out/resources')).sort();

  it('writes documents with valid links and correct figures', async () => {
    const report = await write();
    const all = documents();
    for (const { relations, edges, data } of Object.values(all)) {
      for (const url of edges ?? []) expect(all).toHaveProperty([url]);
      for (const url of Object.values(relations ?? {}))
        if (url.startsWith('resources/')) {
          const bytes = readFileSync(join(folder, 'out', url));
          expect(bytes.byteLength).toBe(data?.bytes);
          expect(sha256(bytes)).toBe(data?.hash);
          expect(url).toContain(String(data?.hash).slice(0, 20));
        } else expect(all).toHaveProperty([url]);
    }
    expect(report.resources).toBe(files().length);
  });

  it('writes equal resources once', async () => {
    await write();
    // Rug mesh, bent mesh, skeleton, clip, low, high.
    expect(files()).toHaveLength(6);
    const all = documents();
    expect(all['room.json#furniture/0'].relations).toEqual(all['room.json#furniture/1'].relations);
    expect(all['room.json#avatar/0'].relations?.skeleton).toBe(all['room.json#avatar/1'].relations?.skeleton);
  });

  it('writes what the door shows first together, and leaves each resource its own file', async () => {
    await write({ bundles: true });
    const all = documents();
    const edges = Object.values(all).filter(({ data }) => typeof data?.kind === 'string');
    const bundled = edges.filter(({ relations }) => relations?.bundle);
    expect(edges.filter(({ data }) => data?.tier === 'high').every(({ relations }) => !relations?.bundle)).toBe(true);
    expect(bundled.length).toBeGreaterThan(3);
    for (const { data, relations } of bundled) {
      const bundle = all[relations?.bundle ?? ''];
      const [whole, own] = [bundle, { relations }].map(({ relations: r }) => readFileSync(join(folder, 'out', r?.ref ?? '')));
      expect(sha256(whole)).toBe(bundle.data?.hash);
      expect(whole.subarray(Number(data?.at), Number(data?.at) + own.length).equals(own)).toBe(true);
    }
    await write();
    expect(files().filter(name => name.endsWith('.bundle'))).toEqual([]);
  });

  it('writes GLBs that pass the Khronos validator', async () => {
    await write();
    for (const name of files().filter(f => f.endsWith('.glb'))) {
      const result = await validateBytes(new Uint8Array(readFileSync(join(folder, 'out/resources', name))));
      expect(result.issues.messages.filter(m => m.severity === 0)).toEqual([]);
    }
  });

  it('gives the same bytes on every run', async () => {
    await write();
    const first = [readFileSync(join(folder, 'out/room.json'), 'utf8'), ...files()];
    rmSync(join(folder, 'out'), { recursive: true });
    await write();
    expect([readFileSync(join(folder, 'out/room.json'), 'utf8'), ...files()]).toEqual(first);
  });

  it('makes sides powers of two and low textures of at most 64, averaged in linear light', async () => {
    await write();
    const textures = Object.values(documents()).flatMap(d => (d.data?.kind === 'texture' ? [d] : []));
    expect(textures.map(t => [t.data?.tier, t.data?.width, t.data?.height])).toEqual([
      ['low', 64, 64],
      ['high', 256, 256],
    ]);
    const low = await sharp(join(folder, 'out', textures[0].relations!.ref))
      .raw()
      .toBuffer();
    const mean = low.reduce((sum, x) => sum + x, 0) / low.length;
    // Half of the light is 188 of 255 in sRGB; an average of the stored numbers would be 128.
    expect(mean).toBeGreaterThan(180);
    expect(mean).toBeLessThan(196);
  });

  it('leaves nothing behind when it fails, and keeps existing files', async () => {
    await write();
    const before = files();
    const room = smallRoom();
    const broken = {
      name: 'broken',
      parts: [{ ...room.furniture[0].product.parts[0], index: Uint32Array.of(0, 1, 9999) }],
      textures: [],
    };
    const bad = { ...room, furniture: [...room.furniture, { product: broken, position: [0, 0, 0] as const }] };
    await expect(writeRoom(bad, join(folder, 'out'), { ktx2: false })).rejects.toThrow(
      /parts\[0\]\.index\[2\], got 9999: broken/,
    );
    expect(files()).toEqual(before);
    expect(readdirSync(folder)).toEqual(['out']);
    await expect(writeRoom(bad, join(folder, 'fresh'), { ktx2: false })).rejects.toThrow();
    expect(existsSync(join(folder, 'fresh'))).toBe(false);
  });

  it.each([
    ['.mesh', /\(out of memory\) at mesh: (bent|rug)$/],
    ['.animation', /\(out of memory\) at clip turn: flag$/],
    ['.webp', /\(out of memory\) at texture cloth: rug$/],
  ])('names the model where an encoder of %s fails by an error that does not', async (ending, message) => {
    const encodings = {
      get: async (key: string, make: () => Promise<Uint8Array>) => {
        if (key.endsWith(ending)) throw new RangeError('out of memory');
        return make();
      },
    };
    await expect(write({ encodings })).rejects.toThrow(message);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('lets two rooms share a folder; deletes unreferenced resources', async () => {
    await write();
    await write({ document: 'second.json' });
    expect(files()).toHaveLength(6);
    await writeRoom({ ...smallRoom(), furniture: [], avatars: [] }, join(folder, 'out'), {});
    expect(files()).toHaveLength(6);
    await writeRoom({ ...smallRoom(), furniture: [], avatars: [] }, join(folder, 'out'), { document: 'second.json' });
    expect(files()).toHaveLength(0);
  });
});
