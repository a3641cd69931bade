import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCal3d, readCal3dFiles } from '../../../src/import/cal3d/read-cal3d.ts';
import { modelsOf, readModel } from '../../../src/import/reading/read-model.ts';
import { bmp, tga } from '../picture/write-pictures.ts';
import * as sample from './sample.ts';
import * as binary from './write-binary.ts';
import * as xml from './write-xml.ts';

let folder: string;
const put = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cal3d-'));
  put('figure.csf', binary.writeSkeleton(sample.skeleton, 700));
  put('figure.xmf', xml.writeXmlMesh(sample.mesh, 900));
  put('figure.crf', binary.writeMaterial(sample.material, 919));
  put('figure_walk.caf', binary.writeAnimation(sample.animation, 919, { packed: true }));
  put('smile.xpf', xml.writeXmlMorphAnimation(sample.morphAnimation, 900));
  put('Skin.TGA', tga({ type: 2, bits: 24 }));
});

afterEach(() => rmSync(folder, { recursive: true }));

const config = (...lines: string[]) => put('figure.cfg', ['# a figure', 'scale=1.0', ...lines].join('\r\n'));
const whole = () => config('skeleton=figure.csf', 'mesh=.\\Figure.XMF', 'material="figure.crf"');

describe('a configuration', () => {
  it('loads skeleton, mesh, material, texture in any case, and the animations beside it', async () => {
    const { avatar, warnings } = await readCal3d(whole());
    expect(avatar.name).toBe('figure');
    expect(avatar.height).toBeCloseTo(1.7, 5);
    expect(avatar.clips.map(c => c.name)).toEqual(['walk', 'smile']);
    const { parts, textures, skin } = avatar.outfit[0].product;
    expect(parts.map(p => p.material.name)).toEqual(['figure']);
    expect(textures.map(t => [t.slot, t.width, t.height])).toEqual([['figure', 4, 3]]);
    expect(skin!.joints).toEqual(['Root', 'Spine', 'Arm']);
    expect(warnings.join('\n')).toMatch(/at most 4 are kept|without weights/);
  });

  it('may be UTF-16, and so may its XML files', async () => {
    const utf16 = (text: string, mark = '\ufeff') => Buffer.from(mark + text, 'utf16le');
    const bigEndian = (text: string) => utf16(text).swap16();
    const lines = 'skeleton=figure.csf\r\nmesh=figure.xmf\r\nmaterial=figure.crf\r\n';
    const before = await readCal3d(whole());
    const mesh = Buffer.from(xml.writeXmlMesh(sample.mesh, 900)).toString('utf8');
    for (const encoded of [utf16, bigEndian, (text: string) => utf16(text, '')]) {
      put('figure.cfg', encoded(lines));
      put('figure.xmf', encoded(mesh));
      expect((await readCal3d(join(folder, 'figure.cfg'))).avatar).toEqual(before.avatar);
      expect((await readModel(join(folder, 'figure.cfg'))).name).toBe('figure');
    }
  });

  it('may have names in quotes with what begins a comment elsewhere', async () => {
    for (const name of ['figure #2', 'figure ; old', 'figure (a) # b']) {
      renameSync(join(folder, 'figure.csf'), join(folder, `${name}.csf`));
      for (const comment of ['', ' # the hips', ' ; the hips', ';']) {
        const file = config(`skeleton="${name}.csf"${comment}`, 'mesh=figure.xmf # the body', 'material=figure.crf');
        expect((await readCal3d(file)).warnings.filter(w => /line|left out/.test(w))).toEqual([]);
      }
      renameSync(join(folder, `${name}.csf`), join(folder, 'figure.csf'));
    }
  });

  it('uses a given height', async () => {
    const { avatar } = await readCal3d(whole(), { height: 3.4 });
    expect(Math.max(...avatar.outfit[0].product.parts[0].positions)).toBeCloseTo(3.4, 5);
  });

  it('leaves out a broken animation with a warning', async () => {
    put('broken.caf', 'CAF');
    const { avatar, warnings } = await readCal3d(whole());
    expect(avatar.clips).toHaveLength(2);
    expect(warnings).toContainEqual(
      expect.stringMatching(/broken\.caf lies beside the model but is left out: the file ends within/),
    );
    const named = await readCal3d(config('skeleton=figure.csf', 'mesh=figure.xmf', 'animation=broken.caf'));
    expect(named.warnings).toContainEqual(expect.stringMatching(/^broken\.caf is left out: the file ends within/));
  });

  it('accepts a missing texture and a missing material', async () => {
    rmSync(join(folder, 'Skin.TGA'));
    expect((await readCal3d(whole())).warnings).toContainEqual(
      expect.stringContaining('the texture "skin.tga" is not in the folder'),
    );
    rmSync(join(folder, 'figure.crf'));
    const bare = await readCal3d(config('skeleton=figure.csf', 'mesh=figure.xmf'));
    expect(bare.warnings).toContainEqual(expect.stringContaining('there is no material 0'));
  });

  it.each([
    [
      'a path that climbs out',
      'mesh=../../etc/passwd',
      /leads out of the model's folder.* at line 4, got "\.\.\/\.\.\/etc\/passwd"/,
    ],
    ['a path from the root', 'mesh=/etc/passwd', /an absolute path is not opened/],
    ['a path of another disk', 'mesh=C:\\x.cmf', /URLs and drives are not opened/],
    ['a URL', 'mesh=http://example.com/x.cmf', /URLs and drives are not opened/],
    ['a file that is not there', 'mesh=lost.cmf', /there is no such file\) at line \d+, got "lost\.cmf"/],
    ['a second skeleton', 'skeleton=figure.crf', /one skeleton is expected at skeleton, got 2/],
  ])('with %s is refused', async (_, line, message) => {
    await expect(readCal3d(config('skeleton=figure.csf', line))).rejects.toThrow(message);
  });
});

