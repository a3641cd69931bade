import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { Warn } from '../../src/import/cal3d/cal3d-file.ts';
import { convertClip, convertMorphClip } from '../../src/import/cal3d/convert-clip.ts';
import { convertMaterial } from '../../src/import/cal3d/convert-material.ts';
import { convertSubmesh } from '../../src/import/cal3d/convert-mesh.ts';
import { convertSkeleton } from '../../src/import/cal3d/convert-skeleton.ts';
import { parseAnimation, parseMaterial, parseMesh, parseMorphAnimation, parseSkeleton } from '../../src/import/cal3d/parse.ts';
import { decodeBmp } from '../../src/import/picture/bmp.ts';
import { decodeTga } from '../../src/import/picture/tga.ts';
import { mutate } from '../mutate.ts';
import { bmp, tga } from './pictures.ts';
import * as sample from './sample.ts';
import * as binary from './write-binary.ts';
import * as xml from './write-xml.ts';

const ignore = () => {};
const plain = convertMaterial('m', undefined, undefined, undefined, false, ignore).description;
const skeleton = convertSkeleton(sample.skeleton, 1, ignore);
const finite = (values: Iterable<number>) => {
  for (const v of values) if (!Number.isFinite(v)) throw new Error(`silent wrong output: ${v}`);
};
const check = (condition: boolean, what: string) => {
  if (!condition) throw new Error(`silent wrong output: ${what}`);
};

/** Reads one kind of file all the way and checks what comes out; throws FormatError for what cannot be read, Error for nonsense. */
const READERS: Record<string, (bytes: Uint8Array, warn: Warn) => void> = {
  skeleton(bytes, warn) {
    const { asset, inverseBind } = convertSkeleton(parseSkeleton(bytes, 'x.csf', warn), 1, warn);
    finite([...asset.translations, ...asset.rotations, ...inverseBind]);
    asset.parents.forEach((p, i) => {
      check(p >= -1 && p < i, 'a parent behind its child');
    });
    check(new Set(asset.names).size === asset.names.length, 'two joints of one name');
  },
  mesh(bytes, warn) {
    for (const submesh of parseMesh(bytes, 'x.cmf', warn).submeshes) {
      const part = convertSubmesh(submesh, skeleton, plain, 0.01, { url: 'x.cmf', at: 'submesh' }, warn);
      finite([...part.positions, ...part.normals, ...part.weights!, ...(part.uvs ?? []), ...(part.colors ?? [])]);
      finite((part.morphTargets ?? []).flatMap(m => [...m.positions, ...m.normals!]));
      for (let v = 0; v < part.positions.length / 3; v++) {
        check(Math.abs(Math.hypot(...part.normals.subarray(3 * v, 3 * v + 3)) - 1) < 1e-5, 'a normal that is not 1 long');
        check(
          Math.abs(part.weights!.subarray(4 * v, 4 * v + 4).reduce((a, b) => a + b) - 1) < 1e-5,
          'weights that are not 1 together',
        );
      }
      check(
        part.index.every(i => i < part.positions.length / 3),
        'an index out of range',
      );
      check(
        part.joints!.every(j => j < 3),
        'a joint out of range',
      );
    }
  },
  animation(bytes, warn) {
    const clip = convertClip(parseAnimation(bytes, 'x.caf', warn), 'c', sample.skeleton, skeleton, 1, warn);
    for (const { times, values } of clip.tracks) {
      finite([...times, ...values]);
      times.forEach((t, i) => {
        check(i === 0 ? t >= 0 : t > times[i - 1], 'times that do not ascend');
      });
      check(times.at(-1) === clip.duration, 'an end that is not the duration');
    }
  },
  'morph animation'(bytes, warn) {
    for (const { times, values } of convertMorphClip(parseMorphAnimation(bytes, 'x.cpf', warn), 'c').tracks)
      finite([...times, ...values]);
  },
  material(bytes, warn) {
    const { description } = convertMaterial('m', parseMaterial(bytes, 'x.crf', warn), undefined, undefined, false, warn);
    check(
      description.baseColor.every(c => c >= 0 && c <= 1),
      'a colour out of range',
    );
  },
  tga: bytes => void decodeTga(bytes, 'x.tga'),
  bmp: bytes => void decodeBmp(bytes, 'x.bmp'),
};

const SEEDS: [string, string, Uint8Array][] = [
  ...[700, 911, 1301].map((v): [string, string, Uint8Array] => [
    'skeleton',
    `binary ${v}`,
    binary.writeSkeleton(sample.skeleton, v),
  ]),
  ...[700, 919, 1301].map((v): [string, string, Uint8Array] => ['mesh', `binary ${v}`, binary.writeMesh(sample.mesh, v)]),
  ...[700, 917, 918, 1200].map((v): [string, string, Uint8Array] => [
    'animation',
    `binary ${v}`,
    binary.writeAnimation(sample.animation, v, { packed: true }),
  ]),
  ['morph animation', 'binary', binary.writeMorphAnimation(sample.morphAnimation, 700)],
  ['material', 'binary', binary.writeMaterial(sample.material, 919)],
  ['skeleton', 'XML', xml.writeXmlSkeleton(sample.skeleton, 900)],
  ['mesh', 'XML', xml.writeXmlMesh(sample.mesh, 900)],
  ['animation', 'XML', xml.writeXmlAnimation(sample.animation, 1000)],
  ['morph animation', 'XML', xml.writeXmlMorphAnimation(sample.morphAnimation, 900)],
  ['material', 'XML', xml.writeXmlMaterial(sample.material, 900)],
  ['tga', 'true colour', tga({ type: 2, bits: 24 })],
  ['tga', 'run-length', tga({ type: 10, bits: 32 })],
  ['tga', 'colour map', tga({ type: 9, bits: 8 })],
  ['bmp', '8 bits', bmp(8)],
  ['bmp', '24 bits', bmp(24)],
];

