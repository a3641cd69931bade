import type {
  Cal3dAnimation,
  Cal3dMaterial,
  Cal3dMesh,
  Cal3dMorphAnimation,
  Cal3dSkeleton,
} from '../../../src/import/cal3d/cal3d-file.ts';

/** Writes the binary files of every version, after the library's description of its formats; for tests only. */
class ByteWriter {
  readonly #bytes: number[] = [];

  u8(...values: number[]): this {
    this.#bytes.push(...values.map(v => v & 255));
    return this;
  }
  u16(value: number): this {
    return this.u8(value, value >> 8);
  }
  i32(...values: number[]): this {
    for (const v of values) this.u8(v, v >> 8, v >> 16, v >> 24);
    return this;
  }
  f32(...values: number[]): this {
    return this.u8(...new Uint8Array(Float32Array.from(values).buffer));
  }
  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.i32(bytes.length + 1).u8(...bytes, 0);
  }
  magic(text: string, version: number): this {
    return this.u8(...new TextEncoder().encode(text), 0).i32(version);
  }
  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

const isFork = (version: number) => version >= 911 && version <= 919;

export function writeSkeleton({ bones }: Cal3dSkeleton, version: number): Uint8Array {
  const w = new ByteWriter().magic('CSF', version).i32(bones.length);
  if (isFork(version)) w.f32(0.1, 0.2, 0.3);
  bones.forEach((bone, i) => {
    w.string(bone.name).f32(...bone.translation, ...bone.rotation, ...bone.boneSpaceTranslation, ...bone.boneSpaceRotation);
    w.i32(bone.parent);
    if (isFork(version)) w.i32(0).f32(1, 1, 1);
    const children = bones.flatMap((b, child) => (b.parent === i ? [child] : []));
    w.i32(children.length, ...children);
  });
  return w.bytes;
}

export function writeMesh({ submeshes }: Cal3dMesh, version: number): Uint8Array {
  const w = new ByteWriter().magic('CMF', version).i32(submeshes.length);
  const morphed = isFork(version) || version >= 1300;
  for (const s of submeshes) {
    const n = s.positions.length / 3;
    w.i32(s.material, n, s.index.length / 3, s.lodSteps, s.springs.length / 2, s.uvs.length);
    if (morphed) w.i32(s.morphs.length);
    for (let v = 0; v < n; v++) {
      w.f32(...s.positions.subarray(3 * v, 3 * v + 3), ...s.normals.subarray(3 * v, 3 * v + 3));
      if (isFork(version)) w.f32(...(s.colors?.subarray(3 * v, 3 * v + 3) ?? [1, 1, 1]));
      w.i32(-1, 0);
      for (const uv of s.uvs) w.f32(uv[2 * v], uv[2 * v + 1]);
      w.i32(s.influenceStart[v + 1] - s.influenceStart[v]);
      for (let k = s.influenceStart[v]; k < s.influenceStart[v + 1]; k++) w.i32(s.influenceBones[k]).f32(s.influenceWeights[k]);
      if (s.cloth) w.f32(s.cloth[v]);
    }
    for (let k = 0; k < s.springs.length; k += 2) w.i32(s.springs[k], s.springs[k + 1]).f32(1, 1);
    for (const morph of morphed ? s.morphs : []) {
      w.string(morph.name);
      morph.vertices.forEach((vertex, k) => {
        w.i32(vertex).f32(...morph.positions.slice(3 * k, 3 * k + 3), ...morph.normals.slice(3 * k, 3 * k + 3));
        for (const uv of s.uvs) w.f32(uv[2 * vertex], uv[2 * vertex + 1]);
      });
      w.i32(n + 1);
    }
    w.i32(...s.index);
  }
  return w.bytes;
}

export function writeMaterial({ diffuse, maps }: Cal3dMaterial, version: number): Uint8Array {
  const w = new ByteWriter()
    .magic('CRF', version)
    .u8(128, 128, 128, 0, ...diffuse, 255, 255, 255, 0)
    .f32(0.05)
    .i32(maps.length);
  for (const map of maps) {
    w.string(map.file);
    if (isFork(version) || version >= 1300) w.string(map.type);
  }
  return w.bytes;
}

export interface AnimationForm {
  /** The fork's packed bits (913 to 919, 1300 on) or the ranges of 1200. */
  readonly packed?: boolean;
  /** 1300: with flags behind the number of tracks. */
  readonly flags?: boolean;
  /** Packed bits: long translations. */
  readonly long?: boolean;
}

