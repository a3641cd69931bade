import type { Warn } from '../../src/import/cal3d/cal3d-file.ts';
import { convertClip, convertMorphClip } from '../../src/import/cal3d/convert/convert-clip.ts';
import { convertMaterial } from '../../src/import/cal3d/convert/convert-material.ts';
import { convertSubmesh } from '../../src/import/cal3d/convert/convert-mesh.ts';
import { convertSkeleton } from '../../src/import/cal3d/convert/convert-skeleton.ts';
import {
  parseAnimation,
  parseMaterial,
  parseMesh,
  parseMorphAnimation,
  parseSkeleton,
} from '../../src/import/cal3d/parse-cal3d-file.ts';
import { addChains } from '../../src/import/cal3d/springs/add-chains.ts';
import { clothChains } from '../../src/import/cal3d/springs/cloth-chains.ts';
import { swing } from '../../src/import/cal3d/springs/swing-chains.ts';
import type { SourcePart } from '../../src/import/model/source-model.ts';
import { decodeBmp } from '../../src/import/picture/bmp.ts';
import { decodeTga } from '../../src/import/picture/tga.ts';
import * as sample from '../import/cal3d/sample.ts';
import * as binary from '../import/cal3d/write-binary.ts';
import * as xml from '../import/cal3d/write-xml.ts';
import { bmp, tga } from '../import/picture/write-pictures.ts';

const ignore = () => {};
const plain = convertMaterial('m', undefined, undefined, undefined, false, ignore).description;
const skeleton = convertSkeleton(sample.skeleton, 1, ignore);
const finite = (values: Iterable<number>) => {
  for (const v of values) if (!Number.isFinite(v)) throw new Error(`silent wrong output: ${v}`);
};
const check = (condition: boolean, what: string) => {
  if (!condition) throw new Error(`silent wrong output: ${what}`);
};

function checkCloth(part: SourcePart, springs: readonly number[], cloth: Float32Array): void {
  const found = clothChains(part, springs, cloth, skeleton.asset.names.length);
  if (!found) return;
  const { skeleton: whole, swinging } = addChains(skeleton, found.chains);
  const clip = convertClip(sample.animation, 'c', sample.skeleton, skeleton, 1, ignore);
  finite([...whole.asset.translations, ...whole.inverseBind, ...found.weights]);
  for (const { values } of swing(clip, whole.asset, swinging).tracks) finite(values);
  check(
    found.joints.every(j => j < whole.asset.names.length),
    'a joint of cloth out of range',
  );
}

/** Reads one kind of file all the way and checks what comes out; throws FormatError for what cannot be read, Error for nonsense. */
export const CAL3D_READERS: Record<string, (bytes: Uint8Array, warn: Warn) => void> = {
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
      if (submesh.cloth) checkCloth(part, submesh.springs, submesh.cloth);
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

/** The sample's mesh with springs: one vertex holds the others. */
const cloth = {
  ...sample.mesh,
  submeshes: [{ ...sample.mesh.submeshes[0], springs: [0, 1, 1, 2, 2, 3], cloth: Float32Array.of(0, 0.5, 1, 1) }],
};

/** Kind, form, bytes: sound files of every kind that Cal3D models have. */
export const CAL3D_SEEDS: [string, string, Uint8Array][] = [
  ...[700, 911, 1301].map((v): [string, string, Uint8Array] => [
    'skeleton',
    `binary ${v}`,
    binary.writeSkeleton(sample.skeleton, v),
  ]),
  ...[700, 919, 1301].map((v): [string, string, Uint8Array] => ['mesh', `binary ${v}`, binary.writeMesh(sample.mesh, v)]),
  ['mesh', 'binary, springs', binary.writeMesh(cloth, 919)],
  ['mesh', 'XML, springs', xml.writeXmlMesh(cloth, 900)],
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
