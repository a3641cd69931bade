import type { ImportedModel } from '../../src/import/model/imported-model.ts';
import type { SourcePart } from '../../src/import/model/source-model.ts';

/** Throws where a model that was read holds what no model may: numbers that are none, indices out of range, times that go back. */
export function assertSound(model: ImportedModel): void {
  const products = [...(model.product ? [model.product] : []), ...(model.avatar?.outfit.map(o => o.product) ?? [])];
  for (const product of products) {
    for (const part of product.parts) assertPart(part, product.skin?.joints.length ?? 0);
    finite('inverse bind matrices', product.skin?.inverseBind ?? []);
    for (const { slot, width, height, rgba } of product.textures)
      if (rgba.length !== width * height * 4 || rgba.length === 0)
        wrong(`texture ${slot} of ${width} x ${height} has ${rgba.length} bytes`);
  }
  const { avatar } = model;
  if (!avatar) return;
  const { names, parents, translations, rotations, scales } = avatar.skeleton;
  if (new Set(names).size !== names.length) wrong('two joints of one name');
  parents.forEach((parent, j) => {
    if (parent < -1 || parent >= j) wrong(`parent ${parent} of joint ${j}`);
  });
  for (const values of [translations, rotations, scales]) finite('skeleton', values);
  for (let j = 0; j < names.length; j++) unit('rotation of a joint', rotations.subarray(4 * j, 4 * j + 4));
  for (const product of products)
    for (const joint of product.skin?.joints ?? []) if (!names.includes(joint)) wrong(`no joint ${joint}`);
  for (const bone of Object.values(avatar.skeleton.humanoid)) if (!names.includes(bone)) wrong(`no joint ${bone}`);
  for (const clip of avatar.clips) {
    if (!(clip.duration > 0 && clip.duration <= 1e6)) wrong(`a clip of ${clip.duration} s`);
    if (!(clip.speed >= 0 && clip.speed < 1e9)) wrong(`a speed of ${clip.speed}`);
    for (const { path, times, values } of clip.tracks) {
      finite('keys', values);
      if (values.length !== times.length * { translation: 3, rotation: 4, scale: 3, weight: 1 }[path])
        wrong(`${times.length} times, ${values.length} values`);
      times.forEach((t, i) => {
        if (!(t >= 0 && t <= clip.duration + 1e-3) || (i > 0 && t <= times[i - 1])) wrong(`time ${t}`);
      });
    }
  }
}

function assertPart(part: SourcePart, joints: number): void {
  const n = part.positions.length / 3;
  for (const [name, values, size] of [
    ['positions', part.positions, 3],
    ['normals', part.normals, 3],
    ['uvs', part.uvs, 2],
    ['colors', part.colors, 4],
    ['weights', part.weights, 4],
    ...(part.morphTargets ?? []).flatMap(t => [['morph', t.positions, 3] as const, ['morph normals', t.normals, 3] as const]),
  ] as const) {
    if (!values) continue;
    finite(name, values);
    if (values.length !== n * size) wrong(`${values.length} numbers of ${name} for ${n} vertices`);
  }
  if (!part.index.every(i => i < n)) wrong('an index out of range');
  if (part.weights && !part.joints?.every(j => j < joints)) wrong('a joint out of range');
  // Weights need not sum to 1 here: the writer prunes and normalizes them.
  if (part.weights?.some(w => w < 0)) wrong('a weight below 0');
  if (!part.material.baseColor.every(c => c >= 0 && c <= 1)) wrong(`a colour ${part.material.baseColor}`);
  finite('material', [...part.material.emissive, part.material.alphaCutoff]);
}

function finite(what: string, values: Iterable<number>): void {
  for (const v of values) if (!Number.isFinite(v)) wrong(`${what}: ${v}`);
}

function unit(what: string, q: Float32Array): void {
  if (Math.abs(Math.hypot(...q) - 1) > 1e-4) wrong(`${what}: ${[...q]}`);
}

function wrong(what: string): never {
  throw new Error(`silent wrong output: ${what}`);
}