export function writeAnimation({ duration, tracks }: Cal3dAnimation, version: number, form: AnimationForm = {}): Uint8Array {
  const w = new ByteWriter().magic('CAF', version);
  const bits = (version >= 913 && version <= 918) || ((version === 919 || version >= 1300) && form.packed);
  if (version === 919 || version >= 1300) w.i32(bits ? 1 : 0);
  w.f32(duration).i32(tracks.length);
  const ranged = version >= 1200 && version < 1300 && form.packed;
  if ((version >= 1200 && version !== 1300) || form.flags) w.i32(ranged ? 1 : 0);
  for (const track of tracks) {
    const keys = track.times.map((time, k) => ({
      time,
      translation: track.translations.slice(3 * k, 3 * k + 3),
      rotation: track.rotations.slice(4 * k, 4 * k + 4),
    }));
    if (bits) {
      w.u16(track.bone | 0xa000 | (form.long ? 0x4000 : 0)).u16(keys.length);
      for (const key of keys) {
        writeBits(w, [...key.translation.flatMap(v => signed(v / (form.long ? 2 ** 23 : 2 ** 7), form.long ? 25 : 9)), [0, 2]]);
        writeBits(w, [...smallestThree(key.rotation), [Math.round(key.time * 30), 10]]);
        if (version === 917) w.f32(...key.translation);
        if (version === 916 || version === 917) w.f32(...key.rotation);
      }
      continue;
    }
    w.i32(track.bone, keys.length);
    const least = [0, 1, 2].map(c => Math.min(...keys.map(k => k.translation[c])));
    const step = [0, 1, 2].map(c => (Math.max(...keys.map(k => k.translation[c])) - least[c]) / (c === 2 ? 1023 : 2047));
    if (ranged) w.f32(...least, ...step);
    for (const { time, translation, rotation } of keys) {
      if (!ranged) {
        w.f32(time, ...translation, ...rotation);
        continue;
      }
      const [x, y, z] = translation.map((v, c) => (step[c] === 0 ? 0 : Math.round((v - least[c]) / step[c])));
      w.u16(Math.round((time / duration) * 65535)).i32(x | (y << 11) | (z << 22));
      writeQuaternion48(w, rotation);
    }
  }
  return w.bytes;
}

export function writeMorphAnimation({ duration, tracks }: Cal3dMorphAnimation, version: number): Uint8Array {
  const w = new ByteWriter().magic('CPF', version).f32(duration).i32(tracks.length);
  for (const track of tracks) {
    w.string(track.morph).i32(track.times.length);
    track.times.forEach((time, k) => {
      w.f32(time, track.weights[k]);
    });
  }
  return w.bytes;
}

/** [value, bits]: the magnitude, then the sign. */
function signed(v: number, bits: number): [number, number][] {
  return [
    [Math.round(Math.abs(v) * (2 ** bits - 1)), bits],
    [v < 0 ? 1 : 0, 1],
  ];
}

function smallestThree(q: readonly number[]): [number, number][] {
  const largest = q.reduce((best, v, i) => (Math.abs(v) > Math.abs(q[best]) ? i : best), 0);
  const sign = q[largest] < 0 ? -1 : 1;
  return [[largest, 2], ...q.flatMap((v, i) => (i === largest ? [] : signed(v * sign, 11)))];
}

function writeBits(w: ByteWriter, fields: readonly (readonly [number, number])[]): void {
  const bits = fields.flatMap(([value, n]) => Array.from({ length: n }, (_, k) => Math.floor(value / 2 ** k) % 2));
  for (let i = 0; i < bits.length; i += 8) w.u8(bits.slice(i, i + 8).reduce((byte, bit, k) => byte | (bit << k), 0));
}

/** The largest left out (its index in the lowest bits of the 2nd and 3rd word), the others times 32767 and the root of 2. */
function writeQuaternion48(w: ByteWriter, q: readonly number[]): void {
  const largest = q.reduce((best, v, i) => (Math.abs(v) > Math.abs(q[best]) ? i : best), 0);
  const scale = (q[largest] < 0 ? -1 : 1) * 32767 * Math.SQRT2;
  const [a, b, c] = q.filter((_, i) => i !== largest).map(v => Math.trunc(v * scale));
  w.u16(a)
    .u16((b & 0xfffe) | (largest >> 1))
    .u16((c & 0xfffe) | (largest & 1));
}
