import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importModels } from '../../../src/import/import-models.ts';
import { Gltf, png } from '../gltf/build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-archives-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A triangle, with a loose picture where one is named. */
function model(uri?: string): Uint8Array {
  const gltf = new Gltf();
  const attributes = { TEXCOORD_0: gltf.floats('VEC2', 0, 0, 1, 0, 0, 1) };
  gltf.add('nodes', { mesh: gltf.mesh(uri ? { attributes, material: gltf.painted(png(2, 2)) } : {}) });
  if (uri) gltf.json.images[0] = { uri };
  return gltf.bytes();
}

async function imported(zip: Uint8Array): Promise<{ names: string[]; warnings: string[] }> {
  writeFileSync(join(folder, 'pack.zip'), zip);
  const { models } = await importModels([join(folder, 'pack.zip')], join(folder, 'out'), { ktx2: false });
  return { names: models.map(m => m.name), warnings: models.flatMap(m => m.warnings) };
}

/** Changes a field of both headers of an entry: of the local one and of that in the directory. */
function edited(zip: Uint8Array, name: string, local: number, central: number, value: number): Uint8Array {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    const field = bytes.readUInt32LE(at - 30) === 0x04034b50 ? at - 30 + local : at - 46 + central;
    if (bytes.readUInt32LE(at - 30) === 0x04034b50 || bytes.readUInt32LE(at - 46) === 0x02014b50)
      bytes.writeUInt16LE(value, field);
  }
  return bytes;
}
const encrypted = (zip: Uint8Array, name: string): Uint8Array => edited(zip, name, 6, 8, 1);
const packedBy = (zip: Uint8Array, name: string, method: number): Uint8Array => edited(zip, name, 8, 10, method);
/** Renames an entry to bytes of the same length. */
function renamed(zip: Uint8Array, from: string, to: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.set(to, at);
  return bytes;
}
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describe('what an archive holds beside sound models is left out with a warning', () => {
  const chair = { 'chair.glb': model() };
  it.each<[string, () => Uint8Array, RegExp[]]>([
    ['a name that leads out', () => zipSync({ ...chair, '../b.png': png(1, 1) }), [/^pack\.zip: "\.\.\/b\.png" .* its name leads out/]],
    ['a link', () => zipSync({ ...chair, 'b.png': [text('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] }), [/"b\.png" .* it is a link/]],
    ['a file with a password', () => encrypted(zipSync({ ...chair, 'b.png': png(1, 1) }), 'b.png'), [/"b\.png" .* it has a password/]],
    ['a file that is longer than it says, of which nothing stays', () => edited(zipSync({ 'chair.gltf': model('b.png'), 'b.png': png(64, 64) }), 'b.png', 22, 24, 1), [/"b\.png" .* cannot be unpacked \(too many bytes/, /picture "b\.png" is left out: .*no such file/]],
    ['a file with a strong password', () => edited(zipSync({ ...chair, 'b.png': png(1, 1) }), 'b.png', 6, 8, 0x41), [/"b\.png" .* it has a password/]],
    ['a file encrypted by AES, which is stored and longer than it says', () => encrypted(edited(zipSync({ ...chair, 'b.png': [png(1, 1), { level: 0 }] }), 'b.png', 22, 24, 1), 'b.png'), [/"b\.png" .* it has a password/]],
    ['a stored file of a wrong size', () => edited(zipSync({ ...chair, 'b.png': [png(1, 1), { level: 0 }] }), 'b.png', 22, 24, 1), []],
    ['a program before it, which its offsets do not count', () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(70_000, 'x'), zipSync(chair)]), []],
    ['an unknown compression', () => packedBy(zipSync({ ...chair, 'b.png': png(1, 1) }), 'b.png', 14), [/"b\.png" .* cannot be unpacked/]],
    ['a file that is a folder too', () => zipSync({ ...chair, a: png(1, 1), 'a/b.png': png(1, 1) }), [/"a" .* there is a folder of that name/]],
    ['a folder as an empty file', () => zipSync({ a: new Uint8Array(0), 'a/chair.glb': model() }), []],
    ['a long name', () => zipSync({ ...chair, [`${'x'.repeat(300)}.png`]: png(1, 1) }), [/its name is too long/]],
    ['a long path', () => zipSync({ ...chair, [`${'x/'.repeat(2500)}b.png`]: png(1, 1) }), [/its name is too long/]],
    ['bytes behind its end', () => Buffer.concat([zipSync(chair), Buffer.alloc(500)]), []],
    ['a name from the root', () => zipSync({ '/chair.glb': model() }), []],
    ['folders within folders', () => zipSync({ 'a/b/c/d/chair.glb': model() }), []],
    ['backslashes', () => zipSync({ 'a\\chair.gltf': model('..\\t\\b.png'), 't\\b.png': png(1, 1) }), [/is taken/]],
    ['names in UTF-8', () => zipSync({ 'chair.gltf': model('h\u00f6lz.png'), 'h\u00f6lz.png': png(1, 1) }), []],
    ['unmarked names in UTF-8', () => renamed(zipSync({ 'chair.gltf': model('h\u00f6lz.png'), 'h__lz.png': png(1, 1) }), 'h__lz.png', text('h\u00f6lz.png')), []],
    ['names in CP437', () => renamed(zipSync({ 'chair.gltf': model('h\u00f6lz.png'), 'h_lz.png': png(1, 1) }), 'h_lz.png', Uint8Array.of(0x68, 0x94, 0x6c, 0x7a)), []],
    ['broken archives among sound ones', () => zipSync({ 's/a.zip': zipSync(chair), 's/b.zip': text('PK\x03\x04 cut') }), [/^pack\.zip: archive s\/b\.zip is left out: the archive cannot be opened/]],
  ])('%s', async (_, zip, warnings) => {
    const result = await imported(zip());
    expect(result.names).toEqual(['chair']);
    expect(result.warnings).toEqual(warnings.map(w => expect.stringMatching(w)));
  }); // biome-ignore format: one case a line

  it('a damaged file is kept, and told', async () => {
    const bytes = Buffer.from(zipSync({ ...chair, 'b.txt': [text('some words'), { level: 0 }] }));
    bytes[bytes.indexOf('some words')] = 0;
    expect((await imported(bytes)).warnings).toEqual(['pack.zip: b.txt has a wrong checksum: it may be damaged']);
  });
});

describe('an archive is refused in one sentence', () => {
  /** Says that a file has 300 MB. */
  const large = (zip: Uint8Array, name: string): Uint8Array => edited(zip, name, 24, 26, 0x11e1);
  const broken = packedBy(large(zipSync({ 'a.bin': text('a'), 'chair.glb': model() }), 'a.bin'), 'chair.glb', 14);
  const sound = large(zipSync({ 'a.bin': text('a'), 'chair.glb': model() }), 'a.bin');
  it.each<[string, () => Uint8Array, RegExp]>([
    ['of a model with a password', () => encrypted(zipSync({ 'chair.glb': model() }), 'chair.glb'), /chair\.glb cannot be read: it has a password: unpack the archive yourself/],
    ['of no archive', () => text('nothing'), /the archive cannot be opened/],
    ['of another archive', () => text('Rar!\x1a\x07\x01\0'), /a RAR archive: unpack it first/],
    ['of an empty archive', () => zipSync({}), /no model in it/],
    ['that is empty', () => new Uint8Array(0), /the file is empty/],
    ['of a cut archive', () => zipSync({ 'chair.glb': model() }).slice(0, -30), /the archive cannot be opened/],
    ['of broken archives alone', () => zipSync({ 'a.zip': text('nothing') }), /the archive cannot be opened/],
    ['of broken archives that unpack to too much before the sound one', () => zipSync({ 'a.zip': broken, 'b.zip': sound }), /chair\.glb cannot be read.*a\.zip/],
    ['of too much', () => large(large(zipSync({ 'a.bin': text('a'), 'b.bin': text('b') }), 'a.bin'), 'b.bin'), /unpacks to more than 536870912 bytes/],
  ])('%s', async (_, zip, message) => {
    await expect(imported(zip())).rejects.toThrow(message);
  }); // biome-ignore format: one case a line
});
