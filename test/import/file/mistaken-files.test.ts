import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { Gltf, readBytes } from '../gltf/build.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';

describe('a file that is not what its name says', () => {
  it.each([
    ['', 'the file is empty'],
    [POINTER, 'a pointer of Git LFS, not the file: run "git lfs pull" where it comes from'],
    ['\n<!DOCTYPE html><html>404</html>', 'a web page, not the file: download it again'],
    ['PK\x03\x04\0\0', 'an archive: name it .zip'],
    ['\x1f\x8b\x08', 'a gzip file: unpack it first'],
    ['Kaydara FBX Binary  \0', /^an FBX file: convert it to glTF with FBX2glTF/],
    ['BLENDER-v300', /^a Blender file: open it in Blender/],
    ['<?xml version="1.0"?><COLLADA>', /^a COLLADA file: convert it to glTF/],
    ['; FBX 7.4.0 project file', /^an FBX file/],
    ['# Blender\nmtllib a.mtl\no Cube\nv 1 1 1', /^an OBJ file: .*obj2gltf/],
    ['solid cube\nfacet', /^an STL file/],
    ['ply\nformat ascii 1.0', /^a PLY file/],
    ['MM\x10\0\0\0', /^a 3DS file/],
    [`PK\x03\x04${'\0'.repeat(26)}scene.usdc`, /^a USD file/],
    ['#usda 1.0', /^a USD file/],
    ['//Maya ASCII 2022 scene', /^a Maya file/],
    ['ISO-10303-21;', /^a STEP or IFC file/],
    ['b3dm\x01\0\0\0', /^a tile of 3D Tiles: .* b3dmToGlb/],
    ['pnts\x01\0\0\0', /^points and splats have no triangles/],
    ['\x89PNG\r\n', /^a picture, not a model/],
    ['<Error><Code>AccessDenied</Code></Error>', /^an error of a web server/],
    ['\x28\xb5\x2f\xfd\x24', /^a Zstandard file/],
  ])('%j is named, with advice', async (text, reason) => {
    const error = await readBytes(bytes(text), 'model.glb').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).reason).toMatch(reason);
  });

  it('is named where it stands for a buffer, and where it stands for a picture', async () => {
    const gltf = new Gltf();
    const image = gltf.add('images', { uri: 'wood.png' });
    gltf.add('materials', { pbrMetallicRoughness: { baseColorTexture: { index: gltf.add('textures', { source: image }) } } });
    const uvs = gltf.floats('VEC2', 0, 0, 1, 0, 0, 1);
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { TEXCOORD_0: uvs }, material: 0 }) });
    const { warnings } = await readBytes(gltf.bytes(), 'model.gltf', { 'wood.png': bytes(POINTER) });
    expect(warnings.join()).toContain('a pointer of Git LFS');
    const json = JSON.parse(new TextDecoder().decode(gltf.bytes()));
    json.buffers[0].uri = 'model.bin';
    const error = await readBytes(bytes(JSON.stringify(json)), 'model.gltf', { 'model.bin': bytes(POINTER) }).catch(e => e);
    expect(error).toMatchObject({ at: 'buffers[0].uri', reason: expect.stringContaining('git lfs pull') });
  });
});

describe('the text of a glTF', () => {
  // Regular expressions for these took minutes, or overflowed the stack.
  it.each([
    ['a line of many #', '# '.repeat(140), 'neither GLB nor JSON'],
    ['a million zeros in its middle', `{"asset"${'\0'.repeat(1e6)}: 1}`, 'neither GLB nor JSON'],
    ['a text of 12 million letters', `{"uri": "${'\\n'.repeat(6e6)}",}`, /a comma before a closing bracket/],
  ])('is read in time where it has %s', async (_, text, reason) => {
    const error = await readBytes(bytes(text), 'model.gltf').catch((e: unknown) => e);
    expect((error as FormatError).reason).toMatch(reason);
  });

  it('may be Latin-1: its letters are lost, with a warning', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { name: 'M\u00fcller', mesh: gltf.mesh() });
    const latin = bytes(Buffer.from(gltf.bytes()).toString('utf8'));
    expect((await readBytes(latin)).warnings).toEqual(['its text is not UTF-8: names lose some letters']);
    expect((await readBytes(gltf.bytes())).warnings).toEqual([]);
  });

  it('may have buffers as escaped bytes', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh() });
    const json = JSON.parse(new TextDecoder().decode(gltf.bytes()));
    const plain = (await readBytes(gltf.bytes())).product;
    const buffer = Buffer.from(json.buffers[0].uri.split(',')[1], 'base64');
    json.buffers[0].uri = `data:,${Array.from(buffer, b => `%${b.toString(16).padStart(2, '0')}`).join('')}`;
    expect((await readBytes(bytes(JSON.stringify(json)))).product).toEqual(plain);
  });
});
