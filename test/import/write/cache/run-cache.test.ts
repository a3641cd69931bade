import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCommand, roomCommand } from '../../../../src/cli/import/import.ts';
import { RunCache } from '../../../../src/import/write/cache/run-cache.ts';

/** Two triangles' worth of glTF with a loose buffer. */
function triangle(color = 1): string {
  return JSON.stringify({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [color, 0, 0, 1], metallicFactor: 0 } }],
    accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] }],
    bufferViews: [{ buffer: 0, byteLength: 36 }],
    buffers: [{ byteLength: 36, uri: 'shape.bin' }],
  });
}

describe('an import that was run before', () => {
  let folder: string;
  let out: string[];
  let err: string[];
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), interactive: false };
  const at = (...path: string[]): string => join(folder, ...path);
  const shape = (height: number): void =>
    writeFileSync(at('shape.bin'), Buffer.from(Float32Array.of(0, 0, 0, 1, 0, 0, 0, height, 0).buffer));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'foyer-'));
    [out, err] = [[], []];
    writeFileSync(at('a.gltf'), triangle());
    writeFileSync(at('b.gltf'), triangle(0.5));
    shape(1);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs anew into an empty folder. @returns everything that was written, and told. */
  async function run(...more: string[]): Promise<string> {
    rmSync(at('out'), { recursive: true, force: true });
    out = [];
    const args = [at('a.gltf'), at('b.gltf'), '--out', at('out'), '--no-ktx2', '--json', '--cache', at('cache'), ...more];
    expect(await importCommand(args, terminal)).toBe(0);
    return JSON.stringify([out, contents(at('out'))]);
  }

  const contents = (below: string): string[] =>
    readdirSync(below, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
      .map(file => `${file} ${readFileSync(file, 'base64')}`);
  const cached = (pattern: RegExp): string[] => readdirSync(at('cache')).filter(name => pattern.test(name));
  const runs = (): string[] => cached(/^run-/);

  it('writes the same files again without encoding anything', async () => {
    const first = await run();
    for (const name of cached(/^(?!run-)/)) rmSync(at('cache', name));
    expect(await run()).toBe(first);
    expect(cached(/^(?!run-)/)).toEqual([]);
  });

  it('distinguishes changed meshes from unchanged ones', async () => {
    await run();
    const before = cached(/\.mesh$/);
    expect(before).toHaveLength(2);
    writeFileSync(at('b.gltf'), triangle(0.25));
    await run();
    // A third mesh was written; that of `a` was found.
    expect(cached(/\.mesh$/)).toHaveLength(3);
    expect(runs()).toHaveLength(2);
  });

  it.each<[string, () => void, string[]]>([
    ['a file', () => writeFileSync(at('a.gltf'), triangle(0.3)), []],
    ['a file that a file names', () => shape(2), []],
    ['an option', () => {}, ['--levels', '1']],
  ])('runs anew where %s is another', async (_, change, more) => {
    await run();
    change();
    await run(...more);
    expect(runs()).toHaveLength(2);
  });

  it('reuses nothing of another importer', async () => {
    const key = (version: string) => new RunCache(at('cache'), async () => version).keyOf([at('a.gltf')], {});
    expect(await key('1')).toBe(await key('1'));
    expect(await key('1')).not.toBe(await key('2'));
  });

  it.each(['', 'short', 'x'.repeat(5000)])('makes anew what is damaged in the cache: %#', async damage => {
    const first = await run();
    for (const name of readdirSync(at('cache'))) writeFileSync(at('cache', name), damage);
    expect(await run()).toBe(first);
    // And mends it.
    for (const name of readdirSync(at('cache'))) expect(readFileSync(at('cache', name), 'latin1')).not.toBe(damage);
  });

  it('discards entries with flipped bits', async () => {
    const first = await run();
    for (const name of readdirSync(at('cache'))) {
      const bytes = readFileSync(at('cache', name));
      bytes[bytes.length >> 1] ^= 4;
      writeFileSync(at('cache', name), bytes);
    }
    expect(await run()).toBe(first);
  });

  it('leaves the error of an invalid file to the import', async () => {
    writeFileSync(at('a.gltf'), '{ "buffers": 7');
    expect(await importCommand([at('a.gltf'), '--out', at('out'), '--cache', at('cache')], terminal)).toBe(1);
    expect(err[0]).toMatch(/a\.gltf/);
  });

  it('also caches rooms with their models', async () => {
    mkdirSync(at('models'));
    writeFileSync(at('models/a.gltf'), triangle());
    writeFileSync(at('models/shape.bin'), readFileSync(at('shape.bin')));
    writeFileSync(
      at('corner.json'),
      JSON.stringify({ name: 'corner', models: { a: 'models/a.gltf' }, furniture: [{ model: 'a' }] }),
    );
    const write = async (): Promise<string[]> => {
      rmSync(at('out'), { recursive: true, force: true });
      const args = [at('corner.json'), '--out', at('out'), '--no-ktx2', '--json', '--cache', at('cache')];
      expect(await roomCommand(args, terminal)).toBe(0);
      return contents(at('out'));
    };
    const first = await write();
    expect(await write()).toEqual(first);
    expect(runs()).toHaveLength(1);
    writeFileSync(at('models/a.gltf'), triangle(0.7));
    expect(await write()).not.toEqual(first);
    expect(runs()).toHaveLength(2);
  });
});
