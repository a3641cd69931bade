import { describe, expect, it } from 'vitest';
import type { Cal3dAnimation } from '../../../src/import/cal3d/cal3d-file.ts';
import {
  parseAnimation,
  parseMaterial,
  parseMesh,
  parseMorphAnimation,
  parseSkeleton,
} from '../../../src/import/cal3d/parse-cal3d-file.ts';
import * as sample from './sample.ts';
import * as binary from './write-binary.ts';
import * as xml from './write-xml.ts';

const never = (message: string) => {
  throw new Error(`a warning that was not expected: ${message}`);
};
// What real files carry: the library's own versions, the fork's, the merged library's.
const VERSIONS = [699, 700, 900, 910, 911, 913, 916, 917, 918, 919, 1000, 1100, 1200, 1300, 1301];
const hasColors = (version: number) => version >= 911 && version < 1000;
const hasMorphs = (version: number) => hasColors(version) || version >= 1300;

/** @param rough - packed keys: quarters of a unit, 11 bits of a rotation. */
function expectAnimation(read: Cal3dAnimation, rough = false): void {
  expect(read.duration).toBe(1);
  read.tracks.forEach((track, i) => {
    const wanted = sample.animation.tracks[i];
    expect(track.bone).toBe(wanted.bone);
    const close = (a: readonly number[], b: readonly number[], tolerance: number) => {
      expect(a).toHaveLength(b.length);
      a.forEach((v, k) => {
        expect(Math.abs(v - b[k])).toBeLessThan(tolerance);
      });
    };
    close(track.times, wanted.times, 1e-5);
    close(track.translations, wanted.translations, rough ? 0.25 : 1e-4);
    close(track.rotations, wanted.rotations, rough ? 1e-3 : 1e-6);
  });
}

describe.each(VERSIONS)('version %i', version => {
  it('reads a skeleton', () => {
    const { bones } = parseSkeleton(binary.writeSkeleton(sample.skeleton, version), 'a.csf', never);
    bones.forEach((bone, i) => {
      const wanted = sample.skeleton.bones[i];
      expect([bone.name, bone.parent, bone.translation]).toEqual([wanted.name, wanted.parent, wanted.translation]);
      expect(bone.boneSpaceRotation.map(Math.fround)).toEqual(wanted.boneSpaceRotation.map(Math.fround));
    });
    expect(bones).toHaveLength(3);
  });

  it('reads a mesh', () => {
    const { submeshes } = parseMesh(binary.writeMesh(sample.mesh, version), 'a.cmf', never);
    expect(submeshes).toEqual([
      {
        ...sample.mesh.submeshes[0],
        colors: hasColors(version) ? sample.mesh.submeshes[0].colors : undefined,
        morphs: hasMorphs(version) ? sample.mesh.submeshes[0].morphs : [],
      },
    ]);
  });

  it('reads a material', () => {
    const { diffuse, maps } = parseMaterial(binary.writeMaterial(sample.material, version), 'a.crf', never);
    expect({ diffuse, maps }).toEqual({ diffuse: [240, 184, 184, 0], maps: [{ file: 'skin.tga', type: '' }] });
  });

  it('reads an animation', () => {
    const rough = version >= 913 && version < 919 && version !== 917;
    expectAnimation(parseAnimation(binary.writeAnimation(sample.animation, version), 'a.caf', never), rough);
  });

  it('reads a morph animation', () => {
    expect(parseMorphAnimation(binary.writeMorphAnimation(sample.morphAnimation, version), 'a.cpf', never).tracks).toEqual(
      sample.morphAnimation.tracks,
    );
  });
});

