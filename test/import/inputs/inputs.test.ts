import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeUri } from '../../../src/import/file/decode-uri.ts';
import { importModels } from '../../../src/import/import-models.ts';
import { checkTargets } from '../../../src/import/inputs/check-targets.ts';
import { sourceFiles } from '../../../src/import/inputs/source-files.ts';
import { readModel } from '../../../src/import/reading/read-model.ts';
import { StrictError } from '../../../src/import/report/refuse-warnings.ts';
import { groupWarnings } from '../../../src/import/report/warnings.ts';
import { RunCache } from '../../../src/import/write/cache/run-cache.ts';
import { Gltf, png } from '../gltf/build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-inputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function model(uri?: string): Uint8Array {
  const gltf = new Gltf();
  const TEXCOORD_0 = gltf.floats('VEC2', 0, 0, 1, 0, 1, 1);
  if (uri !== undefined) {
    gltf.add('images', { uri });
    gltf.add('textures', { source: 0 });
  }
  const baseColorTexture = uri === undefined ? {} : { baseColorTexture: { index: 0 } };
  const material = gltf.add('materials', { pbrMetallicRoughness: { metallicFactor: 0, ...baseColorTexture } });
  gltf.add('nodes', { mesh: gltf.mesh({ attributes: { TEXCOORD_0 }, material }) });
  return gltf.bytes();
}

const out = () => join(folder, 'out');
const importing = (paths: string[], more = {}) => importModels(paths, out(), { ktx2: false, levels: 0, ...more });
const leftovers = () => readdirSync(tmpdir()).filter(name => name.startsWith('foyer-zip-'));