const MUTATIONS = Number(process.env.FUZZ ?? 1000);

/** @returns whether it was refused; anything but a FormatError with file and place fails the test. */
function refused(kind: string, bytes: Uint8Array, what: string): boolean {
  try {
    READERS[kind](bytes, ignore);
    return false;
  } catch (error) {
    if (!(error instanceof FormatError)) throw new Error(`${kind}: ${what}: ${(error as Error).stack}`);
    expect(error.url).toMatch(/^x\./);
    expect(error.at, error.message).toBeTruthy();
    return true;
  }
}

describe.each(SEEDS)('%s, %s', (kind, form, bytes) => {
  it('is read whole', () => {
    expect(refused(kind, bytes, 'as it is')).toBe(false);
  });

  it('is refused when it is cut off anywhere', () => {
    // Blanks at the end of XML, and padding at the end of a bitmap's row, are nothing that is missed.
    const text =
      form === 'XML' ? new TextDecoder().decode(bytes).trimEnd().length : kind === 'bmp' ? bytes.length - 3 : bytes.length;
    for (let n = 0; n < text; n++) expect(refused(kind, bytes.subarray(0, n), `cut at ${n}`), `cut at ${n}`).toBe(true);
  });

  it(`never crashes, hangs or makes nonsense (${MUTATIONS} mutations)`, () => {
    const random = seededRandom(20260101 + kind.length * 31 + form.length);
    let no = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const mutation = mutate(bytes, random);
      if (refused(kind, mutation.bytes, mutation.what)) no++;
    }
    // A fuzz whose every mutant is refused at the door tests nothing.
    expect(no).toBeGreaterThan(0);
    expect(no).toBeLessThan(MUTATIONS);
  });
});

describe('what exactly is wrong', () => {
  const at = (bytes: Uint8Array, offset: number, value: number) => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setInt32(offset, value, true);
    return copy;
  };
  const nan = (bytes: Uint8Array, offset: number) => at(bytes, offset, 0x7fc00000);
  const csf = binary.writeSkeleton(sample.skeleton, 700);
  const cmf = binary.writeMesh(sample.mesh, 700);

  it.each([
    [
      'a count of billions',
      () => parseSkeleton(at(csf, 8, 0x7fffffff), 'x.csf', ignore),
      /2147483647 bones cannot be in the \d+ bytes that are left at byte 8.*x\.csf/,
    ],
    [
      'a count below 0',
      () => parseMesh(at(cmf, 16, -5), 'x.cmf', ignore),
      /number of vertices of submesh 0 must be at least 0 at byte 16, got -5/,
    ],
    ['NaN', () => parseMesh(nan(cmf, 36), 'x.cmf', ignore), /position of vertex 0 is no number at byte 36/],
    [
      'a string without end',
      () =>
        parseSkeleton(
          csf.map((b, i) => (i === 19 ? 65 : b)),
          'x.csf',
          ignore,
        ),
      /name of bone 0 has no end at byte 16/,
    ],
    [
      'a string longer than the file',
      () => parseSkeleton(at(csf, 12, 1e6), 'x.csf', ignore),
      /name of bone 0 of 1000000 characters cannot be/,
    ],
    [
      'a version of the future',
      () => parseSkeleton(at(csf, 4, 5000), 'x.csf', ignore),
      /versions 699 to 1301 are known at byte 4, got 5000/,
    ],
    ['another kind of file', () => parseSkeleton(cmf, 'x.csf', ignore), /no Cal3D file of the kind CSF at byte 0/],
    [
      'a vertex that is not there',
      () => parseMesh(at(cmf, cmf.length - 4, 4), 'x.cmf', ignore),
      /vertex of face 1 is none of the 4/,
    ],
    ['XML that is none', () => parseMesh(new TextEncoder().encode('<MESH'), 'x.xmf', ignore), /no valid XML.*x\.xmf/],
    [
      'entities that grow',
      () => parseMesh(new TextEncoder().encode('<!DOCTYPE a [<!ENTITY b "c">]><MESH/>'), 'x.xmf', ignore),
      /document types .* are not allowed/,
    ],
    [
      'nesting without end',
      () => parseMesh(new TextEncoder().encode('<MESH>'.repeat(100_000) + '</MESH>'.repeat(100_000)), 'x.xmf', ignore),
      /x\.xmf/,
    ],
    [
      'a TGA of 65535 x 65535',
      () => decodeTga(Uint8Array.of(0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 24, 0), 'x.tga'),
      /1 to 8192 pixels a side/,
    ],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });
});

const folder = resolve(import.meta.dirname, '../../../shared/assets/cal3d/cally');

describe.skipIf(!existsSync(folder))('real files', () => {
  it.each([
    ['skeleton', 'cally.csf'],
    ['mesh', 'cally_ponytail.cmf'],
    ['animation', 'cally_idle.caf'],
    ['material', 'cally_skin.xrf'],
  ])('%s', (kind, file) => {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    const random = seededRandom(11);
    for (let i = 0; i < MUTATIONS / 4; i++) {
      const mutation = mutate(bytes, random);
      refused(kind, mutation.bytes, mutation.what);
    }
  });
});