describe('big-endian files of old Macs', () => {
  // Every field of these is 4 bytes wide but for names: those stay as they are.
  const swap = (bytes: Uint8Array) => {
    const out = bytes.slice();
    for (let i = 4; i < out.length; i += 4) out.subarray(i, i + 4).reverse();
    return out;
  };

  it.each([700, 1000])('reads meshes and animations of version %i', version => {
    const { submeshes } = parseMesh(swap(binary.writeMesh(sample.mesh, version)), 'a.cmf', never);
    expect(submeshes[0].positions).toEqual(sample.mesh.submeshes[0].positions);
    expectAnimation(parseAnimation(swap(binary.writeAnimation(sample.animation, version)), 'a.caf', never));
  });

  it('rejects a version that is invalid in both byte orders', () => {
    const bytes = binary.writeMesh(sample.mesh, 77);
    expect(() => parseMesh(bytes, 'a.cmf', never)).toThrow(/only versions 699 to 1301 are known at byte 4, got 77/);
  });
});

describe('packed keys', () => {
  it.each([919, 1301])('reads the bits of %i', version => {
    expectAnimation(parseAnimation(binary.writeAnimation(sample.animation, version, { packed: true }), 'a.caf', never), true);
  });

  it('keeps a quarter of a unit over kilometres in long translations', () => {
    const far = { ...sample.animation, tracks: [{ ...sample.animation.tracks[0], translations: [-5000, 2, 90, 70000, 2, 95] }] };
    const read = parseAnimation(binary.writeAnimation(far, 918, { long: true }), 'a.caf', never);
    read.tracks[0].translations.forEach((v, k) => {
      expect(Math.abs(v - far.tracks[0].translations[k])).toBeLessThan(0.25);
    });
  });

  it('reads the ranges of 1200', () => {
    expectAnimation(parseAnimation(binary.writeAnimation(sample.animation, 1200, { packed: true }), 'a.caf', never), true);
  });

  it('reads 1300 with and without flags', () => {
    expectAnimation(parseAnimation(binary.writeAnimation(sample.animation, 1300), 'a.caf', never));
    expectAnimation(parseAnimation(binary.writeAnimation(sample.animation, 1300, { flags: true }), 'a.caf', never));
  });

  it.each([0, -1, 1_000_001, Number.POSITIVE_INFINITY])('rejects a duration of %d s, in XML too', duration => {
    const odd = { ...sample.animation, duration };
    expect(() => parseAnimation(binary.writeAnimation(odd, 700), 'a.caf', never)).toThrow(/duration/);
    expect(() => parseAnimation(xml.writeXmlAnimation(odd, 900), 'a.xaf', never)).toThrow(/DURATION/);
  });

  it('continues times that exceed 10 bits', () => {
    const long = { ...sample.animation, duration: 60, tracks: [{ ...sample.animation.tracks[0], times: [30, 1500 / 30] }] };
    expect(parseAnimation(binary.writeAnimation(long, 918), 'a.caf', never).tracks[0].times).toEqual([30, 50]);
  });
});

describe.each([900, 919, 1000, 1200])('XML of version %i', version => {
  it('equals the binary file', () => {
    expect(parseSkeleton(xml.writeXmlSkeleton(sample.skeleton, version), 'a.xsf', never).bones).toEqual(sample.skeleton.bones);
    expect(parseMesh(xml.writeXmlMesh(sample.mesh, version), 'a.xmf', never).submeshes).toEqual(sample.mesh.submeshes);
    expect(parseAnimation(xml.writeXmlAnimation(sample.animation, version), 'a.xaf', never).tracks).toEqual(
      sample.animation.tracks,
    );
    expect(parseMorphAnimation(xml.writeXmlMorphAnimation(sample.morphAnimation, version), 'a.xpf', never).tracks).toEqual(
      sample.morphAnimation.tracks,
    );
    const { diffuse, maps } = parseMaterial(xml.writeXmlMaterial(sample.material, version), 'a.xrf', never);
    expect({ diffuse, maps }).toEqual({ diffuse: sample.material.diffuse, maps: sample.material.maps });
  });

  it('ignores case, as the library does', () => {
    const text = new TextDecoder()
      .decode(xml.writeXmlSkeleton(sample.skeleton, version))
      .replace(/<\/?[A-Z]+/g, tag => tag.toLowerCase());
    expect(parseSkeleton(new TextEncoder().encode(text), 'a.xsf', never).bones).toEqual(sample.skeleton.bones);
  });
});