describe('inputs of an import', () => {
  it('a folder stands for its models, which may name files anywhere inside', async () => {
    for (const name of ['gltf', 'Textures', '.hidden']) mkdirSync(join(folder, 'pack', name), { recursive: true });
    writeFileSync(join(folder, 'pack', 'gltf', 'chair.gltf'), model('../Textures/a.png'));
    writeFileSync(join(folder, 'pack', 'table.gltf'), model());
    writeFileSync(join(folder, 'pack', '.hidden', 'not.gltf'), 'no model');
    writeFileSync(join(folder, 'pack', 'Textures', 'a.png'), png(2, 2));
    const { models } = await importing([join(folder, 'pack')]);
    expect(models.map(m => [m.name, m.warnings])).toEqual([
      ['chair', []],
      ['table', []],
    ]);
  });

  it('a .zip without a model is searched in its archives, as portals pack what an artist uploaded', async () => {
    const before = leftovers();
    const inner = zipSync({ 'chair/chair.gltf': model(), 'chair/readme.txt': new Uint8Array(1) });
    const zip = join(folder, 'portal.zip');
    writeFileSync(zip, zipSync({ 'source/model.zip': inner, 'textures/wood.png': new Uint8Array(4) }));
    const { models } = await importing([zip]);
    expect(models.map(m => m.file)).toEqual([join(zip, 'source', 'model.zip', 'chair', 'chair.gltf')]);
    writeFileSync(zip, zipSync({ 'source/model.zip': new TextEncoder().encode('no archive') }));
    await expect(importing([zip])).rejects.toThrow(/the archive cannot be opened.*portal\.zip.source.model\.zip/);
    expect(leftovers()).toEqual(before);
  });

  it('a .zip does too; it leaves no files behind and errors name it', async () => {
    const before = leftovers();
    const zip = join(folder, 'pack.zip');
    writeFileSync(
      zip,
      zipSync({
        'a/chair.gltf': model('../t\\A.PNG'),
        't/a.png': png(2, 2),
        '../out.gltf': model(),
        '__MACOSX/x.glb': png(1, 1),
      }),
    );
    const { models } = await importing([zip]);
    expect(models).toMatchObject([
      {
        name: 'chair',
        file: join(zip, 'a', 'chair.gltf'),
        warnings: [
          'pack.zip: "../out.gltf" in the archive is left out: its name leads out of it',
          expect.stringMatching(/is taken/),
        ],
      },
    ]);
    writeFileSync(zip, zipSync({ 'a/bad.glb': new TextEncoder().encode('glTF') }));
    await expect(importing([zip])).rejects.toThrow(join(zip, 'a', 'bad.glb'));
    writeFileSync(zip, zipSync({ 'readme.txt': new Uint8Array(3) }));
    await expect(importing([zip])).rejects.toThrow(/no model in it.*at files, got \["readme\.txt"\]: .*pack\.zip/);
    writeFileSync(zip, 'no archive');
    await expect(importing([zip])).rejects.toThrow(/the archive cannot be opened.*pack\.zip/);
    expect(leftovers()).toEqual(before);
  });

  it('a signal deletes what was unpacked, and then ends the process', async () => {
    const module = new URL('../../../src/node/temporary-folder.ts', import.meta.url).href;
    const script = `const { temporaryFolder } = await import(${JSON.stringify(module)});
      const one = await temporaryFolder('foyer-zip-'); const two = await temporaryFolder('foyer-zip-');
      await two.remove(); console.log(one.path); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    const path = await new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data).trim())));
    expect(existsSync(path)).toBe(true);
    const ended = new Promise(resolve => child.once('exit', (_, signal) => resolve(signal)));
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['chair.fbx', /\.fbx is not read: convert it to glTF with FBX2glTF, or open it in Blender/],
    ['chair.OBJ', /\.obj is not read: convert it to glTF with "npx obj2gltf/],
    ['chair.blend', /open it in Blender and export it as glTF 2\.0/],
    ['chair.glb.gz', /\.gz is not read: unpack it first/],
    ['tile.i3dm', /\.i3dm is not read: a tile of 3D Tiles: .* i3dmToGlb/],
    ['scan.splat', /\.splat is not read: points and splats have no triangles/],
    ['part.iges', /\.iges is not read: convert it to glTF with a CAD program/],
    ['wood.png', /\.png is not read: it is a picture/],
    ['room.json', /\.json is not read: a room that you wrote is read by "foyer room"/],
    ['chair.txt', /no reader for this kind of file/],
  ])('%s is told how to convert it', async (name, message) => {
    writeFileSync(join(folder, name), 'x');
    await expect(readModel(join(folder, name))).rejects.toThrow(message);
  });

  it('a .cfg of another program in a folder is no model', async () => {
    mkdirSync(join(folder, 'game'));
    writeFileSync(join(folder, 'game', 'settings.cfg'), 'bind w +forward\n');
    writeFileSync(join(folder, 'game', 'chair.gltf'), model());
    expect((await importing([join(folder, 'game')])).models.map(m => m.name)).toEqual(['chair']);
  });

  it('a file that is not there is told, whatever its name', async () => {
    for (const name of ['nothing', 'nothing.txt', 'nothing.glb'])
      await expect(readModel(join(folder, name))).rejects.toThrow(
        /the file cannot be opened \(there is no such file\): .*nothing/,
      );
  });

  it('a folder of other models is told how to convert them', async () => {
    for (const name of ['a.png', 'b.fbx']) writeFileSync(join(folder, name), 'x');
    await expect(importing([folder])).rejects.toThrow(/no model in it.*; b\.fbx: convert it to glTF with FBX2glTF/);
  });

  it('a file of other bytes is told by the first of them, not by what a parser of text makes of it', async () => {
    writeFileSync(join(folder, 'noise.glb'), Uint8Array.of(0x99, 0, 0xff));
    await expect(readModel(join(folder, 'noise.glb'))).rejects.toThrow('neither GLB nor JSON at file, got "bytes 99 00 ff"');
  });

  it('a glTF under another extension is recognised by its content', async () => {
    writeFileSync(join(folder, 'chair.json'), model());
    expect((await readModel(join(folder, 'chair.json'))).product?.parts).toHaveLength(1);
  });

  it('a room that names itself as a model is read once', async () => {
    const path = join(folder, 'room.json');
    writeFileSync(path, JSON.stringify({ models: { me: 'room.json' } }));
    expect(await sourceFiles(path)).toEqual([path]);
  });
});

describe('what an import writes', () => {
  const written = (out: string) => ({ out, documents: ['room.json'], pictures: [['poster.webp', 'preview.webp']] });

  it('below a Cal3D model is no source of it', async () => {
    for (const name of ['out', 'cache']) mkdirSync(join(folder, name));
    for (const name of ['a.cfg', 'out/room.json', 'cache/run']) writeFileSync(join(folder, name), 'x');
    const left = [join(folder, 'out'), join(folder, 'cache')];
    expect(await sourceFiles(join(folder, 'a.cfg'), undefined, left)).toEqual([folder, join(folder, 'a.cfg')]);
    const key = () => new RunCache(left[1], async () => '1').keyOf([join(folder, 'a.cfg')], {}, undefined, left[0]);
    const before = await key();
    writeFileSync(join(folder, 'cache', 'other'), 'y');
    expect(await key()).toBe(before);
  });

  it('is a folder, not the file that is read', async () => {
    const file = join(folder, 'chair.gltf');
    writeFileSync(file, model());
    expect(await checkTargets([file], written(file))).toMatchObject({ refusal: expect.stringMatching(/is a file that is read/) });
  });

  it('must not lie in a folder that is read', async () => {
    writeFileSync(join(folder, 'a.cfg'), 'x');
    const refused = { refusal: expect.stringMatching(/lies in a folder that is read/) };
    expect(await checkTargets([folder], written(join(folder, 'out')))).toMatchObject(refused);
    expect(await checkTargets([join(folder, 'a.cfg')], written(folder))).toMatchObject(refused);
    expect(await checkTargets([join(folder, 'a.cfg')], written(join(folder, 'out')))).toEqual({ notes: [] });
  });

  it.each(['100%_ a.png', 'h%E4user.png'])('does not hide what is read where a model also names %s', async name => {
    const gltf = JSON.parse(new TextDecoder().decode(model('poster.webp')));
    gltf.images.push({ uri: name });
    writeFileSync(join(folder, 'chair.gltf'), `\ufeff${JSON.stringify(gltf)}`);
    const files = ['chair.gltf', 'poster.webp', decodeUri(name)].map(file => join(folder, file));
    for (const file of files.slice(1)) writeFileSync(file, png(1, 1));
    expect(await sourceFiles(files[0])).toEqual(files);
  });

  it('is done again when a picture comes that was not there', async () => {
    const file = join(folder, 'chair.gltf');
    writeFileSync(file, model('Tex/A.png'));
    const named = join(folder, 'Tex', 'A.png');
    expect(await sourceFiles(file)).toEqual([file, named]);
    const key = () => new RunCache(join(folder, 'cache'), async () => '1').keyOf([file], {});
    const before = await key();
    expect(before).toMatch(/^run-/);
    mkdirSync(join(folder, 'tex'));
    writeFileSync(join(folder, 'tex', 'a.png'), png(1, 1));
    expect(await sourceFiles(file)).toEqual([file, named, join(folder, 'tex', 'a.png')]);
    expect(await key()).not.toBe(before);
  });

  it('must not be a picture that is read, or one of somebody else', async () => {
    const file = join(folder, 'chair.gltf');
    writeFileSync(file, model('poster.webp'));
    for (const name of ['poster.webp', 'out/preview.webp']) {
      mkdirSync(join(folder, 'out'), { recursive: true });
      writeFileSync(join(folder, name), 'x');
    }
    const read = { refusal: expect.stringMatching(/poster\.webp is read, and/) };
    expect(await checkTargets([file], written(folder))).toMatchObject(read);
    const foreign = { refusal: expect.stringMatching(/preview\.webp is no picture that foyer wrote/) };
    expect(await checkTargets([file], written(out()))).toMatchObject(foreign);
    writeFileSync(join(out(), 'room.json'), '{"denormalized": {}}');
    expect((await checkTargets([file], written(out()))).notes[0]).toMatch(/preview\.webp will be replaced/);
  });
});

describe('files with only clips', () => {
  const clips = (joint: string) => {
    const gltf = new Gltf();
    gltf.animate(gltf.add('nodes', { name: joint }), 'translation', [0, 1], [0, 0, 0, 1, 0, 0], {}, 'Bow');
    return gltf.bytes();
  };
  const avatar = () => {
    const gltf = new Gltf();
    gltf.add('nodes', { name: 'mixamorig:Hips', mesh: gltf.mesh() });
    gltf.animate(0, 'translation', [0, 1], [0, 0, 0, 2, 0, 0], {}, 'Bow');
    return gltf.bytes();
  };
  const files = (joint: string) => {
    writeFileSync(join(folder, 'clips.gltf'), clips(joint));
    writeFileSync(join(folder, 'avatar.gltf'), avatar());
    return [join(folder, 'clips.gltf'), join(folder, 'avatar.gltf')];
  };

  it.each(['mixamorig:Hips', 'Hips'])('join the avatar that has the joint %s', async joint => {
    const { models, room } = await importing(files(joint));
    expect(models.map(m => [m.kind, m.clips])).toEqual([
      ['clips', 1],
      ['avatar', 2],
    ]);
    const text = readFileSync(join(out(), room.document), 'utf8');
    expect(text).toContain('"Bow 2"');
  });

  it('that fit no avatar cause an error that says what to do', async () => {
    const [alone] = files('Wheel');
    await expect(importing([alone])).rejects.toThrow(/only animations and no mesh: import it together with the avatar/);
    const { models, errors } = await importing(files('Wheel'));
    expect(models.map(m => m.name)).toEqual(['avatar']);
    expect(errors).toEqual([
      { file: join(folder, 'clips.gltf'), message: expect.stringMatching(/only animations and no mesh.*clips\.gltf$/) },
    ]);
  });
});

describe('warnings', () => {
  it('of many similar items are grouped into one', () => {
    const many = Array.from({ length: 1030 }, (_, i) => `material m${i}: metal map 'x${i}' was folded`);
    expect(groupWarnings([...many, 'animation a: moves nothing', 'alone'])).toEqual([
      "materials m0, m1, m2 and 1,027 more: metal map 'x0' was folded",
      'animation a: moves nothing',
      'alone',
    ]);
    expect(groupWarnings(many.slice(0, 3))).toEqual(many.slice(0, 3));
  });

  it('are errors in strict mode, and nothing is written', async () => {
    writeFileSync(join(folder, 'chair.gltf'), model('gone.png'));
    const error = await importing([join(folder, 'chair.gltf')], { strict: true }).catch(e => e);
    expect(error).toBeInstanceOf(StrictError);
    expect(error.warnings).toEqual([expect.stringMatching(/^chair: picture "gone\.png" is left out/)]);
    expect(readdirSync(folder)).toEqual(['chair.gltf']);
  });
});