describe('a configuration as people write it', () => {
  it.each([
    ['comments of all kinds', ['skeleton=figure.csf # the bones', '// meshes', 'mesh=figure.xmf ; the body'], []],
    ['semicolons', ['skeleton=figure.csf;', 'mesh=figure.xmf;'], []],
    ["the path of the artist's disk", ['skeleton=C:\\art\\figure.csf', 'mesh=/home/a/figure.xmf'], [/C:\\art\\figure\.csf is not there; figure\.csf is taken/, /\/home\/a\/figure\.xmf is not there/]],
    ['files that are named twice', ['skeleton=figure.csf', 'skeleton=figure.csf', 'mesh=figure.xmf', 'mesh=FIGURE.XMF'], [/figure\.csf is named twice; read once/, /FIGURE\.XMF is named twice/]],
    ['lines that mean nothing', ['skeleton=figure.csf', 'mesh=figure.xmf', 'hello', 'mesh='], [/"hello" means nothing here/, /no mesh is named/]],
    ['an animation and a material that are not there', ['skeleton=figure.csf', 'mesh=figure.xmf', 'animation=lost.caf', 'material=figure.crf', 'material=lost.crf'], [/lost\.caf is left out: .*no such file/, /lost\.crf is left out: .*no such file/]],
  ])('may have %s', async (_, lines, expected) => {
    const { avatar, warnings } = await readCal3d(config(...lines));
    expect(avatar.outfit[0].product.parts[0].index.length).toBeGreaterThan(0);
    for (const warning of expected) expect(warnings).toContainEqual(expect.stringMatching(warning));
    expect(warnings.filter(w => / line \d+: /.test(w))).toHaveLength(expected.length);
  }); // biome-ignore format: one case a line

  it('is refused where another program wrote it', async () => {
    await expect(readCal3d(config('bind w +forward'))).rejects.toThrow(/no configuration of Cal3D: key=value is expected/);
  });
});

describe('files that a configuration does not name', () => {
  it('are found beside it, with a warning', async () => {
    const { avatar, warnings } = await readCal3d(config());
    expect(avatar.outfit[0].product.textures).toHaveLength(1);
    for (const [key, file] of [
      ['skeleton', 'figure.csf'],
      ['mesh', 'figure.xmf'],
      ['material', 'figure.crf'],
    ])
      expect(warnings).toContainEqual(expect.stringContaining(`no ${key} is named; taken: ${file}`));
  });

  it('are an error where none exist beside it', async () => {
    rmSync(join(folder, 'figure.xmf'));
    await expect(readCal3d(config('skeleton=figure.csf'))).rejects.toThrow(/no mesh is named at mesh/);
    rmSync(join(folder, 'figure.csf'));
    await expect(readCal3d(config())).rejects.toThrow(/one skeleton is expected at skeleton, got 0/);
  });
});

