import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.ts';
import { readCal3d, readCal3dFiles } from '../../src/import/cal3d/read-cal3d.ts';
import { tga } from './pictures.ts';
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
  it('brings skeleton, mesh, material, texture whatever its case, and the animations beside it', async () => {
    const { avatar, warnings } = await readCal3d(whole());
    expect(avatar.name).toBe('figure');
    expect(avatar.height).toBeCloseTo(1.7, 5);
    expect(avatar.clips.map(c => c.name)).toEqual(['walk', 'smile']);
    const { parts, textures, skin } = avatar.outfit[0].product;
    expect(parts.map(p => p.material.name)).toEqual(['figure']);
    expect(textures.map(t => [t.slot, t.width, t.height])).toEqual([['figure', 4, 3]]);
    expect(skin!.joints).toEqual(['Root', 'Spine', 'Arm']);
    expect(warnings.join('\n')).toMatch(/more than 4 weights|no weights/);
  });

  it('takes the height that it is told', async () => {
    const { avatar } = await readCal3d(whole(), { height: 3.4 });
    expect(Math.max(...avatar.outfit[0].product.parts[0].positions)).toBeCloseTo(3.4, 5);
  });

  it('leaves out an animation that it does not name and that is broken, with a warning; refuses one that it names', async () => {
    put('broken.caf', 'CAF');
    const { avatar, warnings } = await readCal3d(whole());
    expect(avatar.clips).toHaveLength(2);
    expect(warnings).toContainEqual(
      expect.stringMatching(/broken\.caf lies beside the model but is left out: the file ends within/),
    );
    await expect(readCal3d(config('skeleton=figure.csf', 'mesh=figure.xmf', 'animation=broken.caf'))).rejects.toThrow(
      FormatError,
    );
  });

  it('does without a texture that is not there, and without a material', async () => {
    rmSync(join(folder, 'Skin.TGA'));
    expect((await readCal3d(whole())).warnings).toContainEqual(
      expect.stringContaining('the texture "skin.tga" is not in the folder'),
    );
    const bare = await readCal3d(config('skeleton=figure.csf', 'mesh=figure.xmf'));
    expect(bare.warnings).toContainEqual(expect.stringContaining('there is no material 0'));
  });

  it.each([
    [
      'a path that climbs out',
      'mesh=../../etc/passwd',
      /below the folder of the model is expected at line 4, got "\.\.\/\.\.\/etc\/passwd"/,
    ],
    ['a path from the root', 'mesh=/etc/passwd', /below the folder/],
    ['a path of another disk', 'mesh=C:\\x.cmf', /below the folder/],
    ['a URL', 'mesh=http://example.com/x.cmf', /below the folder/],
    ['a file that is not there', 'mesh=lost.cmf', /cannot be read \(ENOENT\).*lost\.cmf/],
    ['no mesh', 'scale=1', /no mesh is named/],
    ['a second skeleton', 'skeleton=figure.csf', /one skeleton is expected at skeleton, got 2/],
    ['a line that is none', 'hello', /key=value is expected at line 4, got "hello"/],
  ])('with %s is refused', async (_, line, message) => {
    await expect(readCal3d(config('skeleton=figure.csf', line))).rejects.toThrow(message);
  });
});

describe('loose files', () => {
  it('are told apart by their endings', async () => {
    const { avatar } = await readCal3dFiles(
      ['figure_walk.caf', 'figure.crf', 'figure.xmf', 'figure.csf'].map(f => join(folder, f)),
    );
    expect(avatar.clips.map(c => c.name)).toEqual(['walk']);
    expect(avatar.outfit[0].product.textures).toHaveLength(1);
  });

  it('without a skeleton are refused', async () => {
    await expect(readCal3dFiles([join(folder, 'figure.xmf')])).rejects.toThrow(/one skeleton/);
  });
});