describe('names from Windows', () => {
  const textured = async (name: string) => {
    put('figure.crf', binary.writeMaterial({ ...sample.material, maps: [{ file: name, type: '' }] }, 919));
    const { avatar, warnings } = await readCal3d(whole());
    return avatar.outfit[0].product.textures.length > 0 ? 'found' : warnings.find(w => w.includes('is not in the folder'));
  };

  it('match folders in any case, and backslashes', async () => {
    mkdirSync(join(folder, 'Meshes'));
    renameSync(join(folder, 'figure.xmf'), join(folder, 'Meshes', 'Body.XMF'));
    const { avatar } = await readCal3d(config('skeleton=FIGURE.CSF', 'mesh=meshes\\body.xmf', 'material=figure.crf'));
    expect(avatar.outfit[0].product.parts).toHaveLength(1);
  });

  it('find a texture in a folder, by the artist’s whole path, or with another extension', async () => {
    expect(await textured('D:\\art\\figure\\SKIN.tga')).toBe('found');
    mkdirSync(join(folder, 'Maps'));
    renameSync(join(folder, 'Skin.TGA'), join(folder, 'Maps', 'skin.tga'));
    expect(await textured('C:\\work\\maps\\Skin.tga')).toBe('found');
    expect(await textured('Skin.tga')).toMatch(/"Skin.tga" is not in the folder/);
    put('skin.bmp', bmp(24));
    expect(await textured('skin.tga')).toBe('found');
  });

  it('do not open a texture outside the folder', async () => {
    rmSync(join(folder, 'Skin.TGA'));
    expect(await textured('..\\..\\etc\\passwd')).toMatch(/is not in the folder/);
    symlinkSync('/etc/passwd', join(folder, 'skin.tga'));
    await expect(textured('skin.tga')).rejects.toThrow(/a symbolic link that leads out of the folder/);
  });
});

describe('loose files', () => {
  it('form one model for each skeleton on a command line', () => {
    expect(
      modelsOf([
        'a/x.glb',
        'a/cally.csf',
        'a/paladin.xsf',
        'a/cally_head.cmf',
        'b/cally.csf',
        'a/paladin_walk.caf',
        'a/y.cfg',
        'b/e.crf',
      ]),
    ).toEqual([
      ['a/x.glb'],
      ['a/cally.csf', 'a/cally_head.cmf'],
      ['a/paladin.xsf', 'a/paladin_walk.caf'],
      ['b/cally.csf', 'b/e.crf'],
      ['a/y.cfg'],
    ]);
  });

  it('are read as one model', async () => {
    const files = ['figure_walk.caf', 'figure.crf', 'figure.xmf', 'figure.csf'].map(f => join(folder, f));
    expect(await readModel(files)).toMatchObject({ name: 'figure', avatar: { clips: [{ name: 'walk' }] } });
  });

  it('are recognised by their extensions', async () => {
    const { avatar } = await readCal3dFiles(
      ['figure_walk.caf', 'figure.crf', 'figure.xmf', 'figure.csf'].map(f => join(folder, f)),
    );
    expect(avatar.clips.map(c => c.name)).toEqual(['walk']);
    expect(avatar.outfit[0].product.textures).toHaveLength(1);
  });

  it.each([
    ['as the configuration beside them says', ['b.crf', 'a.crf'], ['material=a.crf', 'material=B.CRF'], ['a', 'b']],
    ['by their numbers', ['m10.crf', 'm9.crf'], [], ['m9', 'm10']],
    ['as given, with a word', ['b.crf', 'a.crf'], [], ['b', 'a']],
  ])('count their materials %s', async (_, names, lines, expected) => {
    const two = { ...sample.mesh, submeshes: [0, 1].map(material => ({ ...sample.mesh.submeshes[0], material })) };
    put('figure.xmf', xml.writeXmlMesh(two, 900));
    for (const name of names) put(name, binary.writeMaterial(sample.material, 919));
    if (lines.length > 0) config(...lines);
    const files = ['figure.csf', 'figure.xmf', ...[...names].sort().reverse()].map(f => join(folder, f));
    const { avatar, warnings } = await readCal3dFiles(files);
    expect(avatar.outfit[0].product.parts.map(p => p.material.name)).toEqual(expected);
    expect(warnings.some(w => w.includes('order of the materials is not known'))).toBe(
      names[0] === 'b.crf' && lines.length === 0,
    );
  });

  it('are rejected without a skeleton', async () => {
    await expect(readCal3dFiles([join(folder, 'figure.xmf')])).rejects.toThrow(/one skeleton/);
  });
});
